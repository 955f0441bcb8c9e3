"""What people decide about rows, and what becomes of a row by it; pure, without any store.

Readings stay as they were recognised.  A decision refers to a row by its key
and is laid over the reading whenever somebody looks.
"""

from digitize.campaign.decisions.apply_decisions import PERSON, RowNote, Settled, apply, settle
from digitize.campaign.decisions.audit_table import AUDIT_COLUMNS, audit_line, without_text
from digitize.campaign.decisions.decision import (
    DIFFERENT,
    PAIRS,
    SAME,
    WHOLE_PAGE,
    Decision,
    Field,
    checked,
    named,
    page_key,
)
from digitize.campaign.decisions.effective import EffectiveDecision, drawn, effective_decisions, invalid
from digitize.campaign.decisions.open_questions import COUNT_CODES, Kind, Question, question
from digitize.campaign.decisions.value_text import place_of, place_text, region_of, value_of

__all__ = [
    "AUDIT_COLUMNS",
    "COUNT_CODES",
    "DIFFERENT",
    "PAIRS",
    "PERSON",
    "SAME",
    "WHOLE_PAGE",
    "Decision",
    "EffectiveDecision",
    "Field",
    "Kind",
    "Question",
    "RowNote",
    "Settled",
    "apply",
    "audit_line",
    "checked",
    "drawn",
    "effective_decisions",
    "invalid",
    "named",
    "page_key",
    "place_of",
    "place_text",
    "question",
    "region_of",
    "settle",
    "value_of",
    "without_text",
]
