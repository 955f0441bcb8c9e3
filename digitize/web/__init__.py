"""The web pages of `digitize serve`: follow the count, add scans, review doubtful rows."""
