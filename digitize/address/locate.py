"""Where an address lies: postcode and town are matched jointly against the directory.

One wrong digit turns a Swiss postcode into another valid one half of the time,
and hundreds of town names exist in several cantons.  So no part decides alone:
all candidates are weighed by what was read (see candidates.py), and the answer
is a canton only where nearly all of the weight lies in one.
"""

import math
from collections.abc import Mapping, Sequence

from digitize.address.address_words import is_ditto, is_perhaps_ditto
from digitize.address.candidates import (
    Hit,
    foreign_hits,
    look_abroad,
    neighbour_shares,
    nowhere_score,
    region_shares,
    swiss_hits,
)
from digitize.address.canton_only import canton_alone
from digitize.address.directory import Directory
from digitize.address.join_lines import Address, assemble
from digitize.address.normalise import ParsedAddress, written
from digitize.address.parse import parses
from digitize.address.rescore import rescore
from digitize.ocr.engines import Line
from digitize.ocr.line_slices import slice_line
from digitize.records import Candidate, Place, Region, Role

__all__ = ["ParsedAddress", "is_ditto", "is_perhaps_ditto", "locate", "neighbour_shares"]

_SETTLED_SHARE = 0.7  # of the weight must lie in one canton before it is called
_KNOWN_SHARE = 0.5  # of the weight must lie in known places before they are called ambiguous
_OBVIOUS_SHARE = 0.9999  # of the weight in one candidate: the recogniser need not be asked again
_POSSIBLE_SHARE = 0.05  # of the weight makes a canton worth naming
_TEMPER = 0.9  # figures of one reading are not independent: flattens the weights
_MOST_CANDIDATES = 5
_LEAST_CANDIDATE_SHARE = 0.01


def locate(
    lines: Sequence[Line],
    directory: Directory,
    roles: Sequence[Role] = (),
    neighbours: Mapping[str, float] | None = None,
) -> ParsedAddress:
    """Find the place of an address.

    `lines` are the recognised lines in reading order; `roles` says from which
    kind of cell each comes: address, street, postcode, town, postcode-town,
    canton, country; lines of other roles are left aside.  Without `roles` all
    are from one address cell.
    `neighbours` maps postcodes to their shares among the other rows of the
    sheet, as far as they are known: people on one sheet are often neighbours.
    """
    address = assemble(lines, roles)
    hits = [] if is_ditto(address.text) else _hits(address, directory, neighbours or {})
    place = _place(hits)
    alone = canton_alone(address) if place.region == Region.UNKNOWN else None
    if alone is not None and alone.confidence >= _SETTLED_SHARE:
        return written(address.text, alone, [], address.pieces)
    return written(address.text, place, hits, address.pieces)


def _hits(address: Address, directory: Directory, neighbours: Mapping[str, float]) -> list[tuple[Hit, float]]:
    """Every candidate with its share of the weight, best first."""
    ways = parses(address.text, address.place_from)
    prefixed = (way.number.country for way in ways if way.number and way.number.country)
    canton, country = address.canton, address.country or next(prefixed, "")
    found: dict[object, Hit] = {}
    for way in ways:
        for hit in swiss_hits(way, directory, canton, country, neighbours, address.confidence):
            _keep_better(found, hit)
    if look_abroad(list(found.values())):
        for way in ways:
            for hit in foreign_hits(way, country):
                _keep_better(found, hit)
    best = max(found.values(), key=lambda hit: hit.score, default=None)
    nowhere = nowhere_score(_confidence_at(address, best) if best else address.confidence)
    shares = _shares(list(found.values()), nowhere)
    if shares and shares[0][1] < _OBVIOUS_SHARE:
        shares = _shares(rescore(list(found.values()), address.pieces), nowhere)
    return shares


def _confidence_at(address: Address, hit: Hit) -> float:
    """The readers' confidence where `hit` was written, or of the whole address where that is higher.

    A street that can hardly be read says nothing against a postcode that is clear.
    """
    spots = [(spot.start, spot.end) for spot in (hit.number, hit.town) if spot is not None]
    parts = [
        slice_line(line, start - at, end - at)
        for start, end in spots
        for at, line in address.pieces
        if at <= start and end <= at + len(line.text)
    ]
    characters = sum(len(part.text) for part in parts)
    surely = sum(part.confidence * len(part.text) for part in parts)
    return max(address.confidence, surely / characters if characters else 0.0)


def _shares(hits: Sequence[Hit], nowhere: float) -> list[tuple[Hit, float]]:
    """Every hit with its share of the weight, what is left being that none is meant; best first."""
    top = max((hit.score for hit in hits), default=nowhere)
    weights = [math.exp(_TEMPER * (hit.score - top)) for hit in hits]
    total = sum(weights) + math.exp(_TEMPER * (nowhere - top))
    ranked = [(hit, weight / total) for hit, weight in zip(hits, weights, strict=True)]
    return sorted(ranked, key=lambda item: -item[1])


def _keep_better(found: dict[object, Hit], hit: Hit) -> None:
    name = hit.locality or (hit.country, hit.postcode)
    if name not in found or found[name].score < hit.score:
        found[name] = hit


def _place(hits: list[tuple[Hit, float]]) -> Place:
    shares: dict[str, float] = {}
    for hit, share in hits:
        for region, part in region_shares(hit):
            shares[region] = shares.get(region, 0.0) + share * part
    known = sum(shares.values())
    region = max(shares, key=lambda name: shares[name], default="")
    if region and shares[region] >= _SETTLED_SHARE:
        return _settled(region, shares[region], hits)
    several = sum(share >= _POSSIBLE_SHARE for share in shares.values()) > 1
    if known >= _KNOWN_SHARE and several:
        return Place(Region.AMBIGUOUS, confidence=shares[region], candidates=_candidates(hits))
    return Place(Region.UNKNOWN, confidence=1 - known, candidates=_candidates(hits))


def _settled(region: str, confidence: float, hits: list[tuple[Hit, float]]) -> Place:
    """A place whose region is clear; postcode and locality only as far as they are too."""
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


def _candidates(hits: list[tuple[Hit, float]]) -> tuple[Candidate, ...]:
    return tuple(
        Candidate(region, hit.postcode, hit.locality.name if hit.locality else "", share * part)
        for hit, share in hits[:_MOST_CANDIDATES]
        for region, part in region_shares(hit)
        if share * part >= _LEAST_CANDIDATE_SHARE
    )
