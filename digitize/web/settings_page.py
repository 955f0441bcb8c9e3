"""The settings of a campaign: title, goal, last day; and the day on which each file was received."""

from datetime import date
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from digitize.campaign.store import Campaign
from digitize.campaign.store.campaign_settings import DELIMITERS, GOAL_MAX, TITLE_MAX, Wanted
from digitize.web.context import context_of
from digitize.web.render import page
from digitize.web.sessions import Session

WRONG = 422
CHANGES_SHOWN = 100
YEARS = (2000, 2100)  # other days are slips of the keyboard


def settings(request: Request) -> Response:
    """Show the settings, and who changed them."""
    with context_of(request).campaign() as campaign:
        wanted = campaign.settings.wanted()
        shown = _shown(campaign)
    values = {
        "title": wanted.title,
        "goal": "" if wanted.goal is None else str(wanted.goal),
        "deadline": wanted.deadline.isoformat() if wanted.deadline else "",
        "delimiter": wanted.delimiter,
    }
    return page(request, "settings.html", values=values, wrong="", **shown)


def _shown(campaign: Campaign) -> dict[str, Any]:
    changes = campaign.settings.changes()[::-1]
    return {"files": campaign.inputs.files(), "changes": changes[:CHANGES_SHOWN]}


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
    values = {name: _text(form, name) for name in ("title", "goal", "deadline", "delimiter")}
    wrong = _wrong_field(values)
    with context.campaign() as campaign:
        if wrong:
            return page(request, "settings.html", WRONG, values=values, wrong=wrong, **_shown(campaign))
        with context.changing():
            goal = int(values["goal"]) if values["goal"] else None
            day, delimiter = typed_day(values["deadline"]), values["delimiter"] or DELIMITERS[0]
            campaign.settings.save(Wanted(values["title"], goal, day, delimiter), session.who)
    return RedirectResponse("/", status_code=303)


def _wrong_field(values: dict[str, str]) -> str:
    """Return the name of the first field that cannot be saved, "" if all can."""
    if len(values["title"]) > TITLE_MAX or not values["title"].isprintable():
        return "title"
    goal = values["goal"].replace("'", "").replace("’", "").replace(" ", "")
    if goal and not (goal.isdecimal() and len(goal) < 10 and 0 < int(goal) <= GOAL_MAX):
        return "goal"
    values["goal"] = goal
    try:
        typed_day(values["deadline"])
    except ValueError:
        return "deadline"
    return "" if values["delimiter"] in ("", *DELIMITERS) else "delimiter"


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
