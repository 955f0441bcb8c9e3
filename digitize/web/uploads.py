"""Scans sent through the browser, and how far their reading is."""

from collections.abc import AsyncIterator, Iterator
from pathlib import PurePosixPath

from anyio import from_thread, to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from digitize.campaign.store.scan_folders import receive
from digitize.campaign.store.watch_progress import Progress, Work, read_progress
from digitize.errors import BadStore
from digitize.web.context import Desk, desk_of

SUFFIXES = (".pdf", ".tif", ".tiff", ".png", ".jpg", ".jpeg", ".webp", ".bmp", ".heic", ".heif")
FILE_MAX_BYTES = 1_000_000_000  # a box of sheets in colour in one PDF
TOO_LARGE, WRONG_KIND, NO_ROOM, ERASED = 413, 415, 507, 409


class TooLarge(Exception):
    """More bytes came than a scan can have."""


async def add(request: Request) -> Response:
    """Take one file into the inbox; the body is the file, `name` what it is called at the sender's."""
    name = request.query_params.get("name", "")
    if PurePosixPath(name.lower()).suffix not in SUFFIXES:
        return JSONResponse({"error": "kind"}, WRONG_KIND)
    desk = desk_of(request)
    folder = desk.folder
    if await to_thread.run_sync(lambda: _erased(desk)):
        return JSONResponse({"error": "erased"}, ERASED)
    try:
        given = await to_thread.run_sync(lambda: receive(folder, name, _chunks(request.stream())))
    except TooLarge:
        return JSONResponse({"error": "large"}, TOO_LARGE)
    except BadStore:
        return JSONResponse({"error": "room"}, NO_ROOM)
    return JSONResponse({"name": given})


def progress(request: Request) -> Response:
    """What is in the queue, by name only, and whether the tables in the folder are out of date."""
    desk = desk_of(request)
    told = read_progress(desk.folder)
    return JSONResponse(
        {
            "work": told.work.value,
            "busy": _busy(told),
            "sentence": told.sentence,
            "pages": told.pages,
            "done": told.pages_done,
            "secondsLeft": told.seconds_left,
            "unwritten": desk.tables.failed,
            "files": [
                {"name": file.name, "stage": file.stage.value, "pages": file.pages} for file in told.files
            ],
        }
    )


def restart(request: Request) -> Response:
    """Go on after the reading has stopped."""
    desk_of(request).services.restart()
    return JSONResponse({})


def _erased(desk: Desk) -> bool:
    with desk.campaign() as campaign:
        return campaign.erased_at() is not None


def _busy(told: Progress) -> bool:
    return told.work in (Work.WORKING, Work.FINISHING, Work.BUSY) or any(
        file.stage.value in ("arriving", "waiting", "working") for file in told.files
    )


def _chunks(stream: AsyncIterator[bytes]) -> Iterator[bytes]:
    """The parts of the body, for a thread that writes them to the disk."""
    received = 0
    while part := from_thread.run(_next, stream):
        received += len(part)
        if received > FILE_MAX_BYTES:
            raise TooLarge
        yield part


async def _next(stream: AsyncIterator[bytes]) -> bytes:
    """The next part that holds something, b"" at the end."""
    async for part in stream:
        if part:
            return part
    return b""
