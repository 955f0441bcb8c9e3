"""The English sentences of flags and notes, each written down once.

Results carry codes and values (`digitize.records`); they become sentences only where
somebody reads them: in the tables, on the web pages, on the terminal.  A sentence is also
the key under which a gettext catalogue holds its translation.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from digitize.records import Flag, FlagCode, Note, NoteCode, PageFlag, RowFlag

Message = Flag | PageFlag | RowFlag | Note
Translate = Callable[[str], str]

FLAG_SENTENCES: Final[Mapping[FlagCode | PageFlag | RowFlag, str]] = {
    FlagCode.MISSING_NAME: "The name is missing.",
    FlagCode.MISSING_ADDRESS: "The address is missing.",
    FlagCode.MISSING_SIGNATURE: "The signature is missing.",
    FlagCode.DASH_SIGNATURE: "There is a dash where the signature belongs.",
    FlagCode.TICK_SIGNATURE: (
        "Only a tick or a cross stands where the signature belongs: decide whether it counts."
    ),
    FlagCode.JOINT_SIGNATURE: "One signature lies over two rows: decide whose it is.",
    FlagCode.HOUSEHOLD_SIGNATURE: "Only the row next to it, with the same family name, is signed: for both?",
    FlagCode.UNSURE_INK: "A cell holds so little ink that it may be blank.",
    FlagCode.COVERED: "Something covers a cell: check whether it was written in.",
    FlagCode.FOREIGN_INK: "The row counts only if ink assigned to a neighbouring row belongs to this one.",
    FlagCode.STRUCK: "The row is struck out.",
    FlagCode.UNSURE_STRUCK: "A line crosses part of the row: decide whether it is struck out.",
    FlagCode.STAMP: "A stamp lies over the row.",
    FlagCode.DITTO: "Ditto marks: the value above was taken.",
    FlagCode.WEAK_NAME: "The name was hard to read.",
    FlagCode.WEAK_ADDRESS: "The address was hard to read.",
    FlagCode.REGION_AMBIGUOUS: "The address fits several cantons.",
    FlagCode.REGION_UNKNOWN: "The canton could not be determined from the address.",
    FlagCode.REGION_WEAK: "The canton is likely but not certain.",
    FlagCode.ABROAD: "The address is abroad.",
    FlagCode.NUMBER_INFERRED: "The row number could not be read; it was inferred from the row's position.",
    FlagCode.ROWS_LOST: (
        "Rows of this page may be missing (see the note of the page): look at the whole page."
    ),
    PageFlag.DUPLICATE_PAGE: "The page was scanned twice: the row counts on the other scan.",
    PageFlag.POSSIBLE_DUPLICATE_PAGE: "The page may have been scanned twice: decide whether both count.",
    PageFlag.SCANS_DIFFER: "On another scan of this page the row has a different result: look at both.",
    PageFlag.LATE: "The sheet came after the deadline.",
    RowFlag.DUPLICATE_PERSON: "The same person signed twice: the other row counts.",
    RowFlag.POSSIBLE_DUPLICATE_PERSON: "The same person may have signed twice: decide whether both count.",
    RowFlag.CONTESTED: "Two people decided differently about the row: look at it a third time.",
    RowFlag.DECISION_LOST: "A decision about the row no longer fits what was recognised: decide again.",
    RowFlag.TYPED: "A person typed the row in.",
    RowFlag.FOLLOWS: "Ditto marks: the row has the address that a person gave the row above.",
}

_WRITING = (
    "There is writing {where} the rows found, as if rows were missed there: look at the page, "
    "scan it again or count them by hand."
)

NOTE_SENTENCES: Final[Mapping[NoteCode, str]] = {
    NoteCode.TEXT: "{text}",
    NoteCode.NEGATIVE: "The page is a negative, white on black: it was read with black and white exchanged.",
    NoteCode.SHEET_BATCH: "The sheet is one of batch {batch} of the form {form}.",
    NoteCode.NO_TABLE: "No signature table was found on this page; if there is one, scan the page again.",
    NoteCode.NO_HEADER: (
        "A table was found, but its header could not be read: "
        "choose the form and read the page again, or scan it again."
    ),
    NoteCode.HEADER_UNREAD: (
        "The header of the table could not be read: its columns were taken from the form. "
        "Check on the picture that the first row was not taken for the header."
    ),
    NoteCode.MISSING_COLUMNS: (
        "A table was found, but no column for {columns}: "
        "choose a form that names its columns and read the page again, or scan it again."
    ),
    NoteCode.BORROWED_COLUMNS: (
        "The header of the table could not be read: its columns were taken from page {page}."
    ),
    NoteCode.NUMBERS_UNREAD: (
        "The printed row numbers could not be read: check on the picture that no row was missed."
    ),
    NoteCode.NUMBERS_JUMP: (
        "The printed row numbers are not consecutive: a row was missed or invented. Scan this page again."
    ),
    NoteCode.NUMBERS_NOT_OF_FORM: (
        "The form has rows {form_first} to {form_last} here, but rows {first} to {last} were found. "
        "Scan this page again, flat and whole."
    ),
    NoteCode.NUMBER_OUTSIDE_ROWS: (
        "A row number is printed outside the rows found ({number}): rows were missed. Scan this page again."
    ),
    NoteCode.FAINT_RULES: (
        "The lines of the table are hardly visible: check on the picture that each row was found."
    ),
    NoteCode.PALE_PAGE: (
        "The page is so pale or grainy that writing may be lost in it: "
        "compare the rows with the sheet, or scan it again darker."
    ),
    NoteCode.TABLE_IN_PIECES: (
        "The table was found in pieces: something covers it, or the paper slipped. "
        "Check on the picture that each row around row {row} was found once."
    ),
    NoteCode.SECOND_SHEET: (
        "A second sheet lies under this one: its rows {first} to {last} are not counted. "
        "Scan both sheets, one by one."
    ),
    NoteCode.WRITING_ABOVE: _WRITING.format(where="above"),
    NoteCode.WRITING_BELOW: _WRITING.format(where="below"),
    NoteCode.WRITING_ABOVE_AND_BELOW: _WRITING.format(where="above and below"),
    NoteCode.DUPLICATE_FILE: "The same content as {file}, where it is counted.",
    NoteCode.NOT_PROCESSED: "Not processed yet: run the same command again.",
    NoteCode.SECOND_SCAN: "Another scan of {file}, page {page}, where it is counted.",
    NoteCode.SCANNED_AGAIN: "Scanned again as {file}, page {page}; counted here.",
    NoteCode.POSSIBLE_DUPLICATE: (
        "It may be the same page as {file}, page {page}: look at both; until then both count."
    ),
    NoteCode.IN_STACKS: (
        "Fronts and backs were scanned in separate stacks: "
        "it is not known which other page belongs to this one."
    ),
    NoteCode.OTHER_FORM: (
        "This does not look like a page of the form {form}: does it belong to another petition?"
    ),
    NoteCode.MISSING_PAGE: "The page with rows {first}-{last} is missing.",
    NoteCode.SETTLED_AS_READ: "A person has checked the page: its rows are complete.",
    NoteCode.SETTLED_TYPED: "A person typed the rows of the page in; what was recognised does not count.",
    NoteCode.SETTLED_OTHER: "A person found that this is not a petition sheet; nothing on it counts.",
    NoteCode.SETTLED_BLANK: "A person found that the page is blank.",
    NoteCode.SETTLED_AGAIN: "To be scanned again; until then nothing on this page counts.",
    NoteCode.SETTLED_ARRIVED: "Scanned again: the sheet counts on the new scan.",
    NoteCode.TRASHED: "Taken out of the campaign; nothing on it counts.",
}

_IN_PROGRAM = "An error in the program stopped this page: look at it by hand, and report the error."

FAILURE_SENTENCES: Final[Mapping[str, str]] = {
    "unreadable": "The file is damaged, empty or not a scan: scan it or copy it again.",
    "unsupported": "This is not a file that is read: scan it, or save it as a PDF, TIFF, PNG or JPEG.",
    "encrypted": "The PDF requires a password: save it without one and add it again.",
    "too-large": "The page or file exceeds a limit: scan it again at 300 dpi, or split the file.",
    "unusable": "The scan shows too little of the page to count it: scan it again, flat, whole and sharp.",
    "changed": "The file was changed or removed while it was read: add it again.",
    "time-limit": "The page took too long: scan it again or look at it by hand.",
    "reader": _IN_PROGRAM,
    "worker-died": _IN_PROGRAM,
    "nonsense": _IN_PROGRAM,
    "unstorable": _IN_PROGRAM,
    "unexpected": _IN_PROGRAM,
}
"""What a failure means, by its kind.  `Failure.sentence` says more, in English only."""

CELL_SENTENCES: Final[Mapping[FlagCode, str]] = {
    FlagCode.UNSURE_INK: "{cell}: so little ink that it may be blank.",
    FlagCode.FOREIGN_INK: "{cell}: perhaps only ink of a neighbouring row.",
}
"""Sentences of doubts about one cell, where it is named; `{cell}` is one of CELL_WORDS."""

CELL_WORDS: Final = ("Name", "Address", "Signature")

COLUMN_WORDS: Final = ("signature", "name", "address")
"""Words that the value `columns` may hold, parted by blanks."""
AND: Final = " and "


def sentence(message: Message, translate: Translate = str) -> str:
    """Return the sentence of a flag or note.

    `translate` gets the English sentence with its placeholders, as `gettext` does.
    """
    if isinstance(message, Note):
        values = {name: _shown(name, value, translate) for name, value in message.values}
        # A finished sentence has no translation.
        template = NOTE_SENTENCES[message.code]
        return (template if message.code is NoteCode.TEXT else translate(template)).format(**values)
    return translate(FLAG_SENTENCES[message.code if isinstance(message, Flag) else message])


def failure_sentence(kind: str, translate: Translate = str) -> str:
    """Return what a failure of this kind means."""
    return translate(FAILURE_SENTENCES.get(kind, _IN_PROGRAM))


def sentences(messages: Iterable[Message], translate: Translate = str) -> str:
    """Return the sentences of several flags or notes as one text."""
    return " ".join(sentence(message, translate) for message in messages)


def _shown(name: str, value: str | int, translate: Translate) -> str | int:
    """Return a value as it stands in the sentence: names of columns are words of a language."""
    if name != "columns":
        return value
    return translate(AND).join(translate(word) for word in str(value).split())
