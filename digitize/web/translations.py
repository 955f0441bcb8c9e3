"""Select the language of a page by the Accept-Language header."""

from digitize.translations import LANGUAGES, SOURCE, catalogue

__all__ = ["LANGUAGES", "SOURCE", "catalogue", "preferred"]


def preferred(accept_language: str, default: str = SOURCE) -> str:
    """Return the language of LANGUAGES that an Accept-Language header (RFC 9110, 12.5.4) prefers."""
    best, best_quality = default, 0.0
    for part in accept_language.split(","):
        tag, _, rest = part.strip().partition(";")
        quality = _quality(rest)
        language = tag.strip().lower().partition("-")[0]
        if language in LANGUAGES and quality > best_quality:
            best, best_quality = language, quality
    return best


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
