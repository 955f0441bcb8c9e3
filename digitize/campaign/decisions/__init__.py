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
    ADDED,
    ADDED_AGAIN,
    DIFFERENT,
    KEPT,
    PAGE_FIELDS,
    PAIRS,
    REMOVED,
    SAME,
    WHOLE_PAGE,
    Content,
    Decision,
    Field,
    checked_name,
    checked_value,
    page_key,
)
from digitize.campaign.decisions.ditto_rows import follow, is_ditto
from digitize.campaign.decisions.effective import (
    EffectiveDecision,
    effective_decisions,
    invalid_decisions,
    is_sampled,
)
from digitize.campaign.decisions.open_questions import (
    Kind,
    Question,
    asked_together,
    question,
    question_of_count,
)
from digitize.campaign.decisions.page_decisions import (
    COUNTING,
    FIRST_TYPED,
    PageDecision,
    SettledPage,
    page_decision,
    present_rows,
    row_values,
)
from digitize.campaign.decisions.value_text import place_of, place_text, region_of, value_of

__all__ = [
    "ADDED",
    "ADDED_AGAIN",
    "AUDIT_COLUMNS",
    "COUNTING",
    "DIFFERENT",
    "FIRST_TYPED",
    "KEPT",
    "PAGE_FIELDS",
    "PAIRS",
    "PERSON",
    "REMOVED",
    "SAME",
    "WHOLE_PAGE",
    "Content",
    "DecidedRow",
    "Decision",
    "EffectiveDecision",
    "Field",
    "Kind",
    "PageDecision",
    "Question",
    "RowNote",
    "SettledPage",
    "apply",
    "asked_together",
    "audit_line",
    "checked_name",
    "checked_value",
    "effective_decisions",
    "follow",
    "invalid_decisions",
    "is_ditto",
    "is_sampled",
    "page_decision",
    "page_key",
    "place_of",
    "place_text",
    "present_rows",
    "question",
    "question_of_count",
    "region_of",
    "resolve",
    "row_values",
    "value_of",
    "with_canton_on",
    "without_text",
]
