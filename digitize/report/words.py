"""The English words of reports, pictures and workbooks; catalogues hold their translations.

Sentences of the report stand in its template.  `WORDS` lists everything that is translated from here.
"""

from collections.abc import Mapping
from typing import Final

from digitize.report.comparison import OPEN as OPEN_ROW
from digitize.report.comparison import ROW_MISSING, Compared
from digitize.report.figures import NOT_TOLD, Reason

REGION_NAMES: Final[Mapping[str, str]] = {
    **{"ZH": "Zurich", "BE": "Bern", "LU": "Lucerne", "UR": "Uri", "SZ": "Schwyz", "OW": "Obwalden"},
    **{"NW": "Nidwalden", "GL": "Glarus", "ZG": "Zug", "FR": "Fribourg", "SO": "Solothurn"},
    **{"BS": "Basel-Stadt", "BL": "Basel-Landschaft", "SH": "Schaffhausen"},
    **{"AR": "Appenzell Ausserrhoden", "AI": "Appenzell Innerrhoden", "SG": "St Gallen"},
    **{"GR": "Graubünden", "AG": "Aargau", "TG": "Thurgau", "TI": "Ticino", "VD": "Vaud", "VS": "Valais"},
    **{"NE": "Neuchâtel", "GE": "Geneva", "JU": "Jura", "LI": "Liechtenstein", "abroad": "Abroad"},
    **{NOT_TOLD: "Unknown"},
}

REASON_NAMES: Final[Mapping[Reason, str]] = {
    Reason.NO_SIGNATURE: "signature missing",
    Reason.NO_NAME: "name missing",
    Reason.NO_ADDRESS: "address missing",
    Reason.OTHERWISE_INCOMPLETE: "incomplete as decided by hand",
    Reason.STRUCK: "struck out",
    Reason.SECOND: "signed before: the other row of this person counts",
}

FAILURES: Final[Mapping[str, str]] = {
    "unreadable": "damaged or not a scan",
    "unsupported": "of a kind that is not read",
    "encrypted": "protected by a password",
    "too-large": "too large",
    "unusable": "cut off or too blurred to count",
}
OTHER_FAILURE: Final = "could not be processed"

PAGE_KINDS: Final[Mapping[str, str]] = {
    "letter": "pages with a letter and a few rows",
    "list": "pages with a list",
    "blank": "blank pages",
    "no-table": "pages without a signature table",
    "failed": "failed pages",
    "duplicate": "pages of a file that came twice",
    "waiting": "pages not processed yet",
}

VALID: Final = "Valid"
LATE: Final = "Of these late"
INVALID: Final = "Invalid"
INCOMPLETE: Final = "Incomplete"
STRUCK: Final = "Struck out"
SECOND: Final = "Signed twice"
OPEN: Final = "Open"
TOTAL: Final = "Total"
PER_10000: Final = "Valid per 10,000 inhabitants"
CANTON: Final = "Canton"
DAY: Final = "Day received"
GOAL: Final = "goal"
VALID_SIGNATURES: Final = "Valid signatures"
SO_FAR: Final = "Valid so far"
NO_TITLE: Final = "title not read"
PETITIONS: Final = "Petitions"

MAP_TITLE: Final = "Valid signatures by canton"
MAP_TITLE_PER_10000: Final = "Valid signatures per 10,000 inhabitants"
BARS_TITLE: Final = "Valid and invalid signatures by canton"
CURVE_TITLE: Final = "Valid signatures by day of receipt, added up"
SHARES_TITLE: Final = "Valid signatures by printed sheet"

COMPARED: Final[Mapping[Compared, str]] = {
    Compared.COUNTS: "counts?",
    Compared.CANTON: "canton",
    Compared.POSTCODE: "postcode",
    Compared.NAME: "name",
    Compared.ADDRESS: "address",
}
COMPARED_VALUES: Final = {"yes": "yes", "no": "no", OPEN_ROW: "to be decided", ROW_MISSING: "row missing"}

SHEET_NAMES: Final = ("Overview", "Cantons", "Days", "Rows", "Pages", "Log")  # of the workbook
PROPERTY: Final = "What"
NUMBER: Final = "Number"

WORDS: Final = (
    *REGION_NAMES.values(),
    *REASON_NAMES.values(),
    *FAILURES.values(),
    OTHER_FAILURE,
    *PAGE_KINDS.values(),
    *(VALID, LATE, INVALID, INCOMPLETE, STRUCK, SECOND, OPEN, TOTAL, PER_10000, CANTON, DAY, GOAL),
    *(VALID_SIGNATURES, SO_FAR, NO_TITLE, PETITIONS),
    *(MAP_TITLE, MAP_TITLE_PER_10000, BARS_TITLE, CURVE_TITLE, SHARES_TITLE),
    *SHEET_NAMES,
    *COMPARED.values(),
    *COMPARED_VALUES.values(),
    *(PROPERTY, NUMBER),
)
