"""What was read is proposed: people accept, edit or reject it, and it is ingested or is not."""
