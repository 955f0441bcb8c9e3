"""What may stand against a sheet, as sentences that are translated on the pages."""

from typing import Final

TITLE: Final = "A sheet needs a title of at most {most} letters."
NO_NAME: Final = "The title must contain Latin letters or digits; or give the form a name."
COLUMNS_MISSING: Final = "A sheet needs at least a column for names and one for signatures."
COLUMN_TWICE: Final = "Each column but remarks may occur once."
TOO_MANY_COLUMNS: Final = "A sheet has at most {most} columns."
UNKNOWN_COLUMN: Final = 'There is no column "{column}"; known are {known}.'
PAGES: Final = "A sheet has one or two pages."
ROWS: Final = "A page has 1 to {most} rows."
BATCH: Final = "The batch is a number from 0 to {most}."
TEXT_TOO_LONG: Final = "The text is longer than {most} letters."
LINE_TOO_LONG: Final = "Organisation and address have at most {most} letters each."
DEADLINE: Final = "The deadline lies between {first} and {last}."
NO_ROOM: Final = "Text and rows do not fit onto page 1: shorten the text, or put fewer rows beneath it."
TOO_MANY_ROWS: Final = "{rows} rows do not fit onto page {page}: each would be lower than {least} mm."
CODE_TOO_LONG: Final = "The code of the sheet would be too long: use fewer columns or a shorter form name."

SENTENCES: Final = (
    *(TITLE, NO_NAME, COLUMNS_MISSING, COLUMN_TWICE, TOO_MANY_COLUMNS, UNKNOWN_COLUMN, PAGES, ROWS, BATCH),
    *(TEXT_TOO_LONG, LINE_TOO_LONG, DEADLINE, NO_ROOM, TOO_MANY_ROWS, CODE_TOO_LONG),
)
