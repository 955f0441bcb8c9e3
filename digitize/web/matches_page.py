"""The page of doubtful matches: one signer and one person of the list after the other."""

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from digitize.report import match_journal
from digitize.report.match_journal import Candidate
from digitize.web.context import WebContext, context_of
from digitize.web.payloads import crop_path
from digitize.web.render import page
from digitize.web.sessions import Session

ANSWERS = {"same": True, "different": False, "unsure": None}


def show(request: Request) -> Response:
    """Show the next pair, or that none is left."""
    session: Session = request.state.session
    if not session.who:
        return RedirectResponse("/hello?back=/matches", status_code=303)
    context = context_of(request)
    matches = match_journal.load(context.folder)
    values: dict[str, Any] = {"matches": matches, "pair": None}
    for candidate in matches.open:
        picture = _picture(context, candidate)
        if picture:  # otherwise the row is gone: the next digitize match forgets it
            values |= {"pair": candidate, "row": picture}
            break
    return page(request, "matches.html", **values)


async def answer(request: Request) -> Response:
    """Store what the person says about a pair, and go on to the next one."""
    form = await request.form()
    return await run_in_threadpool(_answer, request, form)


def _answer(request: Request, form: FormData) -> Response:
    session: Session = request.state.session
    folder = context_of(request).folder
    key, said = str(form.get("pair", "")), str(form.get("said", ""))
    pair = match_journal.load(folder).find(key)
    if session.who and pair is not None and said in ANSWERS:
        match_journal.say(folder, pair, ANSWERS[said], session.who)
    return RedirectResponse("/matches", status_code=303)


def _picture(context: WebContext, candidate: Candidate) -> dict[str, str]:
    """Return the addresses of the pictures of a row and its page, nothing if the row is gone."""
    with context.campaign() as campaign:
        shown = campaign.review.row(candidate.row)
    if shown is None:
        return {}
    number = candidate.row.page_id
    texts = [text.text if text else "" for text in (shown.row.name, shown.row.address)]
    return {
        "picture": crop_path(number, shown.row.box),
        "page": f"/pages/{number}",
        "name": texts[0],
        "address": ", ".join(texts[1].split("\n")),
    }
