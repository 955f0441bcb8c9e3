"""The rows that a figure of the overview counts, with their pictures."""

from math import ceil
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from digitize.campaign.store.row_list import RowFilter
from digitize.records import Status
from digitize.tally import REGIONS
from digitize.web.context import context_of
from digitize.web.payloads import crop_path
from digitize.web.render import page

PER_SCREEN = 30


def row_list(request: Request) -> Response:
    """Show the rows of one status, region or kind."""
    query = request.query_params
    status, region = query.get("status", ""), query.get("region", "")
    wanted = RowFilter(
        status=Status(status) if status in set(Status) else None,
        region=region if region in REGIONS else "",
        late=query.get("late") == "1",
        decided=query.get("decided") == "1",
    )
    text = query.get("leaf", "1")
    leaf = max(1, int(text)) if text.isdecimal() and len(text) < 7 else 1
    with context_of(request).campaign() as campaign:
        rows, total = campaign.rows.found(wanted, (leaf - 1) * PER_SCREEN, PER_SCREEN)
    lines: list[dict[str, Any]] = [
        {"row": row, "crop": crop_path(row.key.page_id, row.box) if row.picture and row.box.width else ""}
        for row in rows
    ]
    leaves = max(1, ceil(total / PER_SCREEN))
    return page(request, "rows.html", wanted=wanted, lines=lines, total=total, leaf=leaf, leaves=leaves)
