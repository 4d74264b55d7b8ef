"""What is told beside company, stage and sums: who takes part, who says so, what for."""
