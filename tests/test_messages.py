"""Every code has one sentence, with its values filled in; translations see the sentence with placeholders."""

import re
from pathlib import Path

import pytest

from digitize import errors
from digitize.messages import (
    AND,
    COLUMN_WORDS,
    FAILURE_SENTENCES,
    FLAG_SENTENCES,
    NOTE_SENTENCES,
    failure_sentence,
    sentence,
    sentences,
)
from digitize.records import Flag, FlagCode, Note, NoteCode, PageFlag, RowFlag

PLACEHOLDER = re.compile(r"\{(\w+)\}")

GERMAN = {
    NOTE_SENTENCES[NoteCode.BORROWED_COLUMNS]: "Spalten von Seite {page}.",
    NOTE_SENTENCES[NoteCode.MISSING_COLUMNS]: "Es fehlt {columns}.",
    FLAG_SENTENCES[FlagCode.STAMP]: "Ein Stempel.",
    "name": "Name",
    "signature": "Unterschrift",
    AND: " und ",
    "{text}": "never asked for",
}


def german(text: str) -> str:
    return GERMAN[text]


def test_every_code_has_its_sentence() -> None:
    assert list(FLAG_SENTENCES) == [*FlagCode, *PageFlag, *RowFlag]
    assert list(NOTE_SENTENCES) == list(NoteCode)
    finished = [text for code, text in NOTE_SENTENCES.items() if code is not NoteCode.TEXT]
    assert all(text.endswith((".", "?")) for text in (*FLAG_SENTENCES.values(), *finished))


@pytest.mark.parametrize("line", ["load", "page"])
def test_every_kind_of_failure_of_a_page_has_its_sentence(line: str) -> None:
    source = "\n".join(
        path.read_text("utf-8") for path in (Path(errors.__file__).parent / line).rglob("*.py")
    )
    raised = {name for name in re.findall(r"\b([A-Z]\w+)\b", source) if hasattr(errors, name)}
    kinds = {getattr(errors, name).kind for name in raised - {"DigitizeError", "MissingProgram"}}
    assert kinds and kinds <= set(FAILURE_SENTENCES)
    assert failure_sentence("of a later version") == FAILURE_SENTENCES["unexpected"]


def test_flags_have_no_placeholders() -> None:
    assert not any(PLACEHOLDER.search(text) for text in FLAG_SENTENCES.values())


@pytest.mark.parametrize("code", NoteCode)
def test_all_placeholders_of_a_note_are_filled(code: NoteCode) -> None:
    names = PLACEHOLDER.findall(NOTE_SENTENCES[code])
    said = sentence(Note.of(code, **dict.fromkeys(names, "name")))
    assert "{" not in said and said.count("name") >= len(names)


def test_a_sentence_is_translated_before_its_values_are_filled_in() -> None:
    assert sentence(Note.of(NoteCode.BORROWED_COLUMNS, page=3), german) == "Spalten von Seite 3."
    assert sentence(Flag(FlagCode.STAMP), german) == "Ein Stempel."


def test_names_of_missing_columns_are_translated_and_joined() -> None:
    note = Note.of(NoteCode.MISSING_COLUMNS, columns="signature name")
    assert sentence(note).startswith("A table was found, but no column for signature and name: ")
    assert sentence(note, german) == "Es fehlt Unterschrift und Name."
    assert set(COLUMN_WORDS) == {"signature", "name", "address"}


def test_a_finished_sentence_stays_as_it_is_in_every_language() -> None:
    note = Note.of(NoteCode.TEXT, text="Rows {4} to 5 are lost.")
    assert sentence(note) == sentence(note, german) == "Rows {4} to 5 are lost."


def test_several_messages_make_one_text() -> None:
    said = sentences([Flag(FlagCode.ABROAD), PageFlag.LATE, RowFlag.CONTESTED])
    assert said == (
        "The address is abroad. The sheet came after the deadline. "
        "Two people decided differently about the row: look at it a third time."
    )
    assert sentences([]) == ""


def test_the_order_in_which_values_are_given_makes_no_difference() -> None:
    one = Note.of(NoteCode.MISSING_PAGE, first=1, last=3)
    assert one == Note.of(NoteCode.MISSING_PAGE, last=3, first=1)
