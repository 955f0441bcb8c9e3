"""The pages of `digitize serve`: look at the count, add scans, decide what is doubtful."""
