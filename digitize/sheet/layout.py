"""Lay a sheet out as HTML, and print it as PDF with its form file."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from jinja2 import Environment

from digitize.form.sheet_code import PAGE_MM, SheetCode
from digitize.records import Role
from digitize.sheet.labels import return_by
from digitize.sheet.marks import BoxMm, black_areas_mm
from digitize.sheet.wishes import SheetWishes
from digitize.template_environment import make_environment

TEXT_TOP_MM: Final = 35
FOOT_TOP_MM: Final = 278.5  # below the table, between the lower marks
ENDLESS_MM: Final = 4000  # paper on which a letter of any length fits, to measure it
LABEL_PT: Final = 8.0
TITLE_PT: Final = ((30, 17.0), (60, 14.0), (110, 11.0), (200, 8.5))  # longest title and its size


@dataclass(frozen=True, slots=True)
class _Side:
    """What stands on one page, in mm."""

    areas: tuple[BoxMm, ...]
    row_edges: tuple[float, ...] = ()
    column_edges: tuple[float, ...] = ()
    numbers: tuple[int, ...] = ()
    pitch: float = 0.0
    number_left: float = 0.0

    @property
    def left(self) -> float:
        return self.column_edges[0]

    @property
    def right(self) -> float:
        return self.column_edges[-1]


def as_html(wishes: SheetWishes, codes: Sequence[SheetCode], text_pt: float) -> str:
    """Return the pages of a sheet; without codes only the letter, on paper without end."""
    sides = [_side(code) for code in codes] or [_Side(())]
    return (
        _environment()
        .get_template("sheet.html")
        .render(
            wishes=wishes,
            sides=sides,
            texts=[_paragraphs(text) for text in wishes.texts],
            text_pt=text_pt,
            title_pt=next((size for most, size in TITLE_PT if len(wishes.title) <= most), TITLE_PT[-1][1]),
            label_pt=LABEL_PT,
            height_mm=PAGE_MM[1] if codes else ENDLESS_MM,
            text_top_mm=TEXT_TOP_MM,
            foot_top_mm=FOOT_TOP_MM,
            foot=_foot(wishes),
        )
    )


def as_form(wishes: SheetWishes, codes: Sequence[SheetCode]) -> str:
    """Return the form file of a sheet."""
    kinds = ("list",) if len(codes) == 1 else ("letter", "list")
    lines = [
        "# Made by digitize sheet new; sheets with its code are recognised without this file.",
        f"name = {_toml(wishes.form_name)}",
        f"title_words = [{_toml(wishes.title)}]",
        *([f"deadline = {wishes.deadline.isoformat()}"] if wishes.deadline else []),
        "",
        "[rows]",
        *(f"{kind} = [{code.first_row}, {code.last_row}]" for kind, code in zip(kinds, codes, strict=True)),
    ]
    for column in wishes.columns:
        words = [] if not column.label or column.role is Role.NUMBER else [f"words = [{_toml(column.label)}]"]
        lines += ["", "[[columns]]", f"role = {_toml(column.role)}", *words]
    return "\n".join(lines) + "\n"


def _side(code: SheetCode) -> _Side:
    roles = [role for role, _ in code.columns]
    edges = code.column_edges_mm
    return _Side(
        black_areas_mm(code),
        code.row_edges_mm,
        edges,
        tuple(range(code.first_row, code.last_row + 1)),
        code.pitch_mm10 / 10,
        edges[roles.index(Role.NUMBER)] if Role.NUMBER in roles else 0.0,
    )


def _foot(wishes: SheetWishes) -> list[str]:
    """Return the lines below the table."""
    lines = []
    if wishes.deadline:
        lines.append(" · ".join(return_by(wishes.deadline, language) for language in wishes.languages))
    if wishes.return_to:
        lines.append(wishes.return_to)
    return lines


def _paragraphs(text: str) -> list[list[str]]:
    """Return the paragraphs of a text, each as its lines."""
    parts = [part.strip("\n") for part in text.replace("\r\n", "\n").split("\n\n")]
    return [part.split("\n") for part in parts if part.strip()]


def _toml(text: str) -> str:
    """Return a text as a basic string of TOML, which escapes as JSON does."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


@cache
def _environment() -> Environment:
    made = make_environment("digitize.sheet", "en")
    made.filters["mm"] = lambda value: f"{value:.3f}".rstrip("0").rstrip(".")
    return made
