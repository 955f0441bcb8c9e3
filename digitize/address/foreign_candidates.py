"""Which places abroad an address may name, scored like the Swiss ones in `candidates`."""

import math
from collections.abc import Iterator

from digitize.address.candidates import PRIORS, Hit, country_evidence, name_fit
from digitize.address.directory import load_cities, load_foreign_places
from digitize.address.directory.ocr_error_model import DIGITS, name_evidence, number_evidence
from digitize.address.parse import RARELY_A_TOWN, Parse, PostcodeSpan, TownSpan

_CODES_OF_FIVE_DIGITS = 10_000  # that could be written; the prior of one that the table lacks


def foreign_hits(parse: Parse, country: str, by_code: bool = False) -> Iterator[Hit]:
    """Yield the places abroad that fit one way to take the address apart.

    `country` is the ISO code stated in the address, "" if there is none; `by_code` tells that it follows
    from the form of the postcode, which no other country has.
    """
    code = parse.postcode
    if country == "CH":
        return
    score = PRIORS.abroad + PRIORS.country_agrees + parse.log_prior + by_code * PRIORS.code_of_country
    stated = Hit(None, score, code, country=country)
    if country == "LI":  # the country is the region; which of its eleven municipalities does not matter
        yield stated
        return
    if code is not None and code.text.isdigit():
        yield from _hits_by_code(parse, code, country)
    if code is None:
        yield from _hits_by_town(parse, country)
    yield from _hits_by_city(parse, country)
    if country:
        yield stated


def hit_by_spelling(parse: Parse, text: str) -> Hit | None:
    """Return a place in Germany or Austria that no table lists, if `text`, the whole address, has a ß.

    `parse` is the way to take it apart without a postcode; None if it leaves nothing for a town.
    """
    towns = [span.log_prior for span in _town_like(parse) if len(span.key) > PRIORS.short_letters]
    if "ß" not in text or not towns:
        return None
    return Hit(None, PRIORS.abroad + PRIORS.sharp_s + parse.log_prior + max(towns))


def _hits_by_code(parse: Parse, code: PostcodeSpan, stated: str) -> Iterator[Hit]:
    """Yield hits by a postcode of five digits (DE, FR, IT), or of four if the town agrees (AT)."""
    places = load_foreign_places()
    evidence = number_evidence(code.text, code.text) + parse.log_prior
    found = places.towns(code.text)
    for country, keys in found.items():
        score = PRIORS.abroad - math.log(places.count) + evidence + country_evidence(country, stated)
        town, fit = None, PRIORS.other_town if parse.towns else 0.0
        for span in parse.towns:
            fits = (name_fit(span.key, key, PRIORS.truncated_letters_after_code)[0] for key in keys)
            span_fit = max(fits) + span.log_prior
            if span_fit > fit:
                town, fit = span, span_fit
        yield Hit(None, score + fit, code, town, country=country, postcode=code.text)
    if not found and len(code.text) > DIGITS:
        score = PRIORS.abroad + PRIORS.unlisted_code - math.log(_CODES_OF_FIVE_DIGITS) + evidence
        score += country_evidence(stated, stated)
        yield Hit(None, score, code, country=stated, postcode=code.text)


def _hits_by_town(parse: Parse, stated: str) -> Iterator[Hit]:
    """Yield hits by the name of a town in a neighbouring country, read without an error."""
    places = load_foreign_places()
    for span in _town_like(parse):
        for country, count in places.countries_of(span.key).items():
            prior = PRIORS.abroad + math.log(count / places.count)
            score = prior + parse.log_prior + _exact_fit(span, country, stated)
            yield Hit(None, score, None, span, country=country)


def _hits_by_city(parse: Parse, stated: str) -> Iterator[Hit]:
    """Yield hits by the name of a city of the world, read without an error, next to any number."""
    cities = load_cities()
    for span in _town_like(parse):
        for country, share in cities.get(span.key, ()):
            prior = PRIORS.abroad + math.log(share)
            score = prior + parse.log_prior + _exact_fit(span, country, stated)
            yield Hit(None, score, parse.postcode, span, country=country)


def _town_like(parse: Parse) -> Iterator[TownSpan]:
    """Yield the town spans that are not most likely streets."""
    return (span for span in parse.towns if span.log_prior > RARELY_A_TOWN)


def _exact_fit(span: TownSpan, country: str, stated: str) -> float:
    evidence = name_evidence(span.key, span.key, edits=0)
    return evidence + span.log_prior + country_evidence(country, stated)
