"""Definitions of printed forms: their columns, header words and row numbers.

A form is a small TOML file; `acat.toml` is the one that ships.  The words that
name columns in general are in `words.toml`.  They apply to every form and to
the automatic recognition of headers.
"""

import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from digitize.errors import BadForm
from digitize.records import PageKind, Role

AUTO = "auto"
MAX_STOREYS = 3  # cells of a row one above the other


@dataclass(frozen=True, slots=True)
class FormColumn:
    """A column of a form.

    `storey` counts from 1 at the top where cells of a row lie one above the
    other; None if the column takes the whole height of the row.
    """

    role: Role
    words: tuple[str, ...] = ()  # header words of this form, in addition to the general ones
    storey: int | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """A printed form.  The form `auto` has no columns; they are taken from the header.

    `first_row` and `last_row` are the printed numbers on each kind of page.
    `deadline` is the last day on which signatures count.
    """

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
        """Number of storeys in a row, None for a form without columns."""
        return max((column.storey or 1 for column in self.columns), default=None)

    def rows_of(self, kind: PageKind) -> tuple[int, int] | None:
        """Return the first and last printed number on a page of this kind, None if the form does not say."""
        first, last = dict(self.first_row).get(kind), dict(self.last_row).get(kind)
        return None if first is None or last is None else (first, last)


_KEYS = {"name", "title_words", "deadline", "columns", "rows"}
_PAGES = {kind.value: kind for kind in (PageKind.LETTER, PageKind.LIST)}


def load_form(name: str) -> Form:
    """Return the form called `name`: "auto", one that ships with digitize, or the path of a TOML file.

    Raises BadForm, which names the file, the key, what was found and what is allowed.
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


def is_built_in(name: str) -> bool:
    """Return whether this is the form "auto" or one that ships with digitize, and no file of a user."""
    return name in (AUTO, *shipped_forms())


def form_mark(name: str) -> str:
    """Return the name of a form, with the start of the SHA-256 of its file if it is not a shipped one.

    So the same file counts as the same form wherever it lies, and as another one when it was changed.  Raises
    BadForm if the file cannot be read.
    """
    if is_built_in(name):
        return name
    try:
        stem = "_".join(Path(name).stem.split())
        return f"{stem}-{sha256(Path(name).read_bytes()).hexdigest()[:8]}"
    except OSError as error:
        raise BadForm(f"There is no form file {name}; check the path or use --form auto.") from error


@cache
def shipped_forms() -> tuple[str, ...]:
    """Return the names of the forms that ship with digitize."""
    entries = resources.files("digitize.form").iterdir()
    names = (entry.name.removesuffix(".toml") for entry in entries if entry.name.endswith(".toml"))
    return tuple(sorted(name for name in names if name != "words"))


@cache
def header_words() -> dict[Role, tuple[str, ...]]:
    """Return the words and phrases, in lower case and all languages, that name a column of each role."""
    table = tomllib.loads((resources.files("digitize.form") / "words.toml").read_text(encoding="utf-8"))
    return {
        Role(role): tuple(word for words in languages.values() for word in words)
        for role, languages in table.items()
    }


def _read(source: Path | Traversable, shown: str) -> Form:
    """Return the form in a file that error messages call `shown`."""
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
    if storey is not None and (type(storey) is not int or not 1 <= storey <= MAX_STOREYS):
        raise BadForm(f"{shown}: {where}storey is {storey!r}; allowed is a number from 1 to {MAX_STOREYS}.")
    return FormColumn(Role(role), tuple(_strings(entry, "words", shown, where)), storey)


def _span(value: Any, shown: str, key: str) -> tuple[int, int]:
    is_pair = isinstance(value, list) and len(value) == 2 and all(type(v) is int for v in value)
    if not is_pair or not 1 <= value[0] <= value[1]:
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
    """Return the value of `key`, checked to be a `kind`; in messages `prefix` precedes the key."""
    names = {str: "text", dict: "a table", date: "a date such as 2025-01-20", list: "a list"}
    value = table.get(key, default)
    if value is _REQUIRED:
        raise BadForm(f'{shown}: the key "{prefix}{key}" is missing; it must be {names[kind]}.')
    has_time = kind is date and isinstance(value, datetime)  # a datetime is an instance of date
    if value is not default and (has_time or not isinstance(value, kind)):
        found = str(value) if has_time else repr(value)
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
