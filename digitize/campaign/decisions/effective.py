"""Which of the decisions on a row holds, field by field."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from digitize.campaign.decisions.decision import Decision, Field

_SPREAD = 2654435761  # Knuth's multiplier: neighbouring numbers land far apart
_RANGE = 2**32


@dataclass(frozen=True, slots=True)
class EffectiveDecision:
    """The decision that holds in a field.

    `contested` is a second look that came to something else; it stands until
    somebody decides a third time.  `confirmed` says that a second look agreed.
    """

    decision: Decision
    contested: Decision | None = None
    confirmed: bool = False


def effective_decisions(decisions: Iterable[Decision]) -> Mapping[Field, EffectiveDecision]:
    """The decisions on one row (or pair) that hold: the last of each field that was not taken back."""
    rulings: dict[Field, EffectiveDecision] = {}
    for line in _standing(decisions):
        if not line.valid:
            continue
        first = rulings.get(line.field)
        if first is None or not line.second:
            rulings[line.field] = EffectiveDecision(line)
        elif line.value == first.decision.value:
            rulings[line.field] = EffectiveDecision(first.decision, first.contested, first.contested is None)
        else:
            rulings[line.field] = EffectiveDecision(first.decision, line)
    return rulings


def invalid(decisions: Iterable[Decision]) -> list[Decision]:
    """Those that nobody took back and that hold nothing all the same, for they are none; oldest first."""
    return [line for line in _standing(decisions) if not line.valid]


def _standing(decisions: Iterable[Decision]) -> list[Decision]:
    """Those that were not taken back, oldest first."""
    lines = sorted(decisions, key=lambda decision: decision.id)
    undone = {line.undoes for line in lines}
    return [line for line in lines if line.undoes is None and line.id not in undone]


def drawn(decision: Decision, share: float) -> bool:
    """Whether this decision is among the `share` (0..1) that a second person looks at; always the same."""
    return decision.id * _SPREAD % _RANGE < share * _RANGE
