"""Review: hand out questions, save decisions, undo them."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from digitize.campaign.decisions import Decision, Field, Kind
from digitize.campaign.store import Campaign
from digitize.campaign.store import Request as Decide
from digitize.errors import BadDecision
from digitize.records import RowKey
from digitize.web.context import context_of, note_view
from digitize.web.json_body import json_of
from digitize.web.payloads import key_of, pair_values, question_values
from digitize.web.place_search import suggestions
from digitize.web.render import page
from digitize.web.sessions import Session

QUESTIONS_MAX = 60  # handed out per request
VIEWS = {
    "count": (Kind.COUNT,),
    "region": (Kind.REGION,),
    "text": (Kind.NAME, Kind.ADDRESS),
    "pairs": (Kind.PAGE, Kind.PERSON),
}
PAIRS = (Kind.PAGE, Kind.PERSON)


@dataclass(frozen=True)
class SentDecision:
    """A decision as sent by the browser."""

    key: RowKey
    field: Field
    value: str
    second: bool
    other: RowKey | None


def overview(request: Request) -> Response:
    """Show the open questions, most important first, and the rows on which two people disagree."""
    with context_of(request).campaign() as campaign:
        totals = campaign.review.totals()
        seconds = campaign.second_looks.due(_who(request))
        agreement = campaign.second_looks.agreement()
        contested = campaign.review.disagreements()
        orphaned = campaign.review.orphaned()
    note_view(request, "review", *((each.shown.key.page_id, each.shown.key.index) for each in contested))
    values: dict[str, Any] = {"contested": contested, "orphaned": orphaned, "agreement": agreement}
    return page(request, "review.html", totals=totals, seconds=seconds, **values)


def view(request: Request) -> Response:
    """Show one of the views; its script fetches the questions."""
    name = request.path_params["view"]
    if name not in VIEWS:
        return page(request, "missing.html", 404, fault=False)
    with context_of(request).campaign() as campaign:
        campaign.refuse_erased()
    session: Session = request.state.session
    if not session.who:
        return RedirectResponse(f"/hello?back={request.url.path}", status_code=303)
    return page(request, f"review-{name}.html", view=name)


def following(request: Request) -> Response:
    """Return the next questions of a view and reserve them for this person."""
    kinds = VIEWS.get(request.query_params.get("view", ""), ())
    most = _count(request.query_params.get("most", ""))
    with context_of(request).campaign() as campaign:
        found: list[dict[str, Any]] = []
        for kind in kinds:
            found += _next(request, campaign, kind, most - len(found)) if len(found) < most else []
        totals = campaign.review.totals()
        seconds = campaign.second_looks.due(_who(request))
    _note(request, found)
    left = sum(totals.open.get(kind, 0) + seconds.get(kind, 0) for kind in kinds)
    return JSONResponse({"questions": found, "open": left})


async def decide(request: Request) -> Response:
    """Save one or several decisions in the given order, those on one row together or none of them."""
    sent = _parse_decisions(await json_of(request))
    if sent is None:
        return JSONResponse({"error": "unreadable"}, 400)
    if not _who(request):
        return JSONResponse({"error": "nobody"}, 403)
    return await run_in_threadpool(_save, request, sent)


async def undo(request: Request) -> Response:
    """Undo the last decisions of this person and return the rows, which are open again.

    Without their number it is all that the person said last about a row.
    """
    sent = await json_of(request)
    times = sent.get("times") if isinstance(sent, dict) else None
    times = min(QUESTIONS_MAX, max(1, times)) if isinstance(times, int) else None
    if not _who(request):
        return JSONResponse({"error": "nobody"}, 403)
    return await run_in_threadpool(_undo, request, times)


def release(request: Request) -> Response:
    """Release the rows reserved for this person, who leaves the view."""
    with context_of(request).campaign() as campaign:
        campaign.review.release(_who(request))
    return JSONResponse({})


def places(request: Request) -> Response:
    """Return the places that match a few letters or digits, in the cantons of the page's last day."""
    page_id = request.query_params.get("page", "")
    day = None
    if page_id.isdecimal() and len(page_id) < 16:
        with context_of(request).campaign() as campaign:
            day = campaign.review.deadline(int(page_id))
    return JSONResponse({"places": suggestions(request.query_params.get("text", "")[:60], day)})


def _count(text: str) -> int:
    """Return the number of questions asked for, at most QUESTIONS_MAX."""
    return min(QUESTIONS_MAX, max(1, int(text))) if text.isdecimal() and len(text) < 5 else QUESTIONS_MAX


def _next(request: Request, campaign: Campaign, kind: Kind, most: int) -> list[dict[str, Any]]:
    who = _who(request)
    if kind in PAIRS:
        return [pair_values(request, pair) for pair in campaign.review.next_pairs(kind, who, most)]
    rows = campaign.review.next_questions(kind, who, most, coordinates=_is_named_coordinator(request))
    return [question_values(request, row) for row in rows]


def _is_named_coordinator(request: Request) -> bool:
    """Return whether the person coordinates while others have passwords of their own.

    Without passwords everybody comes by the same link, and nobody is the coordinator.
    """
    session: Session = request.state.session
    return session.coordinates and bool(request.app.state.policy.passwords)


def _note(request: Request, found: list[dict[str, Any]]) -> None:
    """Log which rows and pages a person is asked about."""
    sides = [side for each in found for side in each.get("sides", (each,))]
    note_view(request, "review", *((side["pageId"], side.get("index")) for side in sides))


def _save(request: Request, sent: list[SentDecision]) -> Response:
    lost: list[int] = []
    with context_of(request).campaign() as campaign, context_of(request).changing():
        for _, each in groupby(enumerate(sent), lambda numbered: numbered[1].key):
            of_row = dict(each)
            try:
                campaign.review.decide_all([_decision(request, one) for one in of_row.values()])
            except BadDecision:
                lost += of_row  # read again in the meantime: the question is asked again
    return JSONResponse({"done": len(sent) - len(lost), "lost": lost}, 409 if lost else 200)


def _decision(request: Request, sent: SentDecision) -> Decide:
    return Decide(sent.key, sent.field, sent.value, _who(request), sent.second, sent.other)


def _undo(request: Request, times: int | None) -> Response:
    undone: list[Decision] = []
    with context_of(request).campaign() as campaign, context_of(request).changing():
        if times is None:
            undone = campaign.review.undo_answer(_who(request))
        for _ in range(times or 0):
            line = campaign.review.undo(_who(request))
            if line is None:
                break
            undone.append(line)
        rows = [campaign.review.row(line.row) for line in undone if line.row is not None]
    shown = {row.key: question_values(request, row) for row in rows if row is not None}
    _note(request, list(shown.values()))
    fields = [line.field.value for line in undone]
    return JSONResponse({"undone": len(undone), "fields": fields, "questions": list(shown.values())})


def _parse_decisions(sent: Any) -> list[SentDecision] | None:
    try:
        return [
            SentDecision(
                key_of(each["key"]),
                Field(each["field"]),
                str(each["value"]),
                bool(each.get("second", False)),
                key_of(each["other"]) if each.get("other") else None,
            )
            for each in sent["decisions"][:QUESTIONS_MAX]
        ]
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def _who(request: Request) -> str:
    session: Session = request.state.session
    return session.who
