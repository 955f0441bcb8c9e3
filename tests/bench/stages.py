"""Measure the time of every stage of the pipeline."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from digitize import images
from digitize.page import build_rows, check_rows, detect_tables, looks, pipeline, read_rows

# The module that calls each stage, and the name by which it does.  No stage runs inside another.
STAGES: dict[str, tuple[tuple[Any, str], ...]] = {
    "load": ((pipeline, "load_page"),),
    "straighten": ((detect_tables, "straighten"), (looks, "straighten")),
    "grid": ((detect_tables, "find_lattices"),),
    "flatten": ((detect_tables, "flatten"), (detect_tables, "flatten_draft"), (detect_tables, "cut_plain")),
    "header": ((detect_tables, "read_header"),),
    "sharpness": ((detect_tables, "measure_sharpness"),),
    "truncation": ((detect_tables, "cut_sides"),),
    "split": ((detect_tables, "split_tables"),),
    "title": ((pipeline, "read_title_deadline"),),
    "missed rows": ((check_rows, "writing_outside_rows"),),
    "numbers": ((check_rows, "number_rows"),),
    "ink": ((pipeline, "measure_ink"),),
    "reading": ((read_rows, "read_cells"),),
    "places": ((build_rows, "locate"),),
    "flags": ((build_rows, "judge"),),
    "encode": ((images, "encode"),),
}


@dataclass
class Spent:
    """Number of calls of a stage, their elapsed time and their CPU time."""

    calls: int = 0
    wall_s: float = 0.0
    cpu_s: float = 0.0


@dataclass
class Clock:
    """Time spent in each stage."""

    stages: dict[str, Spent] = field(default_factory=lambda: {name: Spent() for name in STAGES})

    def timed(self, stage: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """Return `work` with its time added to `stage`."""
        spent = self.stages[stage]

        def run(*given: Any, **named: Any) -> Any:
            wall_s, cpu_s = time.perf_counter(), time.process_time()
            try:
                return work(*given, **named)
            finally:
                spent.calls += 1
                spent.wall_s += time.perf_counter() - wall_s
                spent.cpu_s += time.process_time() - cpu_s

        return run


@contextmanager
def clocked() -> Iterator[Clock]:
    """Time every stage within the block; raises AttributeError if one is no longer called from there."""
    clock = Clock()
    places = [(stage, *place) for stage, found in STAGES.items() for place in found]
    before = [getattr(module, name) for _, module, name in places]
    try:
        for (stage, module, name), work in zip(places, before, strict=True):
            setattr(module, name, clock.timed(stage, work))
        yield clock
    finally:
        for (_, module, name), work in zip(places, before, strict=True):
            setattr(module, name, work)
