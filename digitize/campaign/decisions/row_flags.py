"""What rows are told because of what people decided."""

from enum import StrEnum


class RowFlag(StrEnum):
    """Set on rows when the tables are written; never stored with the reading."""

    DUPLICATE_PERSON = "duplicate-person"
    POSSIBLE_DUPLICATE_PERSON = "possible-duplicate-person"
    CONTESTED = "contested"
    DECISION_LOST = "decision-lost"


ROW_SENTENCES = {
    RowFlag.DUPLICATE_PERSON: "The same person signed twice: the other row counts.",
    RowFlag.POSSIBLE_DUPLICATE_PERSON: "The same person may have signed twice: decide whether both count.",
    RowFlag.CONTESTED: "Two people decided differently about the row: look a third time.",
    RowFlag.DECISION_LOST: "A decision about the row no longer fits what was recognised: decide again.",
}
