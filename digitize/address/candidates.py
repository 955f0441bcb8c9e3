"""Which Swiss places an address may name, and how well each fits.

The score of every candidate is the logarithm of its prior times the likelihood
ratio of what was read against "this text names no place".  Candidates in
Switzerland and abroad, and the hypothesis that none of them is meant, can
therefore be compared (naive Bayes).
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from digitize.address.directory import Directory, Locality
from digitize.address.directory.ocr_error_model import DIGITS, max_edits, name_evidence, number_evidence
from digitize.address.parse import Parse, PostcodeSpan, TownSpan
from digitize.ocr.digits import CLEAR_DIGIT_OF, POSSIBLE_DIGITS_OF
from digitize.ocr.digits import DIGITS as ALL_DIGITS
from digitize.records import Place, Region


@dataclass(frozen=True)
class Priors:
    """Natural logarithms of priors and likelihood ratios.

    Estimates for petition sheets in Switzerland.
    """

    nowhere: float = math.log(0.01)  # a clearly read text names no place in the tables
    abroad: float = math.log(0.02)
    other_number: float = math.log(0.02)  # the number is misread beyond repair
    other_town: float = math.log(0.01)  # the town is a hamlet, misread beyond repair, or not in the directory
    other_town_max: float = math.log(0.1)  # the same in an address that can hardly be read
    short_town: float = -1.5  # a short word without a postcode resembles some town by chance
    loose_name: float = -1.5  # short forms and municipalities are written less often
    truncated: float = -3.0  # a name that ends early, at the edge of its cell or under a stain
    canton_agrees: float = math.log(20)
    canton_differs: float = math.log(0.05)
    country_agrees: float = math.log(20)
    country_differs: float = math.log(0.002)
    code_of_country: float = math.log(30)  # the form of a postcode is seldom a misreading of something else
    unlisted_code: float = math.log(0.03)  # a foreign postcode that the table lacks
    sharp_s: float = math.log(300)  # nobody in Switzerland writes ß; in 151 streets with ss none was read
    clear: float = math.log(1000)  # a Swiss place this far above `nowhere` needs no search abroad

    clear_confidence: float = 0.9  # below it, readings unrelated to the writing become common:
    doubt_per_confidence: float = 10.0  # at a confidence of 0.5, half of the readings are
    neighbour_share: float = 0.5  # of the people on a sheet come from a place that other rows name
    neighbour_confidence: float = 0.95  # of a place that may speak for its neighbours

    short_letters: int = 4  # a town with at most this many is short
    truncated_letters: int = 5  # fewest of a truncated name without a postcode
    truncated_letters_after_code: int = 2  # and after one
    names_compared: int = 25  # per town span


PRIORS = Priors()


@dataclass(frozen=True, slots=True)
class Hit:
    """One place that the address may mean, where it was written and how well it fits.

    `locality` is None for a place abroad (`country` is its ISO code, "" if unknown).
    """

    locality: Locality | None
    score: float
    postcode_span: PostcodeSpan | None = None
    town_span: TownSpan | None = None
    spelling: str = ""
    truncated: bool = False  # only the beginning of the spelling could be read
    country: str = ""
    postcode: str = ""


@dataclass(frozen=True, slots=True)
class TownFit:
    """How well a town span, if any, fits the name of a locality."""

    fit: float
    span: TownSpan | None = None
    spelling: str = ""
    truncated: bool = False


def swiss_hits(
    parse: Parse,
    directory: Directory,
    canton: str,
    country: str,
    neighbours: Mapping[str, float],
    confidence: float = 1.0,
) -> Iterator[Hit]:
    """Yield the places of the directory that fit one way to take the address apart.

    `canton` comes from a cell of its own, `country` from a cell, from words or
    from a prefix of the postcode; "" if there is none.
    `neighbours` are the shares of the postcodes that other rows of the sheet
    name; `confidence` is the recogniser's for the whole address.
    """
    code = parse.postcode
    unfit = min(PRIORS.other_town_max, PRIORS.other_town + _doubt(confidence)) if parse.towns else 0.0
    for locality in _similar_localities(parse, directory):
        evidence = 0.0 if code is None else number_evidence(code.text, locality.postcode)
        town = _best_town(parse, locality, canton, unfit)
        is_code_usable = code is not None and evidence > PRIORS.other_number and len(code.text) >= DIGITS
        if town.span is None and not is_code_usable:
            continue
        evidence = max(evidence, PRIORS.other_number) + country_evidence(locality.country, country)
        score = _prior(locality, directory, neighbours) + parse.log_prior + evidence + town.fit
        yield Hit(
            locality,
            score,
            code,
            town.span,
            town.spelling,
            town.truncated,
            locality.country,
            locality.postcode,
        )


def _prior(locality: Locality, directory: Directory, neighbours: Mapping[str, float]) -> float:
    """Return the log-probability of a locality before its address is read."""
    even = 1 / len(directory.localities)
    if not neighbours:
        return math.log(even)
    share = neighbours.get(locality.postcode, 0.0) / len(directory.by_postcode(locality.postcode))
    return math.log((1 - PRIORS.neighbour_share) * even + PRIORS.neighbour_share * share)


def _similar_localities(parse: Parse, directory: Directory) -> list[Locality]:
    """Return localities whose postcode or name resembles the text, in a reproducible order."""
    found: dict[Locality, None] = {}
    if parse.postcode is not None:
        for postcode in _similar_postcodes(parse.postcode.text):
            found.update(dict.fromkeys(directory.by_postcode(postcode)))
    for span in parse.towns:
        for name, _ in directory.nearest_keys(span.key, max_edits(len(span.key)), PRIORS.names_compared):
            found.update(dict.fromkeys(directory.by_key(name)))
    return list(found)


def _similar_postcodes(read: str) -> list[str]:
    """Return all numbers of four digits within one error of the one read."""
    digits = "".join(CLEAR_DIGIT_OF.get(c, POSSIBLE_DIGITS_OF.get(c, c)[0]) for c in read)
    if len(digits) == DIGITS + 1:
        return [digits[:i] + digits[i + 1 :] for i in range(len(digits))]
    replaced = 0 if len(digits) == DIGITS - 1 else 1  # a lost digit is inserted, any other replaced
    return [digits[:i] + d + digits[i + replaced :] for i in range(DIGITS) for d in ALL_DIGITS]


def _best_town(parse: Parse, locality: Locality, canton: str, unfit: float) -> TownFit:
    """Return the span and spelling that fit the locality best; no span if none fits better than `unfit`."""
    min_letters = PRIORS.truncated_letters if parse.postcode is None else PRIORS.truncated_letters_after_code
    best = TownFit(unfit + canton_evidence(locality, canton))
    for span in parse.towns:
        log_prior = span.log_prior + canton_evidence(locality, canton or span.canton)
        if parse.postcode is None and len(span.key) <= PRIORS.short_letters:
            log_prior += PRIORS.short_town
        for name in locality.names:
            fit, truncated = name_fit(span.key, name.key, min_letters)
            fit += log_prior + name.loose * PRIORS.loose_name
            # "Wetzik" is Wetzikon rather than Wetzikon ZH
            is_shorter = truncated and fit == best.fit and len(name.spelling) < len(best.spelling)
            if fit > best.fit or is_shorter:
                best = TownFit(fit, span, name.spelling, truncated)
    return best


def name_fit(read: str, name: str, min_letters: int) -> tuple[float, bool]:
    """Return how well a folded text fits a folded name, and whether it fits only as its beginning.

    Beginnings of fewer than `min_letters` are not considered.
    """
    fit = name_evidence(read, name)
    if len(name) > len(read) + 1 and len(read) >= min_letters:
        as_beginning = name_evidence(read, name[: len(read)]) + PRIORS.truncated
        return (as_beginning, True) if as_beginning > fit else (fit, False)
    return fit, False


def canton_evidence(locality: Locality, canton: str) -> float:
    """Return the evidence for a locality of a canton written beside the town, 0 if none is."""
    if not canton:
        return 0.0
    return PRIORS.canton_agrees if canton in dict(locality.cantons) else PRIORS.canton_differs


def country_evidence(country: str, stated: str) -> float:
    """Return the evidence for a country of the one stated in the address, 0 if none is."""
    if not stated:
        return 0.0
    return PRIORS.country_agrees if country == stated else PRIORS.country_differs


def nowhere_score(confidence: float) -> float:
    """Return the score of "this text names no place", given the recogniser's confidence."""
    return min(0.0, PRIORS.nowhere + _doubt(confidence))


