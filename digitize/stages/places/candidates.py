"""Which places an address may name, and how well each fits.

Every candidate's score is the logarithm of its prior times the likelihood
ratio of what was read against "this text means no place": candidates of all
kinds, and the hypothesis that none of them is meant, can be weighed together.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from digitize.records import Region
from digitize.regions import Directory, Locality, load_foreign_places
from digitize.regions.channel import DIGIT_OF_LETTER, DIGITS, most_edits, name_evidence, number_evidence
from digitize.stages.places.spans import RARELY_A_TOWN, NumberSpot, Parse, TownSpot

# Priors and shares are estimates for petition sheets in Switzerland; logarithms.
NOWHERE = math.log(0.01)  # the text names no place in the tables
_ABROAD = math.log(0.02)
_LOOSE_NAME = -1.5  # short forms and municipalities are written less often
_OTHER_TOWN = math.log(0.03)  # town text is a hamlet, a misreading beyond repair, or none of the directory
_OTHER_NUMBER = math.log(0.02)  # number is wrong beyond repair
_CANTON_AGREES, _CANTON_DIFFERS = math.log(20), math.log(0.05)
_COUNTRY_AGREES, _COUNTRY_DIFFERS = math.log(20), math.log(0.002)
_UNLISTED_CODE = math.log(0.03)  # a foreign postcode the table lacks: other countries, large customers
_CLEAR = math.log(1000)  # a Swiss place this far above NOWHERE needs no look abroad
_NEIGHBOUR_SHARE = 0.5  # of people on a sheet come from a place that other rows name
_NEAREST = 25  # names compared per town spot


@dataclass(frozen=True, slots=True)
class Hit:
    """One place that the address may mean, how it was written and how well it fits.

    `locality` is None for a place abroad (`country` is its ISO code, "" if not known).
    """

    locality: Locality | None
    score: float
    number: NumberSpot | None = None
    town: TownSpot | None = None
    spelling: str = ""
    country: str = ""
    postcode: str = ""


def swiss_hits(
    parse: Parse, directory: Directory, canton: str, country: str, neighbours: Mapping[str, float]
) -> Iterator[Hit]:
    """Places of the directory that fit one way of reading the address.

    `canton` and `country` come from cells of their own, "" if there are none.
    `neighbours` are shares of the postcodes that other rows of the sheet name.
    """
    number = parse.number
    stated = number.country if number and number.country else country
    for locality in _nearby(parse, directory):
        evidence = 0.0 if number is None else number_evidence(number.text, locality.postcode)
        town, spelling, fit = _best_town(parse, locality, canton)
        if town is None and (number is None or evidence <= _OTHER_NUMBER):
            continue
        evidence = max(evidence, _OTHER_NUMBER)
        if stated:
            evidence += _COUNTRY_AGREES if stated == locality.country else _COUNTRY_DIFFERS
        score = _prior(locality, directory, neighbours) + parse.usual + evidence + fit
        yield Hit(locality, score, number, town, spelling, locality.country, locality.postcode)


def _prior(locality: Locality, directory: Directory, neighbours: Mapping[str, float]) -> float:
    even = 1 / len(directory.localities)
    if not neighbours:
        return math.log(even)
    share = neighbours.get(locality.postcode, 0.0) / len(directory.by_postcode(locality.postcode))
    return math.log((1 - _NEIGHBOUR_SHARE) * even + _NEIGHBOUR_SHARE * share)


def _nearby(parse: Parse, directory: Directory) -> list[Locality]:
    """Localities whose postcode or name resembles the text, in an order that never varies."""
    found: dict[Locality, None] = {}
    if parse.number is not None:
        for postcode in _near_postcodes(parse.number.text):
            found.update(dict.fromkeys(directory.by_postcode(postcode)))
    for spot in parse.towns:
        for name, _ in directory.nearest_keys(spot.key, most_edits(len(spot.key)), _NEAREST):
            found.update(dict.fromkeys(directory.by_key(name)))
    return list(found)


def _near_postcodes(read: str) -> list[str]:
    """All numbers of four digits within one error of the one read."""
    digits = "".join(DIGIT_OF_LETTER.get(c, c) for c in read)
    if len(digits) == DIGITS + 1:
        return [digits[:i] + digits[i + 1 :] for i in range(len(digits))]
    kept_from = 0 if len(digits) == DIGITS - 1 else 1  # a lost digit is put in, any other replaced
    return [digits[:i] + d + digits[i + kept_from :] for i in range(DIGITS) for d in "0123456789"]


def _best_town(parse: Parse, locality: Locality, canton: str) -> tuple[TownSpot | None, str, float]:
    """The spot and spelling that fit the locality best, and how well; no spot if none fits."""
    best: tuple[TownSpot | None, str, float] = (None, "", _OTHER_TOWN if parse.towns else 0.0)
    best = (None, "", best[2] + canton_evidence(locality, canton))
    for spot in parse.towns:
        stated = canton_evidence(locality, canton or spot.canton)
        for name in locality.names:
            fit = name_evidence(spot.key, name.key) + spot.usual + stated + name.loose * _LOOSE_NAME
            if fit > best[2]:
                best = (spot, name.spelling, fit)
    return best


def canton_evidence(locality: Locality, canton: str) -> float:
    """What a canton written next to the town says about a locality."""
    if not canton:
        return 0.0
    own = {letters for letters, _ in locality.cantons}
    return _CANTON_AGREES if canton in own else _CANTON_DIFFERS


def foreign_hits(parse: Parse, country: str) -> Iterator[Hit]:
    """Places abroad that fit one way of reading the address."""
    number = parse.number
    stated = number.country if number and number.country else country
    if stated in ("CH", "LI"):
        return
    if number is not None and number.text.isdigit():
        yield from _coded_hits(parse, number, stated)
    if number is None:
        yield from _named_hits(parse, stated)
    if stated:
        yield Hit(None, _ABROAD + _COUNTRY_AGREES + parse.usual, number, country=stated)


def _coded_hits(parse: Parse, number: NumberSpot, stated: str) -> Iterator[Hit]:
    """By a postcode of five digits (DE, FR, IT), or of four where the town agrees (AT)."""
    places = load_foreign_places()
    evidence = number_evidence(number.text, number.text) + parse.usual
    found = places.towns(number.text)
    for code, keys in found.items():
        score = _ABROAD - math.log(places.count) + evidence + _stated(code, stated)
        town, fit = None, _OTHER_TOWN if parse.towns else 0.0
        for spot in parse.towns:
            better = max(name_evidence(spot.key, key) for key in keys) + spot.usual
            if better > fit:
                town, fit = spot, better
        yield Hit(None, score + fit, number, town, country=code, postcode=number.text)
    if not found and len(number.text) > DIGITS:
        score = _ABROAD + _UNLISTED_CODE - math.log(10_000) + evidence
        yield Hit(None, score + _stated(stated, stated), number, country=stated, postcode=number.text)


def _named_hits(parse: Parse, stated: str) -> Iterator[Hit]:
    places = load_foreign_places()
    for spot in parse.towns:
        if spot.usual <= RARELY_A_TOWN:
            continue
        for code, count in places.countries_of(spot.key).items():
            prior = _ABROAD + math.log(count / places.count)
            fit = name_evidence(spot.key, spot.key, 0) + spot.usual + _stated(code, stated)
            yield Hit(None, prior + parse.usual + fit, None, spot, country=code)


def _stated(code: str, stated: str) -> float:
    if not stated:
        return 0.0
    return _COUNTRY_AGREES if code == stated else _COUNTRY_DIFFERS


def look_abroad(best_swiss: float) -> bool:
    """Whether the Swiss candidates leave room for a place abroad."""
    return best_swiss < NOWHERE + _CLEAR


def region_shares(hit: Hit) -> tuple[tuple[str, float], ...]:
    """Regions of a hit and their shares."""
    return hit.locality.cantons if hit.locality else ((Region.ABROAD.value, 1.0),)
