"""Tell that a line of misread words is a header by all its words together.

Worn print gives "Folt Naone", "Nilress" and "Signature".  None but the last is known by itself, but words
for a name, an address and a signature are hardly found side by side elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from rapidfuzz import fuzz, process

from digitize.records import Role
from digitize.table.header.header_words import STRONG_MATCH, Words, fold
from digitize.table.header.roles import REQUIRED_ROLES


@dataclass(frozen=True, slots=True)
class JointSettings:
    """How well words match a header together, as similarities from 0 to 100."""

    min_texts: int = 3
    max_texts: int = 8
    min_each: int = 54  # any words resemble some header word this much
    min_mean: int = 68  # words that happen to stand on one line reach 60
    max_roles: int = 3  # of each text, the likeliest ones


SETTINGS = JointSettings()


def match_together(texts: Sequence[str], words: Words) -> list[Role] | None:
    """Return the roles of texts from left to right, each another one; None if they are no header.

    There must be columns for a name, an address and a signature, and one text that is read well.
    """
    if not SETTINGS.min_texts <= len(texts) <= SETTINGS.max_texts:
        return None
    likely = [_likely_roles(text, words) for text in texts]
    best: tuple[float, list[Role]] | None = None
    for combination in product(*likely):
        roles, matches = [role for role, _ in combination], [match for _, match in combination]
        if len(set(roles)) < len(roles) or any(
            set(roles).isdisjoint(wanted) for wanted in REQUIRED_ROLES.values()
        ):
            continue
        mean = sum(matches) / len(matches)
        if max(matches) >= STRONG_MATCH and mean >= SETTINGS.min_mean and (best is None or mean > best[0]):
            best = mean, roles
    return best[1] if best is not None else None


def _likely_roles(text: str, words: Words) -> list[tuple[Role, float]]:
    """Return the roles whose words resemble a text most, with the similarity."""
    choices = [word for word, _ in words]
    short, _, explanation = text.partition("(")  # "Address (street, town)" is "Address"
    said = [text] if explanation.partition(")")[2].strip() else [text, short]
    match = np.max(process.cdist([fold(each) for each in said], choices, scorer=fuzz.ratio), axis=0)
    by_role: dict[Role, float] = {}
    for (_, role), similarity in zip(words, match.tolist(), strict=True):
        if similarity >= SETTINGS.min_each and similarity > by_role.get(role, 0.0):
            by_role[role] = similarity
    return sorted(by_role.items(), key=lambda item: -item[1])[: SETTINGS.max_roles]
