"""What people decide about rows, and what becomes of a row by it; pure, without any store.

Readings stay as they were recognised.  A decision refers to a row by its key
and is laid over the reading whenever somebody looks.
"""

from digitize.decisions.flags import ROW_SENTENCES, RowFlag
from digitize.decisions.lines import TRAIL_COLUMNS, trail_line, without_text
from digitize.decisions.questions import COUNT_CODES, Kind, Question, question
from digitize.decisions.rulings import Ruling, drawn, in_force
from digitize.decisions.settle import PERSON, RowNote, Settled, apply, settle
from digitize.decisions.texts import place_of, place_text, region_of, value_of
from digitize.decisions.values import (
    DIFFERENT,
    SAME,
    WHOLE_PAGE,
    Decision,
    Field,
    checked,
    named,
    page_key,
)

__all__ = [
    "COUNT_CODES",
    "DIFFERENT",
    "PERSON",
    "ROW_SENTENCES",
    "SAME",
    "TRAIL_COLUMNS",
    "WHOLE_PAGE",
    "Decision",
    "Field",
    "Kind",
    "Question",
    "RowFlag",
    "RowNote",
    "Ruling",
    "Settled",
    "apply",
    "checked",
    "drawn",
    "in_force",
    "named",
    "page_key",
    "place_of",
    "place_text",
    "question",
    "region_of",
    "settle",
    "trail_line",
    "value_of",
    "without_text",
]
