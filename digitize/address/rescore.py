"""The recogniser's own probabilities weigh the candidates anew.

The text of a line is one reading of many.  Where the recogniser's
probabilities are at hand, each of the best candidates is written into the line
and asked how well the line reads so (CTC forward score): "Monthen" may be
Monthey or Montreux, and the digits behind it tell which.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

from digitize.address.candidates import OTHER_NUMBER, Hit
from digitize.address.directory.ocr_error_model import name_evidence, number_evidence
from digitize.address.directory.spelling_key import key
from digitize.ocr.ctc import ctc_log_likelihoods, labels_of
from digitize.ocr.engines import Line

MOST_HITS = 20  # errors left beyond the best twenty are too many to repair
_TRUST = 0.7  # of the recogniser's log-likelihood: its steps are not independent
_SHARE = 0.6  # of the recogniser in the evidence, the rest is the text's
_WORST_GAP = -30.0  # natural logarithm; a text that cannot be spelled is just very unlikely


def rescore(hits: Sequence[Hit], pieces: Sequence[tuple[int, Line]]) -> list[Hit]:
    """The best of `hits` with scores by the recogniser's probabilities, the rest as they are.

    `pieces` are the lines and where each begins in the text of the address.
    Hits are returned in no particular order.
    """
    ranked = sorted(hits, key=lambda hit: -hit.score)
    best, rest = ranked[:MOST_HITS], ranked[MOST_HITS:]
    gains = [0.0] * len(best)
    touched = [False] * len(best)
    for start, line in pieces:
        texts = [_written_into(line, start, hit) for hit in best]
        if line.log_probs is None or not any(text is not None for text in texts):
            continue
        fits = _fits(line, [line.text, *(text or line.text for text in texts)])
        for index, text in enumerate(texts):
            if text is not None:
                gains[index] += max(_WORST_GAP, fits[index + 1] - fits[0])
                touched[index] = True
    changed = zip(best, gains, touched, strict=True)
    return [_with_gain(hit, gain) if was else hit for hit, gain, was in changed] + rest


def _fits(line: Line, texts: Sequence[str]) -> list[float]:
    """Log-likelihood of each text; the lowest possible where it cannot be spelled."""
    assert line.log_probs is not None
    spelled = {text: labels_of(text, line.alphabet) for text in dict.fromkeys(texts)}
    known = {text: labels for text, labels in spelled.items() if labels}
    scores = ctc_log_likelihoods(line.log_probs, list(known.values()))
    found = dict(zip(known, scores, strict=True))
    return [max(found.get(text, -math.inf), -1e6) for text in texts]


def _written_into(line: Line, start: int, hit: Hit) -> str | None:
    """The line's text as it would be if `hit` were written there; None if it is not in this line."""
    end = start + len(line.text)
    changes = []
    if hit.number and start <= hit.number.start and hit.number.end <= end and _is_number(hit):
        changes.append((hit.number.start - start, hit.number.end - start, hit.postcode))
    if hit.town and hit.spelling and start <= hit.town.start and hit.town.end <= end:
        read = line.text[hit.town.start - start : hit.town.end - start]
        name = hit.spelling[: len(read)] if hit.cut else hit.spelling
        changes.append((hit.town.start - start, hit.town.end - start, _spelled_like(read, name)))
    text = line.text
    for first, last, new in sorted(changes, reverse=True):
        text = text[:first] + new + text[last:]
    return text if changes else None


def _spelled_like(read: str, spelling: str) -> str:
    return spelling.upper() if read.isupper() else spelling


def _is_number(hit: Hit) -> bool:
    """Whether the number read is taken for the hit's postcode, rather than for something else."""
    return hit.number is not None and number_evidence(hit.number.text, hit.postcode) > OTHER_NUMBER


def _with_gain(hit: Hit, gain: float) -> Hit:
    """Half of what the text's edits cost gives way to what the recogniser says of them."""
    by_text = by_recogniser = 0.0
    if hit.number and _is_number(hit):
        by_text += number_evidence(hit.number.text, hit.postcode)
        by_recogniser += number_evidence(hit.postcode, hit.postcode)
    if hit.town and hit.spelling:
        name = key(hit.spelling)[: len(hit.town.key) if hit.cut else None]
        by_text += name_evidence(hit.town.key, name)
        alike = name[: len(hit.town.key)]
        by_recogniser += name_evidence(alike, alike, 0)
    by_recogniser += _TRUST * min(gain, 0.0)
    return replace(hit, score=hit.score + _SHARE * (by_recogniser - by_text))
