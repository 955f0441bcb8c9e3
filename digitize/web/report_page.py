"""The pictures of the count on the first page, and the report for download."""

import hashlib
import json
from functools import cache
from importlib.util import find_spec

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from digitize.campaign.store import Totals
from digitize.report.charts import draw
from digitize.report.details import Details
from digitize.report.pictures import counts_of_totals
from digitize.web.context import WebContext, context_of
from digitize.web.downloads import attachment, file_name
from digitize.web.page_pictures import RecentlyUsed
from digitize.web.render import language_of
from digitize.web.translations import LANGUAGES

PICTURES = ("map", "days")
PICTURES_KEPT = 24
TYPES = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# The styles are in the picture itself; it holds numbers only, and its address changes with them.
SVG_HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
    "cache-control": "private, max-age=3600",
}

_drawn = RecentlyUsed[str](PICTURES_KEPT)


@cache
def can_draw() -> bool:
    """Return whether what draws pictures and reports is installed."""
    return find_spec("matplotlib") is not None


def version_of(totals: Totals, goal: int | None) -> str:
    """Return a short text that changes with anything that the pictures show."""
    shown = [sorted(totals.regions.items()), [(str(day), rows) for day, rows in totals.days], goal]
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:16]


def picture(request: Request) -> Response:
    """Return a picture of the current count as SVG."""
    name = request.path_params["name"]
    if name not in PICTURES or not can_draw():
        raise HTTPException(404)
    context, language = context_of(request), language_of(request)
    with context.campaign() as campaign:
        totals = campaign.review.totals()
    key = (name, language, version_of(totals, context.goal))
    made = _drawn.get(key, lambda: _draw(name, totals, context, language))
    return Response(made, media_type="image/svg+xml", headers=SVG_HEADERS)


def report(request: Request) -> Response:
    """Return the report or the workbook with every decision so far, in the language asked for."""
    kind, context = request.path_params["kind"], context_of(request)
    language = request.query_params.get("language", "")
    language = language if language in LANGUAGES else language_of(request)
    if kind not in TYPES or context.services.report is None or not can_draw():
        raise HTTPException(404)
    made = context.services.report(language, kind)
    what = f"{'count' if kind == 'xlsx' else 'report'}-{language}"
    headers = attachment(file_name(request, what, kind))
    return Response(made, media_type=TYPES[kind], headers=headers)


def _draw(name: str, totals: Totals, context: WebContext, language: str) -> str:
    return draw(name, counts_of_totals(totals), Details(goal=context.goal), language)
