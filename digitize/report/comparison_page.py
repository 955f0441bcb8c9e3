"""Show a comparison of two counts as a page that one can hand on."""

import base64
from collections.abc import Callable

from digitize.report import words
from digitize.report.comparison import Compared, Comparison
from digitize.report.template import rendered
from digitize.translations import catalogue

SHOWN = 500  # differences, each with a crop of about 20 kB


def render_comparison(
    result: Comparison,
    names: tuple[str, str],
    crop: Callable[[str, int, int], bytes | None],
    language: str,
) -> str:
    """Return a comparison as one self-contained HTML page; `crop` returns the picture of a row, if any."""
    told = catalogue(language).gettext
    shown = result.differences[:SHOWN]
    counts = result.agreements.get(Compared.COUNTS)
    return rendered(
        "comparison.html",
        language,
        result=result,
        first=names[0],
        second=names[1],
        differences=[(one, _encoded(crop(one.file, one.page, one.row))) for one in shown],
        left_out=len(result.differences) - len(shown),
        fields={what: told(word) for what, word in words.COMPARED.items()},
        values={value: told(word) for value, word in words.COMPARED_VALUES.items()},
        kappa=counts.kappa if counts else None,
    )


def _encoded(picture: bytes | None) -> str:
    return base64.b64encode(picture).decode("ascii") if picture else ""
