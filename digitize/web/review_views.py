"""Review: hand out questions, keep decisions, take them back."""

import json
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from digitize.campaign.decisions import Decision, Field, Kind
from digitize.campaign.store import Campaign
from digitize.errors import BadDecision
from digitize.records import RowKey
from digitize.web.context import desk_of
from digitize.web.payloads import key_of, pair_values, question_values
from digitize.web.place_search import suggestions
from digitize.web.render import page
from digitize.web.sessions import Session

MOST = 60  # questions handed out at once
BODY_MAX_BYTES = 200_000
VIEWS = {
    "count": (Kind.COUNT,),
    "region": (Kind.REGION,),
    "text": (Kind.NAME, Kind.ADDRESS),
    "pairs": (Kind.PAGE, Kind.PERSON),
}
PAIRS = (Kind.PAGE, Kind.PERSON)


@dataclass(frozen=True)
class Wish:
    """A decision as the browser sent it."""

    key: RowKey
    field: Field
    value: str
    second: bool
    other: RowKey | None


def overview(request: Request) -> Response:
    """What is open, what changes the tally first; and what two people see differently."""
    with desk_of(request).campaign() as campaign:
        totals = campaign.review.totals()
        contested = campaign.review.disagreements()
        orphaned = campaign.review.orphaned()
    return page(request, "review.html", totals=totals, contested=contested, orphaned=orphaned)


def view(request: Request) -> Response:
    """One of the views; the questions themselves are fetched by its script."""
    name = request.path_params["view"]
    if name not in VIEWS:
        return page(request, "missing.html", 404, fault=False)
    session: Session = request.state.session
    if not session.who:
        return RedirectResponse(f"/hello?back={request.url.path}", status_code=303)
    return page(request, f"review-{name}.html", view=name)


def following(request: Request) -> Response:
    """The next questions of a view, kept for this person."""
    kinds = VIEWS.get(request.query_params.get("view", ""), ())
    wanted = request.query_params.get("most", "")
    most = min(MOST, max(1, int(wanted))) if wanted.isdecimal() and len(wanted) < 5 else MOST
    with desk_of(request).campaign() as campaign:
        found: list[dict[str, Any]] = []
        for kind in kinds:
            found += _next(request, campaign, kind, most - len(found)) if len(found) < most else []
        totals = campaign.review.totals()
    return JSONResponse({"questions": found, "open": sum(totals.open.get(kind, 0) for kind in kinds)})


async def decide(request: Request) -> Response:
    """Keep one or several decisions, in their order."""
    wishes = _wishes(await _json(request))
    if wishes is None:
        return JSONResponse({"error": "unreadable"}, 400)
    if not _who(request):
        return JSONResponse({"error": "nobody"}, 403)
    return await run_in_threadpool(_decided, request, wishes)


async def undo(request: Request) -> Response:
    """Take back the last decisions of this person; answers with the rows, open again."""
    sent = await _json(request)
    times = sent.get("times", 1) if isinstance(sent, dict) else 1
    times = min(MOST, max(1, times)) if isinstance(times, int) else 1
    if not _who(request):
        return JSONResponse({"error": "nobody"}, 403)
    return await run_in_threadpool(_undone, request, times)


def release(request: Request) -> Response:
    """The person leaves the view: others may have the rows kept for it."""
    with desk_of(request).campaign() as campaign:
        campaign.review.release(_who(request))
    return JSONResponse({})


def places(request: Request) -> Response:
    """Places that a few letters or digits may stand for."""
    return JSONResponse({"places": suggestions(request.query_params.get("text", "")[:60])})


def _next(request: Request, campaign: Campaign, kind: Kind, most: int) -> list[dict[str, Any]]:
    who = _who(request)
    if kind in PAIRS:
        return [pair_values(request, pair) for pair in campaign.review.next_pairs(kind, who, most)]
    return [question_values(request, row) for row in campaign.review.next_questions(kind, who, most)]


def _decided(request: Request, wishes: list[Wish]) -> Response:
    lost: list[int] = []
    with desk_of(request).campaign() as campaign, desk_of(request).changing():
        for place, wish in enumerate(wishes):
            try:
                campaign.review.decide(
                    wish.key, wish.field, wish.value, _who(request), second=wish.second, other=wish.other
                )
            except BadDecision:
                lost.append(place)  # recognised again in the meantime: the row is asked anew
    return JSONResponse({"done": len(wishes) - len(lost), "lost": lost}, 409 if lost else 200)


def _undone(request: Request, times: int) -> Response:
    taken: list[Decision] = []
    with desk_of(request).campaign() as campaign, desk_of(request).changing():
        for _ in range(times):
            line = campaign.review.undo(_who(request))
            if line is None:
                break
            taken.append(line)
        rows = [campaign.review.row(line.row) for line in taken if line.row is not None]
    shown = {row.key: question_values(request, row) for row in rows if row is not None}
    fields = [line.field.value for line in taken]
    return JSONResponse({"undone": len(taken), "fields": fields, "questions": list(shown.values())})


async def _json(request: Request) -> Any:
    """What was sent, None where it is too long or no JSON."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > BODY_MAX_BYTES:
            return None
    try:
        return json.loads(body or b"{}")
    except (ValueError, RecursionError):
        return None


def _wishes(sent: Any) -> list[Wish] | None:
    try:
        return [
            Wish(
                key_of(each["key"]),
                Field(each["field"]),
                str(each["value"]),
                bool(each.get("second", False)),
                key_of(each["other"]) if each.get("other") else None,
            )
            for each in sent["decisions"][:MOST]
        ]
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def _who(request: Request) -> str:
    session: Session = request.state.session
    return session.who
