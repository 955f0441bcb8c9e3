"""Which places an address may name, and how well each fits.

Every candidate's score is the logarithm of its prior times the likelihood
ratio of what was read against "this text means no place": candidates of all
kinds, and the hypothesis that none of them is meant, can be weighed together.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from digitize.address.directory import Directory, Locality, load_cities, load_foreign_places
from digitize.address.directory.ocr_error_model import (
    DIGITS,
    most_edits,
    name_evidence,
    number_evidence,
)
from digitize.address.parse import RARELY_A_TOWN, NumberSpot, Parse, TownSpot
from digitize.ocr.digits import CLEAR_DIGIT_OF, POSSIBLE_DIGITS_OF
from digitize.records import Place, Region

# Priors and shares are estimates for petition sheets in Switzerland; logarithms.
_NOWHERE = math.log(0.01)  # a clearly read text names no place in the tables
_CLEARLY_READ = 0.9  # confidence; below it, readings that have nothing to do with the writing grow common:
_PER_CONFIDENCE = 10.0  # at 0.5 half of them are such (logarithm per unit of confidence)
_ABROAD = math.log(0.02)
_SHORT_TOWN, _SHORT_LETTERS = -1.5, 4  # a lone word of four letters or fewer resembles some town by chance
_CUT_OFF = -3.0  # a name that ends early, at the edge of its cell or under a stain
_CUT_LETTERS, _CUT_BEHIND_NUMBER = 5, 2  # fewest letters of such a beginning, alone and behind a postcode
_LOOSE_NAME = -1.5  # short forms and municipalities are written less often
_OTHER_TOWN = math.log(0.01)  # town text is a hamlet, a misreading beyond repair, or none of the directory;
_OTHER_TOWN_MOST = math.log(0.1)  # of an address hardly read misreadings beyond repair are as common as this
OTHER_NUMBER = math.log(0.02)  # number is wrong beyond repair
_CANTON_AGREES, _CANTON_DIFFERS = math.log(20), math.log(0.05)
_COUNTRY_AGREES, _COUNTRY_DIFFERS = math.log(20), math.log(0.002)
_UNLISTED_CODE = math.log(0.03)  # a foreign postcode the table lacks: other countries, large customers
_CLEAR = math.log(1000)  # a Swiss place this far above NOWHERE needs no look abroad
_NEIGHBOUR_SHARE = 0.5  # of people on a sheet come from a place that other rows name
_SURELY_READ = 0.95  # confidence of a place that may speak for its neighbours
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
    cut: bool = False  # only the beginning of the spelling could be read
    country: str = ""
    postcode: str = ""


@dataclass(frozen=True, slots=True)
class TownFit:
    """How well a town spot, if any, fits a locality's name."""

    fit: float
    spot: TownSpot | None = None
    spelling: str = ""
    cut: bool = False


def swiss_hits(
    parse: Parse,
    directory: Directory,
    canton: str,
    country: str,
    neighbours: Mapping[str, float],
    confidence: float = 1.0,
) -> Iterator[Hit]:
    """Places of the directory that fit one way of reading the address.

    `canton` comes from a cell of its own, `country` from one, from words or
    from a prefix of the postcode; "" if there is none.
    `neighbours` are shares of the postcodes that other rows of the sheet name,
    `confidence` is the reader's of the whole address.
    """
    number = parse.number
    unfit = min(_OTHER_TOWN_MOST, _OTHER_TOWN + _doubt(confidence)) if parse.towns else 0.0
    for locality in _nearby(parse, directory):
        evidence = 0.0 if number is None else number_evidence(number.text, locality.postcode)
        town = _best_town(parse, locality, canton, unfit)
        if town.spot is None and (number is None or evidence <= OTHER_NUMBER or len(number.text) < DIGITS):
            continue
        evidence = max(evidence, OTHER_NUMBER)
        evidence += _stated(locality.country, country)
        score = _prior(locality, directory, neighbours) + parse.usual + evidence + town.fit
        yield Hit(
            locality, score, number, town.spot, town.spelling, town.cut, locality.country, locality.postcode
        )


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
    digits = "".join(CLEAR_DIGIT_OF.get(c, POSSIBLE_DIGITS_OF.get(c, c)[0]) for c in read)
    if len(digits) == DIGITS + 1:
        return [digits[:i] + digits[i + 1 :] for i in range(len(digits))]
    kept_from = 0 if len(digits) == DIGITS - 1 else 1  # a lost digit is put in, any other replaced
    return [digits[:i] + d + digits[i + kept_from :] for i in range(DIGITS) for d in "0123456789"]


