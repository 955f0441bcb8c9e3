"""When to try again to write tables that could not be written: the disk is full, or one is open in Excel."""

FIRST_S = 5.0  # after the first failure; the wait doubles with each further one
MOST_S = 300.0  # somebody may have a table open for hours


def wait_s(failures: int) -> float:
    """Return how long to wait after so many failures in a row, in seconds."""
    doublings = min(max(0, failures - 1), 16)  # further ones change nothing
    return min(MOST_S, FIRST_S * 2.0**doublings)
