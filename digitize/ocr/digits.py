"""Digits of a line that is known to hold nothing else: postcodes and row numbers."""

import numpy as np

from digitize.ocr.ctc import greedy_labels
from digitize.ocr.engines import Line

# Letters that handwritten digits are taken for, from readings of house numbers and postcodes.
LOOKALIKES = {"0": "oODQ", "1": "lIi|!", "2": "zZ", "5": "sS", "6": "bG", "7": "T", "8": "B", "9": "gq"}
DIGITS = "0123456789"


def digits_of(line: Line) -> str:
    """The digits the line most likely shows; other characters are left out.

    A letter that looks like a digit counts for it.  Engines without
    `log_probs` give the digits of their text.
    """
    if line.log_probs is None:
        return "".join(character for character in line.text if character in DIGITS)
    probabilities = np.exp(line.log_probs)
    for digit, letters in LOOKALIKES.items():
        for letter in letters:
            source = line.alphabet.find(letter) + 1
            if source:
                probabilities[:, line.alphabet.index(digit) + 1] += probabilities[:, source]
                probabilities[:, source] = 0
    shown = (line.alphabet[label - 1] for label in greedy_labels(probabilities))
    return "".join(character for character in shown if character in DIGITS)
