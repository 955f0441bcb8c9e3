"""Find which of the decisions on a row is in effect, field by field."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from digitize.campaign.decisions.decision import Decision, Field

# Multiplicative hashing (Knuth, The Art of Computer Programming, vol. 3, 6.4): consecutive ids are spread
# evenly over the range.
_MULTIPLIER = 2654435761
_RANGE = 2**32


@dataclass(frozen=True, slots=True)
class EffectiveDecision:
    """The decision in effect for a field.

    `contested` is a second look with another result; it stands until a third decision.
    `confirmed` tells that a second look had the same result.
    """

    decision: Decision
    contested: Decision | None = None
    confirmed: bool = False


def effective_decisions(decisions: Iterable[Decision]) -> Mapping[Field, EffectiveDecision]:
    """Return the decisions in effect on one row or pair: the last of each field that was not undone."""
    effective: dict[Field, EffectiveDecision] = {}
    for decision in _not_undone(decisions):
        if not decision.valid:
            continue
        first = effective.get(decision.field)
        if first is None or not decision.second:
            effective[decision.field] = EffectiveDecision(decision)
        elif decision.value == first.decision.value:
            effective[decision.field] = EffectiveDecision(
                first.decision, first.contested, confirmed=first.contested is None
            )
        else:
            effective[decision.field] = EffectiveDecision(first.decision, contested=decision)
    return effective


def invalid_decisions(decisions: Iterable[Decision]) -> list[Decision]:
    """Return the decisions that were not undone but have no effect because they are invalid, oldest first."""
    return [decision for decision in _not_undone(decisions) if not decision.valid]


def _not_undone(decisions: Iterable[Decision]) -> list[Decision]:
    """Return the decisions that were not undone, oldest first."""
    ordered = sorted(decisions, key=lambda decision: decision.id)
    undone = {decision.undoes for decision in ordered}
    return [decision for decision in ordered if decision.undoes is None and decision.id not in undone]


def is_sampled(decision: Decision, share: float) -> bool:
    """Return whether a decision is in the sample (`share`, 0..1) that a second person looks at.

    The sample depends on the ids alone, so it is the same at every call.
    """
    return decision.id * _MULTIPLIER % _RANGE < share * _RANGE
