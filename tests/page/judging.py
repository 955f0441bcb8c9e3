"""Helpers to judge rows by what their cells hold."""

from digitize.geometry import Box
from digitize.page.judge import Judgement, judge
from digitize.records import Cell, FlagCode, Ink, InkMeasure, Mark, Role

B, W, U, D, T = "blank", "written", "unsure", "dash", "tick"  # what a cell holds
INKS = {
    B: (Ink.BLANK, Mark.NONE),
    W: (Ink.INKED, Mark.WRITING),
    U: (Ink.UNSURE, Mark.WRITING),
    D: (Ink.INKED, Mark.DASH),
    T: (Ink.INKED, Mark.TICK),
    "ditto": (Ink.INKED, Mark.DITTO),
    "unsure-dash": (Ink.UNSURE, Mark.DASH),
}
Code = FlagCode
NAME, ADDRESS, SIGNATURE = Code.MISSING_NAME, Code.MISSING_ADDRESS, Code.MISSING_SIGNATURE


def cell(role: Role, what: str) -> Cell:
    state, mark = INKS[what]
    stroke_mm = 0.0 if state is Ink.BLANK else 20.0
    return Cell(role, Box(0, 0, 10, 10), InkMeasure(state, mark, stroke_mm, 0.0, 3.0))


def judged_cells(cells: list[Cell], **more: object) -> Judgement:
    nothing: dict[str, object] = {
        "struck_share": 0.0,
        "joint": False,
        "stamped": False,
        "ditto": False,
        "number_inferred": False,
        "name": None,
        "address": None,
        "place": None,
    }
    return judge(cells, **(nothing | more))  # type: ignore[arg-type]


def judged(name: str, address: str, signature: str, /, **more: object) -> Judgement:
    """Judge a row whose three cells hold this."""
    roles = (Role.NUMBER, Role.NAME, Role.ADDRESS, Role.SIGNATURE)
    return judged_cells(
        [cell(role, what) for role, what in zip(roles, (B, name, address, signature), strict=True)], **more
    )


def codes(judgement: Judgement) -> set[FlagCode]:
    return {flag.code for flag in judgement.flags}
