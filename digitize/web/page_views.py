"""The list of pages, and one page with its table and rows."""

from collections.abc import Callable
from math import ceil
from pathlib import Path
from typing import Any

import cv2
from PIL import Image
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from digitize.campaign.store import Campaign, PageLine, Shown
from digitize.errors import DigitizeError
from digitize.geometry import Box
from digitize.records import SheetPage
from digitize.web.context import context_of, note_view
from digitize.web.page_pictures import turned
from digitize.web.render import page, rendered

PER_SCREEN = 48
JPEG = "image/jpeg"
NOT_FOUND = 404
TURNS = ("0", "90", "180", "270")


def page_list(request: Request) -> Response:
    """Show thumbnails of all pages, or of those in one state."""
    shown = _shown(request.query_params.get("show", ""))
    text = request.query_params.get("file", "")[:200]
    leaf = max(1, _number(request.query_params.get("leaf", "1"), 1))
    with context_of(request).campaign() as campaign:
        lines, total = campaign.listing.lines(shown, text, (leaf - 1) * PER_SCREEN, PER_SCREEN)
    leaves = max(1, ceil(total / PER_SCREEN))
    values: dict[str, Any] = {"shown": shown, "text": text, "leaf": leaf, "leaves": leaves, "total": total}
    return page(request, "pages.html", lines=lines, **values)


def one_page(request: Request) -> Response:
    """Show the straightened scan with grid and row status, the original, and the rows with their history."""
    _note(request, "page")
    with context_of(request).campaign() as campaign:
        line = line_of(campaign, request)
        found = campaign.pages.at(line.id)
        rows = campaign.review.rows(line.id)
        near = campaign.listing.neighbours(line.id)
        picture = campaign.listing.picture(line.id)
        removed = campaign.review.removed_rows(line.id)
    width_px, height_px = _size(picture)
    return page(
        request,
        "page.html",
        line=line,
        near=near,
        tables=found.tables if isinstance(found, SheetPage) else (),
        rows=rows,
        removed=removed,
        width_px=width_px,
        height_px=height_px,
    )


def picture(request: Request) -> Response:
    """Return the stored picture of the straightened page."""
    _note(request, "picture")
    with context_of(request).campaign() as campaign:
        path = campaign.listing.picture(request.path_params["page_id"])
    if path is None or not path.is_file():
        return _placeholder(request)
    return FileResponse(path, media_type=JPEG if path.suffix == ".jpg" else "image/png")


def thumbnail(request: Request) -> Response:
    """Return a small picture of the straightened page; too small to read, so no view of it is logged."""
    context = context_of(request)
    with context.campaign() as campaign:
        path = campaign.listing.picture(request.path_params["page_id"])
    return _made_picture(request, lambda: context.pictures.thumbnail(_existing(path)))


def original(request: Request) -> Response:
    """Return the page of the original scan, on request turned clockwise."""
    _note(request, "original")
    context = context_of(request)
    turn = request.query_params.get("turn", "0")
    if turn not in TURNS:
        raise HTTPException(404)
    with context.campaign() as campaign:
        line = line_of(campaign, request)
    return _made_picture(
        request, lambda: turned(context.original(line.path, line.number), int(turn)), original=True
    )


def crop(request: Request) -> Response:
    """Return a box of the page, given in px of its picture, with a margin."""
    _note(request, "cut")
    context = context_of(request)
    box = _box(request.query_params.get("box", ""))
    with context.campaign() as campaign:
        path = campaign.listing.picture(request.path_params["page_id"])
    make = context.pictures.cell if request.query_params.get("size") == "cell" else context.pictures.row
    return _made_picture(request, lambda: make(_existing(path), box))


def _note(request: Request, what: str) -> None:
    note_view(request, what, (request.path_params["page_id"], None))


def _box(text: str) -> Box:
    edges = text.split(",")
    if len(edges) != 4 or not all(edge.isdecimal() and len(edge) < 7 for edge in edges):
        raise HTTPException(404)
    left, top, right, bottom = map(int, edges)
    return Box(left, top, right, bottom)


def _shown(text: str) -> Shown:
    return Shown(text) if text in set(Shown) else Shown.ALL


def _number(text: str, default: int) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else default


def line_of(campaign: Campaign, request: Request) -> PageLine:
    """Return the page that a request names; raises HTTPException if there is none."""
    line = campaign.listing.line(request.path_params["page_id"])
    if line is None:
        raise HTTPException(404)
    return line


def _existing(path: Path | None) -> Path:
    if path is None:
        raise FileNotFoundError
    return path


def _size(path: Path | None) -> tuple[int, int]:
    """Return width and height of a picture in px from its header, or zeros if there is none."""
    if path is None or not path.is_file():
        return 0, 0
    try:
        with Image.open(path) as image:
            return image.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):  # damaged
        return 0, 0


def _made_picture(request: Request, make: Callable[[], bytes], original: bool = False) -> Response:
    """Return a picture made on demand, or a placeholder if it cannot be made."""
    try:
        return Response(make(), media_type=JPEG)
    except (OSError, ValueError, MemoryError, cv2.error, DigitizeError):
        return _placeholder(request, original)


def _placeholder(request: Request, original: bool = False) -> Response:
    """Return a drawing that says that the picture is missing; browsers show it in its place."""
    drawing = rendered(request, "no-picture.html", original=original)
    return Response(drawing, NOT_FOUND, media_type="image/svg+xml")
