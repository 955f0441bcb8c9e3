"""Find rows: by name, address, town or file, and by what was decided."""

from math import ceil
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from digitize.campaign.store import OpenRow, RowQuery
from digitize.records import Status
from digitize.tally import REGIONS
from digitize.web.context import context_of, note_view
from digitize.web.payloads import crop_path
from digitize.web.render import page
from digitize.web.sessions import Session

PER_SCREEN = 30
YES_NO = {"1": True, "0": False}
FILTERS = ("text", "status", "region", "counted", "late", "decided", "petition", "by")


def search(request: Request) -> Response:
    """Show the search form, and the rows that match it with their pictures, 30 on a screen."""
    session: Session = request.state.session
    sent = request.query_params
    asked = {name: sent[name] for name in FILTERS if sent.get(name)}
    query = _query(sent, session.coordinates)
    leaf = int(text) if (text := sent.get("leaf", "1")).isdecimal() and len(text) < 7 else 1
    leaf = max(1, leaf)
    first = (leaf - 1) * PER_SCREEN
    with context_of(request).campaign() as campaign:
        found = campaign.search.rows(query, first, PER_SCREEN) if asked else None
        petitions = campaign.search.petitions()
        people = campaign.listing.people() if session.coordinates else []
    rows = found.rows if found else ()
    note_view(request, "search", *((row.key.page_id, row.key.index) for row in rows))
    return page(
        request,
        "search.html",
        query=query,
        found=found,
        lines=[_line(row, similar=first + at >= found.exact) for at, row in enumerate(rows) if found],
        statuses=list(Status),
        regions=REGIONS,
        petitions=petitions,
        people=people,
        leaf=leaf,
        leaves=max(1, ceil(found.total / PER_SCREEN)) if found else 1,
        asked=urlencode(asked),
    )


def _query(sent: QueryParams, may_see_people: bool) -> RowQuery:
    status, region = sent.get("status", ""), sent.get("region", "")
    return RowQuery(
        text=sent.get("text", "")[:200],
        status=Status(status) if status in set(Status) else None,
        region=region if region in REGIONS else "",
        counted=YES_NO.get(sent.get("counted", "")),
        late=YES_NO.get(sent.get("late", "")),
        decided=YES_NO.get(sent.get("decided", "")),
        petition=sent.get("petition", "")[:300],
        by=sent.get("by", "")[:80] if may_see_people else "",
    )


def _line(row: OpenRow, *, similar: bool) -> dict[str, Any]:
    has_picture = row.picture is not None and row.box.width > 0
    crop = crop_path(row.key.page_id, row.box) if has_picture else ""
    return {"row": row, "crop": crop, "similar": similar}
