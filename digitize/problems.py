"""Sentences about problems of a campaign and of its inbox, which the pages show in four languages.

Such a sentence is an English text that remembers its template and values, so that it can be printed as it is
and translated where a person reads it, also after it was written to a file or sent by another process.
"""

from collections.abc import Callable, Mapping
from typing import Final, Self

NO_CAMPAIGN: Final = "{folder} holds no campaign; name the folder that digitize run wrote to with --out."
NO_FOLDER: Final = "{folder} cannot be used as output folder: {reason}; choose another."
OTHER_PROGRAM: Final = "{file} is a database of another program; choose another folder with --out."
NEWER: Final = (
    "{file} was written by a newer digitize (version {version} of its tables, this program knows {known}); "
    "update digitize or choose another folder with --out."
)
DATABASE_LOCKED: Final = (
    "The campaign in {folder} cannot be used: {reason}; another program keeps it locked, try again when that "
    "has ended."
)
DATABASE_UNUSABLE: Final = (
    "The campaign in {folder} cannot be used: {reason}; check that the folder is there, its free space and "
    "its rights, then run the same command again."
)
UNWRITABLE: Final = (
    "The campaign in {folder} cannot be written: {reason}; check that the folder is there, its free space "
    "and its rights, then run the same command again."
)
DAMAGED: Final = (
    "The database of the campaign in {folder} is damaged ({reason}); digitize repair {folder} saves what can "
    "be saved."
)
VANISHED: Final = (
    "The campaign in {folder} was moved or deleted while digitize was working on it; bring it back, or run "
    "the same command again to begin anew."
)
GONE: Final = (
    "The database of the campaign in {folder} is gone, but {backup} is there; bring {database} back, or make "
    "it again with digitize repair {folder}."
)
BUSY: Final = "Another run is working on {folder}; wait until it ends or choose another folder with --out."
WATCHED: Final = "Another digitize watches the inbox of {folder} already; end that one first."
TABLE_UNWRITABLE: Final = "{file} cannot be written ({reason}); close it in other programs and try again."
CRASHED: Final = "The run ended suddenly; what was finished is kept."
CRASHED_BY: Final = "The run ended suddenly (its process died by signal {signal}); what was finished is kept."
STUCK: Final = (
    "{file} was read {times} times and is still not finished; take it out of the folder scans and look at it."
)
LOCKED: Final = (
    "{file} cannot be moved out of the inbox ({reason}); close it in other programs or check its permissions."
)
FAULT: Final = "digitize stopped because of an internal error ({reason})."

TEMPLATES: Final = (
    *(NO_CAMPAIGN, NO_FOLDER, OTHER_PROGRAM, NEWER, DATABASE_LOCKED, DATABASE_UNUSABLE, UNWRITABLE, DAMAGED),
    *(VANISHED, GONE, BUSY, WATCHED, TABLE_UNWRITABLE, CRASHED, CRASHED_BY, STUCK, LOCKED, FAULT),
)


class Problem(str):
    """A sentence in English that can be told in other languages; `template` is "" if it cannot."""

    __slots__ = ("template", "values")
    template: str
    values: Mapping[str, str]

    def __new__(cls, text: str, template: str = "", values: Mapping[str, str] | None = None) -> Self:
        made = super().__new__(cls, text)
        made.template, made.values = template, dict(values or {})
        return made

    def __getnewargs__(self) -> tuple[str, str, dict[str, str]]:  # type: ignore[override]
        return str(self), self.template, dict(self.values)

    def told(self, translate: Callable[[str], str]) -> str:
        """Return the sentence in the language of `translate`."""
        return translate(self.template).format(**self.values) if self.template else str(self)


def problem(template: str, **values: object) -> Problem:
    """Fill in one of the templates."""
    texts = {name: str(value) for name, value in values.items()}
    return Problem(template.format(**texts), template, texts)


def problem_of(error: Exception) -> Problem:
    """Return the sentence of an error."""
    first = error.args[0] if error.args else ""
    return first if isinstance(first, Problem) else Problem(str(error))


def stored(sentence: str) -> Mapping[str, object]:
    """Return a sentence for a file; `restored` reads it back."""
    known = sentence if isinstance(sentence, Problem) else Problem(sentence)
    return {"text": str(known), "template": known.template, "values": dict(known.values)}


def restored(kept: Mapping[str, object]) -> Problem:
    """Read a stored sentence; one of another version stays in English.  Raises KeyError, TypeError."""
    text, template, values = str(kept["text"]), kept["template"], kept["values"]
    if template not in TEMPLATES or not isinstance(values, dict):
        return Problem(text)
    texts = {str(name): str(value) for name, value in values.items()}
    return Problem(text, str(template), texts) if str(template).format(**texts) == text else Problem(text)
