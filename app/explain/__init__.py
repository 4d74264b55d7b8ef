"""Why a figure is what it is: what was chosen, what lost and by what."""
