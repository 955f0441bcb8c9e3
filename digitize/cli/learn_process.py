"""Learn from corrections in a process of its own, for the pages of a campaign."""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digitize.errors import DigitizeError
from digitize.learning.state import Figures, LearnState, Stage
from digitize.problems import FAULT, problem, problem_of

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

COLLECTED_SHARE = 0.5  # of the time, until the cells are found; the rest is training


def learn_in_process(folder: Path, told: Callable[[LearnState], None]) -> None:
    """Learn, tell each change of state, and keep what reads better; returns when done.  Never raises."""
    from multiprocessing import get_context

    context = get_context("spawn")
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(sending, folder), daemon=True)
    process.start()
    sending.close()
    try:
        while True:
            told(receiving.recv())
    except EOFError:  # the process has ended
        process.join()
    finally:
        receiving.close()
    if process.exitcode:
        told(LearnState(Stage.FAILED, problem=problem(FAULT, reason=f"exit code {process.exitcode}")))


def _work(pipe: "Connection[Any, Any]", folder: Path) -> None:
    try:
        pipe.send(_learned(folder, pipe.send))
    except DigitizeError as error:
        pipe.send(LearnState(Stage.FAILED, problem=problem_of(error)))
    except Exception as error:
        pipe.send(LearnState(Stage.FAILED, problem=problem(FAULT, reason=type(error).__name__)))
    pipe.close()
    sys.exit(0)


def _learned(folder: Path, told: Callable[[LearnState], None]) -> LearnState:
    from digitize.learning.cross_validation import keep, learn
    from digitize.learning.known_cells import collect_cells
    from digitize.ocr.language import load_language_model

    def collecting(done: int, of: int) -> None:
        told(LearnState(Stage.RUNNING, COLLECTED_SHARE * done / of))

    def training(done: int, of: int) -> None:
        told(LearnState(Stage.RUNNING, COLLECTED_SHARE + (1 - COLLECTED_SHARE) * done / of))

    told(LearnState(Stage.RUNNING))
    cells = collect_cells(folder, None, collecting)
    learned = learn(cells, load_language_model(), training)
    found = LearnState(Stage.TOO_FEW, 1.0, len(cells), len({cell.sheet for cell in cells}))
    if learned is None:
        return found
    figures = tuple(
        Figures(
            role.value,
            learned.before[role].error_share,
            learned.after[role].error_share,
            learned.before[role].exact_share,
            learned.after[role].exact_share,
        )
        for role in learned.before
    )
    if not learned.is_better:
        return replace(found, stage=Stage.NO_GAIN, figures=figures)
    keep(learned, folder)
    return replace(found, stage=Stage.LEARNED, figures=figures)
