"""Scans uploaded by the browser, and the progress of reading them."""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from datetime import date, datetime, time
from itertools import chain
from pathlib import Path

from anyio import from_thread, to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from digitize.campaign.store.scan_folders import INBOX, receive
from digitize.campaign.store.watch_progress import Progress, Work, read_progress
from digitize.errors import BadStore
from digitize.problems import Problem
from digitize.web.body_limits import BodyTooLarge
from digitize.web.context import WebContext, context_of
from digitize.web.files_page import newest
from digitize.web.render import language_of
from digitize.web.settings_page import typed_day
from digitize.web.translations import catalogue

SUFFIXES = (".pdf", ".tif", ".tiff", ".png", ".jpg", ".jpeg", ".webp", ".bmp", ".heic", ".heif")
HEAD_BYTES = 1024  # the signature of a PDF may be preceded by other bytes
UNFINISHED = ("arriving", "waiting", "working")  # stages of a file in the queue
TOO_LARGE, WRONG_KIND, NO_ROOM, ERASED = 413, 415, 507, 409


async def add(request: Request) -> Response:
    """Store one file in the inbox; the body is the file, `name` its name on the sender's machine.

    What is a scan is told as in folders: by its content, or by its name where it may be damaged.
    """
    name = request.query_params.get("name", "")
    context = context_of(request)
    folder = context.folder
    stream = request.stream()
    head = b""
    while len(head) < HEAD_BYTES and (part := await _next_chunk(stream)):
        head += part
    if not context.services.is_scan(head, name):
        return JSONResponse({"error": "kind"}, WRONG_KIND)
    if await to_thread.run_sync(lambda: _erased(context)):
        return JSONResponse({"error": "erased"}, ERASED)
    try:
        given = await to_thread.run_sync(
            lambda: receive(folder, name, chain((head,), _chunks(stream))), limiter=context.upload_threads
        )
    except BodyTooLarge:
        return JSONResponse({"error": "large"}, TOO_LARGE)
    except BadStore:
        return JSONResponse({"error": "room"}, NO_ROOM)
    await to_thread.run_sync(
        lambda: _set_day(folder / INBOX / given, request.query_params.get("received", ""))
    )
    return JSONResponse({"name": given})


def progress(request: Request) -> Response:
    """Return the queue, what happened to the newest files, and whether the tables are out of date."""
    context = context_of(request)
    told = read_progress(context.folder)
    return JSONResponse(
        {
            "work": told.work.value,
            "busy": _busy(told),
            "sentence": _in_language(request, told.sentence),
            "pages": told.pages,
            "done": told.pages_done,
            "secondsLeft": told.seconds_left,
            "unwritten": context.tables.failed,
            "files": [
                {"name": file.name, "stage": file.stage.value, "pages": file.pages}
                for file in told.files
                if file.stage.value in UNFINISHED
            ],
            "newest": newest(request),
        }
    )


def restart(request: Request) -> Response:
    """Resume reading after it has stopped."""
    context_of(request).services.restart()
    return JSONResponse({})


def _in_language(request: Request, sentence: str) -> str:
    translated = catalogue(language_of(request)).gettext
    return sentence.told(translated) if isinstance(sentence, Problem) else sentence


def _set_day(path: Path, text: str) -> None:
    """Give a file the day on which its sheets were received, which is then its day of receipt."""
    with suppress(ValueError, OSError):  # without a day it is today's; the file may be taken already
        day = typed_day(text)
        if day is not None and day != date.today():
            noon_s = datetime.combine(day, time(12)).timestamp()
            os.utime(path, (noon_s, noon_s))


def _erased(context: WebContext) -> bool:
    with context.campaign() as campaign:
        return campaign.erased_at() is not None


def _busy(told: Progress) -> bool:
    return told.work in (Work.WORKING, Work.FINISHING, Work.BUSY) or any(
        file.stage.value in UNFINISHED for file in told.files
    )


def _chunks(stream: AsyncIterator[bytes]) -> Iterator[bytes]:
    """Yield the chunks of the body to the thread that writes them to the disk."""
    while part := from_thread.run(_next_chunk, stream):
        yield part


async def _next_chunk(stream: AsyncIterator[bytes]) -> bytes:
    """Return the next chunk that is not empty, or b"" at the end."""
    async for part in stream:
        if part:
            return part
    return b""
