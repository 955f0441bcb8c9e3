"""Find the place of an address by matching postcode and town jointly against the directory.

Half of the postcodes with one wrong digit are valid postcodes of other places,
and hundreds of town names exist in several cantons.  Neither part decides
alone: all candidates are weighed by what was read (see `candidates`), and the
result is a canton only if nearly all of the weight is on one.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from digitize.address.address_words import is_ditto, is_ditto_word, is_perhaps_ditto
from digitize.address.candidates import (
    PRIORS,
    Hit,
    may_be_abroad,
    neighbour_shares,
    nowhere_score,
    region_shares,
    swiss_hits,
)
from digitize.address.canton_only import canton_only
from digitize.address.certainty import Hits
from digitize.address.directory import Directory
from digitize.address.directory.spelling_key import key
from digitize.address.foreign_candidates import foreign_hits, hit_by_spelling
from digitize.address.join_lines import Address, join_lines
from digitize.address.normalise import ParsedAddress, normalise
from digitize.address.parse import parse
from digitize.address.rescore import rescore
from digitize.ocr.engines import Line
from digitize.ocr.line_slices import slice_line
from digitize.records import Candidate, Place, Region, Role

__all__ = ["ParsedAddress", "is_ditto", "is_ditto_word", "is_perhaps_ditto", "locate", "neighbour_shares"]

# Shares of the weight of all candidates, 0..1.  High enough that a doubtful address is reviewed rather than
# counted in a wrong canton.
_REGION_SHARE = 0.7  # in one canton makes it the result
_KNOWN_SHARE = 0.5  # in known places makes the result ambiguous rather than unknown
_POSSIBLE_SHARE = 0.05  # makes a canton a possible one
_OBVIOUS_SHARE = 0.9999  # in one candidate makes rescoring unnecessary
_TEMPER = 0.9  # exponent of the weights: the figures of one reading are not independent
_DOUBTED_CONFIDENCE = 0.9  # of a Swiss place in an address that looks like that of another place
# Scores (logarithms) of all known places below which the spelling may tell the country: next to nothing
# speaks for any of them.
_SPELLING_BELOW = PRIORS.nowhere - 1.0
# What is left of "Freiburg i. Br." when its postcode was misread as that of Fribourg.
_FREIBURG_ABROAD = re.compile(r"\b(?:freiburg|fribourg|friburgo)\W+(?:(?:i|im|en|in)\W+)?b\w{0,9}\W*$", re.I)
_FIVE_DIGITS = re.compile(r"(?<![\w.])\d{5}(?![\w.])")
_FOUR_DIGITS = re.compile(r"(?<![\w.])\d{4}(?![\w.])")
_MISREAD_DIGITS = 1  # of a postcode; with more, it is that of another place
# A code before a town that is no German one; after a street, such a number is that of a house.
_NO_GERMAN_CODE = re.compile(r"(?:^|[,;\n])\s*(?:\d[. ]?\d{3}|\d{6,})(?![\w.])")
_MAX_CANDIDATES = 5  # kept with a place
_LEAST_CANDIDATE_SHARE = 0.01  # of a candidate that is kept


def locate(
    lines: Sequence[Line],
    directory: Directory,
    roles: Sequence[Role] = (),
    neighbours: Mapping[str, float] | None = None,
) -> ParsedAddress:
    """Return the parts of an address and its place.

    `lines` are the recognised lines in reading order.  `roles` has the role of
    the cell of each: address, street, postcode, town, postcode-town, canton,
    country; lines of other roles are ignored.  Without `roles`, all lines are
    from one address cell.
    `neighbours` maps postcodes to their shares among the other rows of the
    sheet, as far as they are known: people on one sheet are often neighbours.
    """
    address = join_lines(lines, roles)
    hits = [] if is_ditto(address.text) else _hits(address, directory, neighbours or {})
    place = _doubted(_place(hits), hits, address)
    by_canton = canton_only(address) if place.region == Region.UNKNOWN else None
    if by_canton is not None and by_canton.confidence >= _REGION_SHARE:
        return normalise(address.text, by_canton, [], address.pieces)
    return normalise(address.text, place, hits, address.pieces)


def _doubted(place: Place, hits: Hits, address: Address) -> Place:
    """Return a Swiss place with less confidence if the address looks foreign, or has another postcode."""
    if place.country != "CH" or not hits:
        return place
    best = hits[0][0]
    guessed = "ß" in address.text and best.postcode_span is None and not _is_exact(best)
    foreign = _has_foreign_code(best.postcode, address) or _FREIBURG_ABROAD.search(address.text)
    if guessed or foreign or _has_other_code(best.postcode, address):
        return replace(place, confidence=min(place.confidence, _DOUBTED_CONFIDENCE))
    return place


def _has_foreign_code(own: str, address: Address) -> bool:
    """Return whether there is a code of five digits that is not a postcode with one digit too many.

    Towns abroad have the names of Swiss ones, and a form may ask for the state elsewhere ("Zurich 67663").
    """
    codes = _FIVE_DIGITS.findall(address.text, address.place_from)
    return any(own not in {code[:i] + code[i + 1 :] for i in range(len(code))} for code in codes)


def _has_other_code(own: str, address: Address) -> bool:
    """Return whether the only codes of four digits are further from a postcode than misread ones are."""
    codes = _FOUR_DIGITS.findall(address.text, address.place_from)
    return bool(own and codes) and all(_differing_digits(code, own) > _MISREAD_DIGITS for code in codes)


def _differing_digits(code: str, other: str) -> int:
    return sum(a != b for a, b in zip(code, other, strict=False))


def _is_exact(hit: Hit) -> bool:
    return hit.town_span is not None and not hit.truncated and hit.town_span.key == key(hit.spelling)


def _hits(address: Address, directory: Directory, neighbours: Mapping[str, float]) -> Hits:
    """Return every hit with its share of the weight, best first."""
    ways = parse(address.text, address.place_from)
    prefixes = (way.postcode.country for way in ways if way.postcode and way.postcode.country)
    canton, country = address.canton, address.country or next(prefixes, "")
    found: dict[object, Hit] = {}
    for way in ways:
        for hit in swiss_hits(way, directory, canton, country, neighbours, address.confidence):
            _keep_better(found, hit)
    if may_be_abroad(list(found.values())):
        for way in ways:
            for hit in foreign_hits(way, country, address.country_by_code):
                _keep_better(found, hit)
        weak = max((hit.score for hit in found.values()), default=-math.inf) < _SPELLING_BELOW
        if not country and weak and not _NO_GERMAN_CODE.search(address.text, address.place_from):
            unlisted = hit_by_spelling(ways[-1], address.text)
            if unlisted is not None:
                _keep_better(found, unlisted)
    best = max(found.values(), key=lambda hit: hit.score, default=None)
    nowhere = nowhere_score(_confidence_at(address, best) if best else address.confidence)
    shares = _shares(list(found.values()), nowhere)
    if shares and shares[0][1] < _OBVIOUS_SHARE:
        shares = _shares(rescore(list(found.values()), address.pieces), nowhere)
    return shares


def _confidence_at(address: Address, hit: Hit) -> float:
    """Return the recogniser's confidence where `hit` was written, or in the whole address if that is higher.

    A street that can hardly be read says nothing against a clear postcode.
    """
    spans = [(span.start, span.end) for span in (hit.postcode_span, hit.town_span) if span is not None]
    parts = [
        slice_line(line, start - line_start, end - line_start)
        for start, end in spans
        for line_start, line in address.pieces
        if line_start <= start and end <= line_start + len(line.text)
    ]
    characters = sum(len(part.text) for part in parts)
    weighted = sum(part.confidence * len(part.text) for part in parts)
    return max(address.confidence, weighted / characters if characters else 0.0)


def _shares(hits: Sequence[Hit], nowhere: float) -> Hits:
    """Return every hit with its share of the weight, best first; the remainder is "no place is meant"."""
    top = max((hit.score for hit in hits), default=nowhere)
    weights = [math.exp(_TEMPER * (hit.score - top)) for hit in hits]
    total = sum(weights) + math.exp(_TEMPER * (nowhere - top))
    ranked = [(hit, weight / total) for hit, weight in zip(hits, weights, strict=True)]
    return sorted(ranked, key=lambda item: -item[1])


def _keep_better(found: dict[object, Hit], hit: Hit) -> None:
    """Keep the hit unless a better one for the same place is known."""
    place = hit.locality or (hit.country, hit.postcode)
    if place not in found or found[place].score < hit.score:
        found[place] = hit


def _place(hits: Hits) -> Place:
    """Return the place with the region that has most of the weight, ambiguous or unknown if none has."""
    shares: dict[str, float] = {}
    for hit, share in hits:
        for region, part in region_shares(hit):
            shares[region] = shares.get(region, 0.0) + share * part
    known = sum(shares.values())
    region = max(shares, key=lambda name: shares[name], default="")
    if region and shares[region] >= _REGION_SHARE:
        return _place_in(region, shares[region], hits)
    several = sum(share >= _POSSIBLE_SHARE for share in shares.values()) > 1
    if known >= _KNOWN_SHARE and several:
        return Place(Region.AMBIGUOUS, confidence=shares[region], candidates=_candidates(hits))
    return Place(Region.UNKNOWN, confidence=1 - known, candidates=_candidates(hits))


def _place_in(region: str, confidence: float, hits: Hits) -> Place:
    """Return a place in a known region, with postcode and locality only if they are likely too."""
    inside = [(hit, share) for hit, share in hits if region in dict(region_shares(hit))]
    best = inside[0][0]
    names: dict[str, float] = {}
    codes: dict[str, float] = {}
    for hit, share in inside:
        name = hit.locality.name if hit.locality else ""
        names[name] = names.get(name, 0.0) + share
        codes[hit.postcode] = codes.get(hit.postcode, 0.0) + share
    name = best.locality.name if best.locality else ""
    return Place(
        region,
        postcode=best.postcode if codes[best.postcode] >= _KNOWN_SHARE else "",
        locality=name if names[name] >= _KNOWN_SHARE else "",
        country=best.country,
        confidence=min(1.0, confidence),
        candidates=_candidates(hits),
    )


def _candidates(hits: Hits) -> tuple[Candidate, ...]:
    return tuple(
        Candidate(region, hit.postcode, hit.locality.name if hit.locality else "", share * part)
        for hit, share in hits[:_MAX_CANDIDATES]
        for region, part in region_shares(hit)
        if share * part >= _LEAST_CANDIDATE_SHARE
    )
