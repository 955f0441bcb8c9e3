"""How far learning from corrections has come, and what came of it; numbers only, never a text."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

Progress = Callable[[int, int], None]
"""Is told how many of how many parts are done."""

SHEETS_MIN, TEXTS_MIN = 10, 60  # with fewer, chance decides whether the measured difference is real


class Stage(StrEnum):
    """Where learning stands."""

    NOTHING = "nothing"  # not asked for since the start
    RUNNING = "running"
    LEARNED = "learned"  # it reads better and is used from now on
    NO_GAIN = "no-gain"
    TOO_FEW = "too-few"  # corrected texts or sheets
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Figures:
    """How texts of unseen sheets were read before and after: shares (0..1) of wrong letters and exact texts.

    `role` is "name" or "address".
    """

    role: str
    wrong_before: float
    wrong_after: float
    exact_before: float
    exact_after: float


@dataclass(frozen=True, slots=True)
class LearnState:
    """The state of learning; `share` (0..1) is done, `texts` on `sheets` were corrected or confirmed."""

    stage: Stage = Stage.NOTHING
    share: float = 0.0
    texts: int = 0
    sheets: int = 0
    figures: tuple[Figures, ...] = ()
    problem: str = ""
