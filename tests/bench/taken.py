"""Time and memory of the own process."""

import os
import re
import time
from collections.abc import Callable
from pathlib import Path


def times_of(work: Callable[[int], int], pages: int) -> list[dict[str, float]]:
    """Return the time for each page, called programs included, and its number of rows."""
    taken = []
    for page in range(1, pages + 1):
        start_s, before = time.perf_counter(), os.times()
        rows = work(page)
        after = os.times()
        cpu_s = sum(after[:4]) - sum(before[:4])  # own and children's, user and system
        taken.append({"wall_s": time.perf_counter() - start_s, "cpu_s": cpu_s, "rows": rows})
    return taken


def peak_mb() -> float:
    """Return the peak memory of this process (VmHWM; Linux only)."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1]) / 1024
