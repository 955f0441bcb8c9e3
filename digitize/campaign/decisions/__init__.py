"""What people decide about rows, and how it changes them; pure functions without a store.

Recognised rows are never changed.  A decision refers to a row by its key and is applied
whenever the row is shown or counted.
"""

from digitize.campaign.decisions.apply_decisions import (
    PERSON,
    DecidedRow,
    RowNote,
    apply,
    resolve,
    with_canton_on,
)
from digitize.campaign.decisions.audit_table import AUDIT_COLUMNS, audit_line, without_text
from digitize.campaign.decisions.decision import (
    DIFFERENT,
    PAIRS,
    SAME,
    WHOLE_PAGE,
    Decision,
    Field,
    checked_name,
    checked_value,
    page_key,
)
from digitize.campaign.decisions.effective import (
    EffectiveDecision,
    effective_decisions,
    invalid_decisions,
    is_sampled,
)
from digitize.campaign.decisions.open_questions import Kind, Question, question
from digitize.campaign.decisions.value_text import place_of, place_text, region_of, value_of

__all__ = [
    "AUDIT_COLUMNS",
    "DIFFERENT",
    "PAIRS",
    "PERSON",
    "SAME",
    "WHOLE_PAGE",
    "DecidedRow",
    "Decision",
    "EffectiveDecision",
    "Field",
    "Kind",
    "Question",
    "RowNote",
    "apply",
    "audit_line",
    "checked_name",
    "checked_value",
    "effective_decisions",
    "invalid_decisions",
    "is_sampled",
    "page_key",
    "place_of",
    "place_text",
    "question",
    "region_of",
    "resolve",
    "value_of",
    "with_canton_on",
    "without_text",
]
