"""What somebody wants on a sheet, checked."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from digitize.errors import BadSheet
from digitize.form.sheet_code import MAX_BATCH, MAX_COLUMNS, MAX_NAME_LETTERS, MAX_ROWS
from digitize.records import Role
from digitize.sheet import problems
from digitize.sheet.labels import header

MAX_TITLE_LETTERS: Final = 200
MAX_LINE_LETTERS: Final = 120  # organisation, address
MAX_TEXT_LETTERS: Final = 20_000
MAX_PAGES: Final = 2
NAMES: Final = frozenset({Role.NAME, Role.GIVEN_NAME, Role.FAMILY_NAME})
FIRST_YEAR, LAST_YEAR = 2000, 2099  # the code has two digits for the year


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column and what is printed above it."""

    role: Role
    label: str


@dataclass(frozen=True, slots=True)
class SheetWishes:
    """A sheet as somebody wants it.

    `texts` are the letter in each language, one below the other; `rows` how many rows stand on each page, the
    first of them beneath the texts; `name` is that of the form, `batch` tells prints apart (0: none).
    """

    title: str
    columns: tuple[SheetColumn, ...]
    rows: tuple[int, ...]
    texts: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("de",)
    organisation: str = ""
    return_to: str = ""
    deadline: date | None = None
    name: str = ""
    batch: int = 0

    @property
    def form_name(self) -> str:
        """The name of the form: as given, or made of the title."""
        return form_name(self.name or self.title)

    def check(self) -> None:
        """Raise BadSheet, with one sentence, if no sheet can be made of this."""
        roles = [column.role for column in self.columns]
        texts, lines = sum(map(len, self.texts)), (self.organisation, self.return_to)
        year = self.deadline.year if self.deadline else FIRST_YEAR
        if not 0 < len(self.title) <= MAX_TITLE_LETTERS:
            raise BadSheet(problems.TITLE, most=MAX_TITLE_LETTERS)
        if not self.form_name:
            raise BadSheet(problems.NO_NAME)
        if not NAMES & set(roles) or Role.SIGNATURE not in roles:
            raise BadSheet(problems.COLUMNS_MISSING)
        if any(roles.count(role) > 1 for role in roles if role is not Role.OTHER):
            raise BadSheet(problems.COLUMN_TWICE)
        if len(roles) > MAX_COLUMNS:
            raise BadSheet(problems.TOO_MANY_COLUMNS, most=MAX_COLUMNS)
        if not 1 <= len(self.rows) <= MAX_PAGES:
            raise BadSheet(problems.PAGES)
        if not all(1 <= rows <= MAX_ROWS for rows in self.rows):
            raise BadSheet(problems.ROWS, most=MAX_ROWS)
        if not 0 <= self.batch <= MAX_BATCH:
            raise BadSheet(problems.BATCH, most=MAX_BATCH)
        if texts > MAX_TEXT_LETTERS:
            raise BadSheet(problems.TEXT_TOO_LONG, most=MAX_TEXT_LETTERS)
        if max(map(len, lines)) > MAX_LINE_LETTERS:
            raise BadSheet(problems.LINE_TOO_LONG, most=MAX_LINE_LETTERS)
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise BadSheet(problems.DEADLINE, first=FIRST_YEAR, last=LAST_YEAR)


def form_name(text: str) -> str:
    """Return a name for a form, in ASCII as the code can hold it: "Mehr Bäume!" becomes mehr-baeume."""
    german = text.lower().translate({ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue", ord("ß"): "ss"})
    plain = unicodedata.normalize("NFKD", german).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain)
    name = ""
    for word in words:
        if name and len(name) + 1 + len(word) > MAX_NAME_LETTERS:
            break
        name = f"{name}-{word}" if name else word[:MAX_NAME_LETTERS]
    return name


def columns_of(texts: Sequence[str], languages: Sequence[str]) -> tuple[SheetColumn, ...]:
    """Return columns written as "name" or "name=Full Name"; raises BadSheet."""
    columns = []
    for text in texts:
        role, _, label = (part.strip() for part in text.partition("="))
        if role not in set(Role):
            raise BadSheet(problems.UNKNOWN_COLUMN, column=role, known=", ".join(Role))
        given = " ".join(label.split()) if "=" in text else header(Role(role), languages)
        columns.append(SheetColumn(Role(role), given))
    return tuple(columns)
