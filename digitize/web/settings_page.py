"""The settings of a campaign: petition, form, report; and the day on which each file was received."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from digitize.campaign.store import Campaign
from digitize.campaign.store.campaign_settings import DELIMITERS, GOAL_MAX, TITLE_MAX, Wanted
from digitize.errors import BadForm
from digitize.form.definition import AUTO, shipped_forms
from digitize.web.context import context_of
from digitize.web.render import page
from digitize.web.sessions import Session
from digitize.web.translations import LANGUAGES

WRONG = 422
FIELDS = ("title", "organisation", "goal", "deadline", "form", "delimiter")
CHANGES_SHOWN = 100
YEARS = (2000, 2100)  # other days are slips of the keyboard


def settings(request: Request) -> Response:
    """Show the settings, and who changed them."""
    with context_of(request).campaign() as campaign:
        wanted = campaign.settings.wanted()
        shown = _shown(request, campaign)
    return page(request, "settings.html", values=_values(wanted), wrong="", **shown)


def _values(wanted: Wanted) -> dict[str, Any]:
    """Return the settings as the fields of the page hold them."""
    return {
        "organisation": wanted.organisation,
        "form": wanted.form or AUTO,
        "languages": wanted.languages,
        "title": wanted.title,
        "goal": "" if wanted.goal is None else str(wanted.goal),
        "deadline": wanted.deadline.isoformat() if wanted.deadline else "",
        "delimiter": wanted.delimiter,
    }


def _shown(request: Request, campaign: Campaign) -> dict[str, Any]:
    changes = campaign.settings.changes()[::-1]
    forms = (AUTO, *shipped_forms(), *campaign.forms.for_reading())
    return {
        "files": campaign.inputs.files(),
        "changes": changes[:CHANGES_SHOWN],
        "forms": forms,
        "can_learn": context_of(request).services.learn is not None,
    }


async def save(request: Request) -> Response:
    """Save the settings, all or none."""
    form = await request.form()
    return await run_in_threadpool(_save, request, form)


async def save_received(request: Request) -> Response:
    """Correct the day on which a file was received."""
    form = await request.form()
    return await run_in_threadpool(_save_received, request, form)


def typed_day(text: str) -> date | None:
    """Return the day of a date field, None for an empty one; raises ValueError."""
    if not text:
        return None
    day = date.fromisoformat(text)
    if not YEARS[0] <= day.year <= YEARS[1]:
        raise ValueError
    return day


def _save(request: Request, form: FormData) -> Response:
    context = context_of(request)
    session: Session = request.state.session
    if not session.who:
        return RedirectResponse("/hello?back=/settings", status_code=303)
    values: dict[str, Any] = {name: _text(form, name) for name in FIELDS}
    values["languages"] = tuple(name for name in LANGUAGES if name in form.getlist("language"))
    with context.campaign() as campaign:
        shown = _shown(request, campaign)
        wrong = _wrong_field(values, shown["forms"])
        if wrong:
            return page(request, "settings.html", WRONG, values=values, wrong=wrong, **shown)
        with context.changing():
            campaign.settings.save(_wanted(values), session.who)
    return RedirectResponse("/", status_code=303)


def _wanted(values: dict[str, Any]) -> Wanted:
    """Return checked values of the fields as settings."""
    return Wanted(
        title=values["title"],
        goal=int(values["goal"]) if values["goal"] else None,
        deadline=typed_day(values["deadline"]),
        delimiter=values["delimiter"] or DELIMITERS[0],
        organisation=values["organisation"],
        form="" if values["form"] == AUTO else values["form"],
        languages=values["languages"],
    )


def _wrong_field(values: dict[str, Any], forms: Collection[str]) -> str:
    """Return the name of the first field that cannot be saved, "" if all can; tidies the goal."""
    for name in ("title", "organisation"):
        if len(values[name]) > TITLE_MAX or not values[name].isprintable():
            return name
    goal = values["goal"].replace("'", "").replace("’", "").replace(" ", "")
    if goal and not (goal.isdecimal() and len(goal) < 10 and 0 < int(goal) <= GOAL_MAX):
        return "goal"
    values["goal"] = goal
    try:
        typed_day(values["deadline"])
    except ValueError:
        return "deadline"
    if values["form"] not in ("", *forms):
        return "form"
    return "" if values["delimiter"] in ("", *DELIMITERS) else "delimiter"


async def add_form(request: Request) -> Response:
    """Keep the form of a form file, and use it for the scans that come in."""
    form = await request.form()
    return await run_in_threadpool(_add_form, request, form)


def _add_form(request: Request, form: FormData) -> Response:
    session: Session = request.state.session
    if not session.who:
        return RedirectResponse("/hello?back=/settings", status_code=303)
    with context_of(request).campaign() as campaign, context_of(request).changing():
        campaign.refuse_erased()
        wanted = campaign.settings.wanted()
        try:
            added = campaign.forms.add(str(form.get("text", "")).replace("\r\n", "\n"))
        except BadForm as error:
            values = _values(wanted)
            shown = {"wrong": "file", "reason": str(error)} | _shown(request, campaign)
            return page(request, "settings.html", WRONG, values=values, **shown)
        campaign.settings.save(replace(wanted, form=added.name), session.who)
    return RedirectResponse("/settings#form", status_code=303)


def _save_received(request: Request, form: FormData) -> Response:
    session: Session = request.state.session
    if not session.who:
        return RedirectResponse("/hello?back=/settings", status_code=303)
    context = context_of(request)
    number = _text(form, "file")
    with context.campaign() as campaign:
        known = {file.id for file in campaign.inputs.files()}
        try:
            day = typed_day(_text(form, "received"))
        except ValueError:
            day = None
        if day is None or not number.isdecimal() or len(number) > 15 or int(number) not in known:
            return page(request, "invalid.html", 400, back="/settings")
        with context.changing():
            campaign.inputs.set_received(int(number), day, session.who)
    return RedirectResponse(f"/settings#file-{number}", status_code=303)


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return " ".join(value.split()) if isinstance(value, str) else ""
