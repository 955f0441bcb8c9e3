"""The probabilities of a mistake above which a person is asked."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Limits:
    """Probabilities of a mistake, 0 to 1, above which a reading is reviewed.

    The limit for cantons is strict because a wrong canton makes the tally wrong, whereas a name
    with a wrong letter is still the name of somebody who signed.  With the usual limits a fifth of the
    filled rows is reviewed, on synthetic sheets with half of the writing by real hands.
    """

    canton_risk: float = 0.01
    text_risk: float = 0.97


USUAL: Final = Limits()
