"""Settle a page by hand: type its rows in, say what it is, have it read again, take it out, put it back."""

from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from digitize.campaign.decisions import KEPT, REMOVED, Content, Field, page_key
from digitize.campaign.store import Campaign, PageLine, RowTaken
from digitize.campaign.store import Request as Decide
from digitize.errors import BadDecision
from digitize.form.definition import AUTO, shipped_forms
from digitize.records import PageHints
from digitize.web.context import context_of, note_view
from digitize.web.json_body import json_of
from digitize.web.page_views import line_of
from digitize.web.render import page
from digitize.web.sessions import Session
from digitize.web.typed_sheet import WrongField, counted_rows, typed_rows

WRONG, NOBODY, UNREADABLE, GONE = 422, 403, 400, 409


@dataclass(frozen=True)
class Change:
    """What was sent about one page."""

    line: PageLine
    sent: dict[str, Any]
    who: str


def next_page(request: Request) -> Response:
    """Go to the next page that somebody has to settle, or to the open questions if there is none."""
    after = request.query_params.get("after", "")
    with context_of(request).campaign() as campaign:
        page_id = campaign.review.next_unsettled(int(after) if after.isdecimal() and len(after) < 16 else 0)
    return RedirectResponse("/review" if page_id is None else f"/pages/{page_id}/settle?queue=1", 303)


def settle_page(request: Request) -> Response:
    """Show the picture of a page beside everything that a person can do about it."""
    session: Session = request.state.session
    here = request.url.path
    if not session.who:
        return RedirectResponse(f"/hello?back={here}", status_code=303)
    note_view(request, "settle", (request.path_params["page_id"], None))
    with context_of(request).campaign() as campaign:
        campaign.refuse_erased()
        line = line_of(campaign, request)
        said = campaign.review.page(line.id)
        rows = campaign.review.rows(line.id)
        forms = sorted({*shipped_forms(), *campaign.forms.for_reading()})
        lines = campaign.review.page_history(line.id)
        petitions = campaign.search.petitions()
    return page(
        request,
        "settle.html",
        line=line,
        said=said,
        hints=PageHints.of_text(said.reading),
        rows=rows,
        forms=forms,
        petitions=petitions,
        lines=lines,
        first=max((row.number for row in rows), default=0) + 1,
        queue=bool(request.query_params.get("queue")),
    )


def to_scan_again(request: Request) -> Response:
    """Show the list of pages to scan again, for the person at the scanner; it is made to be printed."""
    with context_of(request).campaign() as campaign:
        lines = campaign.listing.to_scan_again()
    return page(request, "again.html", lines=lines)


async def settle(request: Request) -> Response:
    """Save what was sent about a page, all of it or nothing."""
    session: Session = request.state.session
    sent = await json_of(request)
    if not session.who:
        return JSONResponse({"code": "nobody"}, NOBODY)
    if not isinstance(sent, dict) or sent.get("do") not in ACTIONS:
        return JSONResponse({"code": "unreadable"}, UNREADABLE)
    return await run_in_threadpool(_settle, request, sent, session.who)


def _settle(request: Request, sent: dict[str, Any], who: str) -> Response:
    context = context_of(request)
    with context.campaign() as campaign, context.changing():
        try:
            ACTIONS[sent["do"]](campaign, Change(line_of(campaign, request), sent, who))
        except WrongField as wrong:
            return JSONResponse(wrong.values, WRONG)
        except RowTaken as error:
            return JSONResponse(WrongField(error.at or 0, "number", "taken").values, WRONG)
        except BadDecision:
            return JSONResponse({"code": "gone"}, GONE)
        except (ValueError, TypeError, KeyError):
            return JSONResponse({"code": "unreadable"}, UNREADABLE)
        page_id = request.path_params["page_id"]
        return JSONResponse({"next": campaign.review.next_unsettled(page_id)})


def _rows(campaign: Campaign, change: Change) -> None:
    day = campaign.review.deadline(change.line.id)
    rows = typed_rows(change.sent["rows"], day)
    campaign.review.add_rows(change.line.id, rows, change.who, change.sent.get("instead") is True)


def _counts(campaign: Campaign, change: Change) -> None:
    page_id, instead = change.line.id, change.sent.get("instead") is True
    numbers = [] if instead else [row.number for row in campaign.review.rows(page_id)]
    day = campaign.review.deadline(page_id)
    rows = counted_rows(change.sent["counts"], day, max(numbers, default=0) + 1)
    campaign.review.add_rows(page_id, rows, change.who, instead)


def _content(campaign: Campaign, change: Change) -> None:
    content = Content(change.sent["content"])
    campaign.review.decide(page_key(change.line.id), Field.CONTENT, content.value, change.who)


def _trash(campaign: Campaign, change: Change) -> None:
    value = KEPT if change.sent.get("back") is True else REMOVED
    whole = change.sent.get("file") is True
    pages = campaign.listing.pages_of_file(change.line.id) if whole else [change.line.id]
    campaign.review.decide_all([Decide(page_key(at), Field.TRASH, value, change.who) for at in pages])


def _comment(campaign: Campaign, change: Change) -> None:
    text = change.sent["comment"]
    if not isinstance(text, str):
        raise TypeError
    try:
        campaign.review.decide(page_key(change.line.id), Field.COMMENT, text, change.who)
    except BadDecision as error:
        raise WrongField(0, "comment", "text") from error


def _petition(campaign: Campaign, change: Change) -> None:
    """Move the whole sheet to a petition; "" is the one that was recognised."""
    text = change.sent["petition"]
    if not isinstance(text, str):
        raise TypeError
    pages = campaign.listing.pages_of_sheet(change.line.id)
    wanted = [Decide(page_key(at), Field.PETITION, text, change.who) for at in pages]
    try:
        campaign.review.decide_all(wanted)
    except BadDecision as error:
        raise WrongField(0, "petition", "text") from error


def _read_again(campaign: Campaign, change: Change) -> None:
    turn, form = change.sent.get("turn", ""), change.sent.get("form", AUTO)
    corners = change.sent.get("corners") or ()
    hints = PageHints(
        turn_deg=int(turn) if turn != "" else None,
        form="" if form == AUTO else str(form),
        corners=tuple((float(x), float(y)) for x, y in corners),
    )
    PageHints.of_text(hints.text)
    if hints.form and hints.form not in (*shipped_forms(), *campaign.forms.for_reading()):
        raise ValueError
    key = page_key(change.line.id)
    wanted = [Decide(key, Field.READING, hints.text, change.who)]
    if campaign.review.page(change.line.id).content is not None:  # what is read now shall count
        wanted.append(Decide(key, Field.CONTENT, Content.AS_READ.value, change.who))
    campaign.review.decide_all(wanted)


ACTIONS = {
    "rows": _rows,
    "counts": _counts,
    "content": _content,
    "trash": _trash,
    "comment": _comment,
    "read": _read_again,
    "petition": _petition,
}