def _best_town(parse: Parse, locality: Locality, canton: str, unfit: float) -> TownFit:
    """The spot and spelling that fit the locality best; no spot if none fits better than `unfit`."""
    fewest = _CUT_LETTERS if parse.number is None else _CUT_BEHIND_NUMBER
    best = TownFit(unfit + canton_evidence(locality, canton))
    for spot in parse.towns:
        usual = spot.usual + canton_evidence(locality, canton or spot.canton)
        if parse.number is None and len(spot.key) <= _SHORT_LETTERS:
            usual += _SHORT_TOWN
        for name in locality.names:
            fit, cut = name_fit(spot.key, name.key, fewest)
            fit += usual + name.loose * _LOOSE_NAME
            shorter = cut and fit == best.fit and len(name.spelling) < len(best.spelling)
            if fit > best.fit or shorter:  # "Wetzik" is Wetzikon rather than Wetzikon ZH
                best = TownFit(fit, spot, name.spelling, cut)
    return best


def name_fit(read: str, name: str, fewest_letters: int) -> tuple[float, bool]:
    """How well a folded text fits a folded name, and whether it does as the name's beginning only.

    A beginning of fewer than `fewest_letters` is not considered.
    """
    fit = name_evidence(read, name)
    if len(name) > len(read) + 1 and len(read) >= fewest_letters:
        cut = name_evidence(read, name[: len(read)]) + _CUT_OFF
        return (cut, True) if cut > fit else (fit, False)
    return fit, False


def canton_evidence(locality: Locality, canton: str) -> float:
    """What a canton written next to the town says about a locality."""
    if not canton:
        return 0.0
    own = {letters for letters, _ in locality.cantons}
    return _CANTON_AGREES if canton in own else _CANTON_DIFFERS


def foreign_hits(parse: Parse, country: str) -> Iterator[Hit]:
    """Places abroad that fit one way of reading the address."""
    number, stated = parse.number, country
    if stated == "CH":
        return
    if stated == "LI":  # the country is the region; which of its eleven municipalities does not matter
        yield Hit(None, _ABROAD + _COUNTRY_AGREES + parse.usual, number, country=stated)
        return
    if number is not None and number.text.isdigit():
        yield from _coded_hits(parse, number, stated)
    if number is None:
        yield from _named_hits(parse, stated)
    yield from _city_hits(parse, stated)
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
            better = max(name_fit(spot.key, key, _CUT_BEHIND_NUMBER)[0] for key in keys) + spot.usual
            if better > fit:
                town, fit = spot, better
        yield Hit(None, score + fit, number, town, country=code, postcode=number.text)
    if not found and len(number.text) > DIGITS:
        score = _ABROAD + _UNLISTED_CODE - math.log(10_000) + evidence
        yield Hit(None, score + _stated(stated, stated), number, country=stated, postcode=number.text)


def _named_hits(parse: Parse, stated: str) -> Iterator[Hit]:
    """By the town's name alone, which must be read without an error."""
    places = load_foreign_places()
    for spot in parse.towns:
        if spot.usual <= RARELY_A_TOWN:
            continue
        for code, count in places.countries_of(spot.key).items():
            prior = _ABROAD + math.log(count / places.count)
            fit = name_evidence(spot.key, spot.key, 0) + spot.usual + _stated(code, stated)
            yield Hit(None, prior + parse.usual + fit, None, spot, country=code)


def _city_hits(parse: Parse, stated: str) -> Iterator[Hit]:
    """By the name of a city of the world, read without an error; a number beside it may be any."""
    cities = load_cities()
    for spot in parse.towns:
        if spot.usual <= RARELY_A_TOWN:
            continue
        for code, share in cities.get(spot.key, ()):
            fit = name_evidence(spot.key, spot.key, 0) + spot.usual + _stated(code, stated)
            yield Hit(None, _ABROAD + math.log(share) + parse.usual + fit, parse.number, spot, country=code)


def _stated(code: str, stated: str) -> float:
    if not stated:
        return 0.0
    return _COUNTRY_AGREES if code == stated else _COUNTRY_DIFFERS


def nowhere_score(confidence: float) -> float:
    """The weight of "this text names no place", by how surely it was read."""
    return min(0.0, _NOWHERE + _doubt(confidence))


def _doubt(confidence: float) -> float:
    """How much commoner misreadings beyond repair are than in what was read clearly (logarithm)."""
    return _PER_CONFIDENCE * max(0.0, _CLEARLY_READ - confidence)


def neighbour_shares(places: Sequence[Place]) -> dict[str, float]:
    """Which postcodes the surely read places of a sheet have, and their shares; for `locate`."""
    codes = [place.postcode for place in places if place.postcode and place.confidence >= _SURELY_READ]
    return {code: codes.count(code) / len(codes) for code in dict.fromkeys(codes)}


def look_abroad(hits: Sequence[Hit]) -> bool:
    """Whether the Swiss candidates leave room for a place abroad: postcode or town does not fit well."""
    best = max(hits, key=lambda hit: hit.score, default=None)
    if best is None or best.number is None or best.town is None:
        return True
    return best.score < _NOWHERE + _CLEAR or len(best.number.text) > DIGITS


def region_shares(hit: Hit) -> tuple[tuple[str, float], ...]:
    """Regions of a hit and their shares."""
    if hit.locality:
        return hit.locality.cantons
    region = Region.LIECHTENSTEIN if hit.country == Region.LIECHTENSTEIN else Region.ABROAD
    return ((region.value, 1.0),)