def _doubt(confidence: float) -> float:
    """Return how much more common unrelated readings are than in clearly read text (logarithm)."""
    return PRIORS.doubt_per_confidence * max(0.0, PRIORS.clear_confidence - confidence)


def neighbour_shares(places: Sequence[Place]) -> dict[str, float]:
    """Return the postcodes of the confidently located places of a sheet and their shares, for `locate`."""
    codes = [
        place.postcode
        for place in places
        if place.postcode and place.confidence >= PRIORS.neighbour_confidence
    ]
    return {code: codes.count(code) / len(codes) for code in dict.fromkeys(codes)}


def may_be_abroad(hits: Sequence[Hit]) -> bool:
    """Return whether the Swiss hits leave room for a place abroad: postcode or town do not fit well."""
    best = max(hits, key=lambda hit: hit.score, default=None)
    if best is None or best.postcode_span is None or best.town_span is None:
        return True
    return best.score < PRIORS.nowhere + PRIORS.clear or len(best.postcode_span.text) > DIGITS


def region_shares(hit: Hit) -> tuple[tuple[str, float], ...]:
    """Return the regions of a hit and their shares, which sum to 1."""
    if hit.locality:
        return hit.locality.cantons
    region = Region.LIECHTENSTEIN if hit.country == Region.LIECHTENSTEIN else Region.ABROAD
    return ((region.value, 1.0),)
