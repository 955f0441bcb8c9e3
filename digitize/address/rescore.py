"""Rescore candidates with the recogniser's own probabilities.

The text of a line is only its most likely reading.  Where probabilities are
available, each of the best candidates is written into the line, and its CTC
forward score tells how well the line can be read that way: "Monthen" may be
Monthey or Montreux, and the probabilities of its letters tell which.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from digitize.address.candidates import PRIORS, Hit
from digitize.address.directory.ocr_error_model import name_evidence, number_evidence
from digitize.address.directory.spelling_key import key
from digitize.address.join_lines import Piece
from digitize.ocr.ctc import ctc_log_likelihoods, labels_of
from digitize.ocr.engines import Line


@dataclass(frozen=True)
class _Settings:
    """How much the recogniser's probabilities count; chosen by trial."""

    max_hits: int = 20  # misreadings beyond the best twenty cannot be repaired
    temper: float = 0.7  # of the CTC log-likelihood: its steps are not independent
    share: float = 0.6  # of the recogniser in the evidence; the rest is that of the text
    least_gain: float = -30.0  # natural logarithm; for text that cannot be spelled
    impossible: float = -1e6  # natural logarithm; stands for -inf


_SETTINGS = _Settings()


def rescore(hits: Sequence[Hit], pieces: Sequence[Piece]) -> list[Hit]:
    """Return the hits, the best of them with new scores, in no particular order.

    `pieces` are the lines with their start indices in the text of the address.
    """
    ranked = sorted(hits, key=lambda hit: -hit.score)
    best, rest = ranked[: _SETTINGS.max_hits], ranked[_SETTINGS.max_hits :]
    gains: list[float | None] = [None] * len(best)
    for start, line in pieces:
        texts = [_text_with(line, start, hit) for hit in best]
        if line.log_probs is None or not any(text is not None for text in texts):
            continue
        fits = _fits(line, [line.text, *(text or line.text for text in texts)])
        for index, text in enumerate(texts):
            if text is not None:
                gain = max(_SETTINGS.least_gain, fits[index + 1] - fits[0])
                gains[index] = (gains[index] or 0.0) + gain
    rescored = zip(best, gains, strict=True)
    return [hit if gain is None else _with_gain(hit, gain) for hit, gain in rescored] + rest


def _fits(line: Line, texts: Sequence[str]) -> list[float]:
    """Return the log-likelihood of each text, very low if it cannot be spelled."""
    assert line.log_probs is not None
    spelled = {text: labels_of(text, line.alphabet) for text in dict.fromkeys(texts)}
    known = {text: labels for text, labels in spelled.items() if labels}
    scores = ctc_log_likelihoods(line.log_probs, list(known.values()))
    found = dict(zip(known, scores, strict=True))
    return [max(found.get(text, -math.inf), _SETTINGS.impossible) for text in texts]


def _text_with(line: Line, start: int, hit: Hit) -> str | None:
    """Return the line's text with `hit` written into it, None if the hit is not in this line."""
    end = start + len(line.text)
    code, town = hit.postcode_span, hit.town_span
    changes = []
    if code and start <= code.start and code.end <= end and _is_postcode(hit):
        changes.append((code.start - start, code.end - start, hit.postcode))
    if town and hit.spelling and start <= town.start and town.end <= end:
        read = line.text[town.start - start : town.end - start]
        name = hit.spelling[: len(read)] if hit.truncated else hit.spelling
        changes.append((town.start - start, town.end - start, name.upper() if read.isupper() else name))
    text = line.text
    for first, last, new in sorted(changes, reverse=True):
        text = text[:first] + new + text[last:]
    return text if changes else None


def _is_postcode(hit: Hit) -> bool:
    """Return whether the number that was read is taken for the hit's postcode, not for something else."""
    code = hit.postcode_span
    return code is not None and number_evidence(code.text, hit.postcode) > PRIORS.other_number


def _with_gain(hit: Hit, gain: float) -> Hit:
    """Return the hit with part of the evidence of its text replaced by that of the recogniser.

    `gain` is the CTC log-likelihood of the hit's text above that of the text read.
    """
    by_text = by_recogniser = 0.0
    if hit.postcode_span and _is_postcode(hit):
        by_text += number_evidence(hit.postcode_span.text, hit.postcode)
        by_recogniser += number_evidence(hit.postcode, hit.postcode)
    if hit.town_span and hit.spelling:
        read = hit.town_span.key
        name = key(hit.spelling)[: len(read) if hit.truncated else None]
        by_text += name_evidence(read, name)
        by_recogniser += name_evidence(name[: len(read)], name[: len(read)], edits=0)
    by_recogniser += _SETTINGS.temper * min(gain, 0.0)
    return replace(hit, score=hit.score + _SETTINGS.share * (by_recogniser - by_text))
