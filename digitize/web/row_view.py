"""One row of a page: its values, its history, and a form to correct it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from digitize.campaign.decisions import KEPT, REMOVED, Field, place_text
from digitize.campaign.store import Campaign, OpenRow
from digitize.campaign.store import Request as Decide
from digitize.errors import BadDecision
from digitize.records import Region, RowKey
from digitize.web.context import context_of, note_view
from digitize.web.login import given_name
from digitize.web.payloads import crop_path
from digitize.web.place_entry import typed_place
from digitize.web.render import page
from digitize.web.sessions import Session, Sessions
from digitize.web.typed_sheet import WrongField, checked_text

WRONG, CHANGED = 422, 409


@dataclass(frozen=True)
class Form:
    """What the form of a row holds: what is stored, or after a mistake what was typed.

    `wrong` is the field that cannot be saved, with the reason; `name` the one of the person, if it
    had to be asked for.
    """

    values: Mapping[str, str]
    wrong: WrongField | None = None
    who: str = ""
    stale: bool = field(default=False)


def detail(request: Request) -> Response:
    """Return the details of a row as an HTML fragment that a script inserts."""
    note_view(request, "row", (request.path_params["page_id"], request.path_params["index"]))
    with context_of(request).campaign() as campaign:
        shown = _row(campaign, request)
        return _fragment(request, campaign, shown, Form(_stored_values(campaign, shown)))


async def correct(request: Request) -> Response:
    """Save the fields that were changed in the form, all of them or none."""
    form = await request.form()
    return await run_in_threadpool(_save_changes, request, form)


async def put_back(request: Request) -> Response:
    """Put a row back that was found not to be on the sheet."""
    form = await request.form()
    return await run_in_threadpool(_put_back, request, form)


def _save_changes(request: Request, form: FormData) -> Response:
    session: Session = request.state.session
    context = context_of(request)
    with context.campaign() as campaign:
        shown = _row(campaign, request)
        stored = _stored_values(campaign, shown)
        typed = {name: _text(form, name) if name in form else value for name, value in stored.items()}
        if str(shown.number) != form.get("number"):
            return _fragment(request, campaign, shown, Form(stored, stale=True), CHANGED)
        who = session.who or given_name(request, _text(form, "who"))
        if not who:
            values = Form(typed, WrongField(0, "who", "who"), _text(form, "who"))
            return _fragment(request, campaign, shown, values, WRONG)
        try:
            if form.get("remove"):
                changes = [Decide(shown.key, Field.ROW, REMOVED, who)]
            else:
                changes = _changes(campaign, shown, typed, who)
            with context.changing():
                campaign.review.decide_all(changes)
        except WrongField as wrong:
            return _fragment(request, campaign, shown, Form(typed, wrong, _text(form, "who")), WRONG)
        except BadDecision:
            return _fragment(request, campaign, shown, Form(stored, stale=True), CHANGED)
    if session.who != who:
        session.who = who
        sessions: Sessions = request.app.state.sessions
        sessions.save()
    return RedirectResponse(f"/pages/{shown.key.page_id}#r{shown.key.index}", status_code=303)


def _put_back(request: Request, form: FormData) -> Response:
    session: Session = request.state.session
    page_id, number = request.path_params["page_id"], _text(form, "number")
    here = f"/pages/{page_id}"
    if not session.who:
        return RedirectResponse(f"/hello?back={here}", status_code=303)
    if not number.isdecimal() or len(number) > 9:
        raise HTTPException(404)
    key = RowKey(page_id, request.path_params["index"], int(number))
    context = context_of(request)
    try:
        with context.campaign() as campaign, context.changing():
            campaign.review.decide(key, Field.ROW, KEPT, session.who)
    except BadDecision:
        return page(request, "invalid.html", 400, back=here)
    return RedirectResponse(f"{here}#r{key.index}", status_code=303)


def _changes(campaign: Campaign, shown: OpenRow, typed: Mapping[str, str], who: str) -> list[Decide]:
    """Return a decision for every field that differs from what was shown; raises WrongField."""
    stored = _stored_values(campaign, shown)
    changes = []
    for name in (Field.STATUS, Field.NAME, Field.ADDRESS, Field.PLACE, Field.COMMENT):
        value = typed[name.value]
        if value == stored[name.value] or (name is Field.STATUS and not value):
            continue
        is_place = name is Field.PLACE
        checked = _typed_place(campaign, shown, value) if is_place else checked_text(0, name, value)
        changes.append(Decide(shown.key, name, checked, who))
    return changes


def _typed_place(campaign: Campaign, shown: OpenRow, text: str) -> str:
    from_text = WrongField(0, "canton", "place")
    try:
        return typed_place(text, campaign.review.deadline(shown.key.page_id)) or Region.UNKNOWN.value
    except BadDecision as error:
        cantons = getattr(error, "cantons", ())
        from_text.code, from_text.cantons = ("places" if cantons else "place"), cantons
        raise from_text from error


def _stored_values(campaign: Campaign, shown: OpenRow) -> dict[str, str]:
    """Return the values that the form shows, by the names of its fields."""
    return {
        Field.STATUS.value: shown.status.value,
        Field.NAME.value: shown.name.text if shown.name else "",
        Field.ADDRESS.value: shown.address.text if shown.address else "",
        Field.PLACE.value: place_text(shown.place).rstrip(" /"),
        Field.COMMENT.value: campaign.review.comment(shown.key),
    }


def _fragment(
    request: Request, campaign: Campaign, shown: OpenRow, form: Form, status: int = 200
) -> Response:
    values: dict[str, Any] = {"shown": shown, "form": form, "lines": campaign.review.history(shown.key)}
    values["erased"] = campaign.erased_at()
    return page(request, "row.html", status, crop=crop_path(shown.key.page_id, shown.box), **values)


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else ""


def _row(campaign: Campaign, request: Request) -> OpenRow:
    index = request.path_params["index"]
    rows = campaign.review.rows(request.path_params["page_id"])
    found = next((row for row in rows if row.key.index == index), None)
    if found is None:
        raise HTTPException(404)
    return found
