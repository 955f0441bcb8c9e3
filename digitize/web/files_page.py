"""What happened to each file: a page of its own, and the newest of them on the first page."""

from math import ceil

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from digitize.campaign.store.file_log import Refusal
from digitize.web.context import context_of
from digitize.web.json_body import json_of
from digitize.web.render import page, rendered

PER_SCREEN = 50
NEWEST = 8  # on the first page
UNREADABLE = 400


def files(request: Request) -> Response:
    """Show all files, newest first, with what happened to them."""
    text = request.query_params.get("leaf", "1")
    leaf = max(1, int(text)) if text.isdecimal() and len(text) < 7 else 1
    with context_of(request).campaign() as campaign:
        lines, total = campaign.files.lines((leaf - 1) * PER_SCREEN, PER_SCREEN)
    leaves = max(1, ceil(total / PER_SCREEN))
    return page(request, "files.html", lines=lines, total=total, leaf=leaf, leaves=leaves)


def newest(request: Request) -> str:
    """Return the newest files as an HTML fragment."""
    with context_of(request).campaign() as campaign:
        lines, total = campaign.files.lines(0, NEWEST)
    return rendered(request, "newest-files.html", lines=lines, more=total > len(lines))


async def refused(request: Request) -> Response:
    """Record that a file was refused or did not arrive; sent by the page that tried to upload it."""
    sent = await json_of(request)
    try:
        name, why = str(sent["name"]), Refusal(sent["why"])
    except (KeyError, TypeError, ValueError):
        return JSONResponse({"error": "unreadable"}, UNREADABLE)
    await run_in_threadpool(_refuse, request, name, why)
    return JSONResponse({})


def _refuse(request: Request, name: str, why: Refusal) -> None:
    with context_of(request).campaign() as campaign:
        campaign.files.refuse(name, why)
