"""What a worker measures of itself."""

import os
import re
import time
from collections.abc import Callable
from pathlib import Path


def times_of(work: Callable[[int], int], pages: int) -> list[dict[str, float]]:
    """For every page what it took, programs it called included, and how many rows came out."""
    taken = []
    for page in range(1, pages + 1):
        start_s, before = time.perf_counter(), os.times()
        rows = work(page)
        after = os.times()
        cpu_s = sum(after[:4]) - sum(before[:4])  # own and children's, user and system
        taken.append({"wall_s": time.perf_counter() - start_s, "cpu_s": cpu_s, "rows": rows})
    return taken


def peak_mb() -> float:
    """The most memory this process ever held (VmHWM); of Linux only."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1]) / 1024
