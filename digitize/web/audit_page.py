"""The page of an audit: one row or page after the other, without what the program found."""

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from digitize.audit import journal
from digitize.audit.units import Unit
from digitize.records import Region, RowKey
from digitize.tally import CANTONS
from digitize.web.context import WebContext, context_of
from digitize.web.payloads import crop_path
from digitize.web.render import page
from digitize.web.sessions import Session

REGIONS = (*CANTONS, Region.LIECHTENSTEIN.value, Region.ABROAD.value)
CANNOT_TELL = ""


def show(request: Request) -> Response:
    """Show the next unit of the person's sample, or what is left to do."""
    session: Session = request.state.session
    if not session.who:
        return RedirectResponse("/hello?back=/audit", status_code=303)
    context = context_of(request)
    audit = journal.load(context.folder) if journal.exists(context.folder) else None
    unit = audit.next_for(session.who) if audit else None
    values: dict[str, Any] = {"audit": audit, "unit": unit, "regions": REGIONS}
    if unit is not None:
        values["pictures"] = _pictures(context, unit)
    return page(request, "audit.html", **values)


async def answer(request: Request) -> Response:
    """Store what the person says about a unit, and go on to the next one."""
    session: Session = request.state.session
    form = await request.form()
    audit = journal.load(context_of(request).folder)
    name, counts, region = (str(form.get(field, "")) for field in ("unit", "counts", "region"))
    unit = next((unit for unit in audit.sample if unit.name == name), None)
    given = audit.answers.get(name, [])
    if (
        session.who
        and unit is not None
        and audit.needs_answer(unit)
        and all(one.by != session.who for one in given)
        and (counts == CANNOT_TELL or (counts.isascii() and counts.isdigit() and len(counts) < 4))
    ):
        number = None if counts == CANNOT_TELL else int(counts)
        where = region if region in REGIONS and number else ""
        journal.add_answer(audit, unit, journal.Answer(session.who, number, where))
    return RedirectResponse("/audit", status_code=303)


def _pictures(context: WebContext, unit: Unit) -> dict[str, str]:
    """Return the addresses of the pictures of the row, if it is one and still there, and of its page."""
    whole = {"page": f"/pages/{unit.page_id}/picture", "row": ""}
    if unit.row < 0:
        return whole
    with context.campaign() as campaign:
        shown = campaign.review.row(RowKey(unit.page_id, unit.row, unit.number))
    return whole | ({"row": crop_path(unit.page_id, shown.row.box)} if shown else {})
