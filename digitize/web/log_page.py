"""The log of decisions, and the tables for download."""

import csv
import io
from collections.abc import Iterable, Iterator
from heapq import merge

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse

from digitize.campaign.decisions import AUDIT_COLUMNS, audit_line
from digitize.campaign.store.setting_changes import setting_line
from digitize.tally import guard
from digitize.web.context import context_of, note_view
from digitize.web.downloads import attachment, file_name
from digitize.web.render import language_of, page
from digitize.web.report_page import can_draw

PER_SCREEN = 60
TABLES = ("rows", "tally", "pages")
UNWRITTEN, RETRY_AFTER_S = 503, "10"
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def log(request: Request) -> Response:
    """Show the log, newest first; before=ID shows earlier lines, by=NAME those of one person."""
    before = request.query_params.get("before", "")
    by = request.query_params.get("by", "")[:80]
    note_view(request, "log", (None, None))  # decided names are in it
    first = int(before) if before.isdecimal() and len(before) < 16 else None
    with context_of(request).campaign() as campaign:
        lines = campaign.listing.trail(first, by, PER_SCREEN)
        people = campaign.listing.people()
        changes = campaign.settings.changes()[::-1] if first is None else []
    changes = [change for change in changes if not by or change.by == by]
    return page(
        request, "log.html", lines=lines, people=people, by=by, more=len(lines) == PER_SCREEN, changes=changes
    )


def table(request: Request) -> Response:
    """Return rows.csv, tally.csv or pages.csv with every decision so far, never an outdated file."""
    name = request.path_params["name"]
    if name not in TABLES:
        raise HTTPException(404)
    context = context_of(request)
    note_view(request, f"{name}.csv", (None, None))
    with context.campaign():
        pass  # raises BadStore if the database is gone: the files would then be outdated without notice
    path = context.folder / f"{name}.csv"
    if not path.is_file():
        context.changed()
    if not context.tables.settle():
        answer = page(request, "unwritten.html", UNWRITTEN)
        answer.headers["retry-after"] = RETRY_AFTER_S
        return answer
    if not path.is_file():
        raise HTTPException(404)
    return FileResponse(path, media_type=CSV, filename=file_name(request, name, "csv"))


def workbook(request: Request) -> Response:
    """Return one of the tables as a workbook in the person's language, with every decision so far."""
    name, context, language = request.path_params["name"], context_of(request), language_of(request)
    if name not in TABLES or context.services.workbook is None or not can_draw():
        raise HTTPException(404)
    note_view(request, f"{name}.xlsx", (None, None))
    made = context.services.workbook(language, name)
    return Response(made, media_type=XLSX, headers=attachment(file_name(request, name, "xlsx")))


def log_table(request: Request) -> Response:
    """Return the whole log as a CSV file."""
    context = context_of(request)
    note_view(request, "log.csv", (None, None))
    with context.campaign() as campaign:  # raises BadStore before the answer has begun
        delimiter = campaign.settings.wanted().delimiter
        changes = [setting_line(change) for change in campaign.settings.changes()]

    def lines() -> Iterator[bytes]:
        yield b"\xef\xbb\xbf" + _csv_line(AUDIT_COLUMNS, delimiter)
        with context.campaign() as campaign:
            decisions = (audit_line(decision) for decision in campaign.review.trail())
            for line in merge(decisions, changes, key=lambda line: str(line[1])):
                yield _csv_line(line, delimiter)

    headers = attachment(file_name(request, "log", "csv"))
    return StreamingResponse(lines(), media_type=CSV, headers=headers)


def _csv_line(values: Iterable[object], delimiter: str) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n", delimiter=delimiter)
    writer.writerow([guard(value, delimiter) for value in values])
    return buffer.getvalue().encode("utf-8", "replace")
