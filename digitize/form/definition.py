"""Printed designs: which columns a form has, how their headers are worded, where numbering starts.

A form is a small TOML file.  `acat.toml` describes the first customer's
sheet; the words that name columns in general live in `words.toml` and serve
every form and the automatic reading of headers.
"""

import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from digitize.errors import BadForm
from digitize.records import PageKind, Role

AUTO = "auto"
MOST_STOREYS = 3


@dataclass(frozen=True, slots=True)
class FormColumn:
    """A column of a form; `storey` (from 1) is the one of its row in which it lies, None all of them."""

    role: Role
    words: tuple[str, ...] = ()  # header words of this form, besides the general ones
    storey: int | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """One printed design; the form `auto` has no columns and takes them from the header."""

    name: str
    title_words: tuple[str, ...] = ()
    columns: tuple[FormColumn, ...] = ()
    first_row: tuple[tuple[PageKind, int], ...] = ()
    last_row: tuple[tuple[PageKind, int], ...] = ()
    deadline: date | None = None

    @property
    def roles(self) -> tuple[Role, ...]:
        return tuple(column.role for column in self.columns)

    @property
    def storeys(self) -> int | None:
        """How many storeys a row has; None where the form does not tell its columns."""
        return max((column.storey or 1 for column in self.columns), default=None)

    def rows_of(self, kind: PageKind) -> tuple[int, int] | None:
        """First and last printed number on a page of this kind, where the form says so."""
        first, last = dict(self.first_row).get(kind), dict(self.last_row).get(kind)
        return None if first is None or last is None else (first, last)


_KEYS = {"name", "title_words", "deadline", "columns", "rows"}
_PAGES = {kind.value: kind for kind in (PageKind.LETTER, PageKind.LIST)}


def load_form(name: str) -> Form:
    """The form called `name`: "auto", one that ships with digitize, or a path to a TOML file.

    Raises BadForm with file, key, found and allowed.
    """
    if name == AUTO:
        return Form(AUTO)
    path = Path(name)
    if path.suffix == ".toml" or path.exists():
        if not path.is_file():
            raise BadForm(f"There is no form file {name}; check the path or use --form auto.")
        return _read(path, str(path))
    shipped = resources.files("digitize.form") / f"{name}.toml"
    if name not in shipped_forms():
        known = ", ".join((AUTO, *shipped_forms()))
        raise BadForm(
            f'There is no form called "{name}"; known are {known}, or give the path of a .toml file.'
        )
    return _read(shipped, f"{name}.toml")


@cache
def shipped_forms() -> tuple[str, ...]:
    """Names of the forms in the package."""
    entries = resources.files("digitize.form").iterdir()
    names = (entry.name.removesuffix(".toml") for entry in entries if entry.name.endswith(".toml"))
    return tuple(sorted(name for name in names if name != "words"))


@cache
def header_words() -> dict[Role, tuple[str, ...]]:
    """Words and phrases that name a column, lower case, all languages, per role."""
    table = tomllib.loads((resources.files("digitize.form") / "words.toml").read_text(encoding="utf-8"))
    return {
        Role(role): tuple(word for words in languages.values() for word in words)
        for role, languages in table.items()
    }


def _read(source: Path | Traversable, shown: str) -> Form:
    try:
        table = tomllib.loads(source.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise BadForm(f"{shown} is not a valid TOML file: {error}.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise BadForm(f"{shown} cannot be read as UTF-8 text; save it again as UTF-8.") from error
    _check_keys(table, _KEYS, shown, "")
    columns = tuple(_column(entry, shown, i) for i, entry in enumerate(_list(table, "columns", shown)))
    given = {column.storey for column in columns if column.storey}
    for storey in range(1, max(given, default=0)):
        if storey not in given:
            raise BadForm(f"{shown}: columns have storey {max(given)}, but none has storey {storey}.")
    rows = _typed(table, "rows", dict, shown, {})
    _check_keys(rows, set(_PAGES), shown, "rows.")
    spans = {kind: _span(rows[key], shown, f"rows.{key}") for key, kind in _PAGES.items() if key in rows}
    return Form(
        name=_typed(table, "name", str, shown),
        title_words=tuple(_strings(table, "title_words", shown)),
        columns=columns,
        first_row=tuple((kind, span[0]) for kind, span in spans.items()),
        last_row=tuple((kind, span[1]) for kind, span in spans.items()),
        deadline=_typed(table, "deadline", date, shown, None),
    )


def _column(entry: Any, shown: str, index: int) -> FormColumn:
    where = f"columns[{index + 1}]."
    if not isinstance(entry, dict):
        raise BadForm(f"{shown}: columns[{index + 1}] is {entry!r}; allowed is a table with role and words.")
    _check_keys(entry, {"role", "words", "storey"}, shown, where)
    role = _typed(entry, "role", str, shown, prefix=where)
    if role not in set(Role):
        allowed = ", ".join(Role)
        raise BadForm(f'{shown}: {where}role is "{role}"; allowed are {allowed}.')
    storey = entry.get("storey")
    if storey is not None and (type(storey) is not int or not 1 <= storey <= MOST_STOREYS):
        raise BadForm(f"{shown}: {where}storey is {storey!r}; allowed is a number from 1 to {MOST_STOREYS}.")
    return FormColumn(Role(role), tuple(_strings(entry, "words", shown, where)), storey)


def _span(value: Any, shown: str, key: str) -> tuple[int, int]:
    whole = isinstance(value, list) and len(value) == 2 and all(type(v) is int for v in value)
    if not whole or not 1 <= value[0] <= value[1]:
        raise BadForm(f"{shown}: {key} is {value!r}; allowed is [first, last] with 1 <= first <= last.")
    return value[0], value[1]


def _check_keys(table: dict[str, Any], allowed: set[str], shown: str, prefix: str) -> None:
    for key in table:
        if key not in allowed:
            names = ", ".join(sorted(allowed))
            raise BadForm(f'{shown}: the key "{prefix}{key}" is not known; allowed are {names}.')


_REQUIRED = object()


def _typed(
    table: dict[str, Any], key: str, kind: type, shown: str, default: Any = _REQUIRED, prefix: str = ""
) -> Any:
    names = {str: "text", dict: "a table", date: "a date such as 2025-01-20", list: "a list"}
    value = table.get(key, default)
    if value is _REQUIRED:
        raise BadForm(f'{shown}: the key "{prefix}{key}" is missing; it must be {names[kind]}.')
    timed = kind is date and isinstance(value, datetime)  # to Python a moment is a date as well
    if value is not default and (timed or not isinstance(value, kind)):
        found = str(value) if timed else repr(value)
        raise BadForm(f"{shown}: {prefix}{key} is {found}; allowed is {names[kind]}.")
    return value


def _list(table: dict[str, Any], key: str, shown: str, prefix: str = "") -> list[Any]:
    value = _typed(table, key, list, shown, [], prefix)
    assert isinstance(value, list)
    return value


def _strings(table: dict[str, Any], key: str, shown: str, prefix: str = "") -> list[str]:
    values = _list(table, key, shown, prefix)
    for value in values:
        if not isinstance(value, str):
            raise BadForm(f"{shown}: {prefix}{key} holds {value!r}; allowed is a list of texts.")
    return values
