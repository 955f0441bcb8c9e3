"""One row of a page: its values, its history, and a form to correct it."""

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from digitize.campaign.decisions import Field, place_text
from digitize.campaign.store import Campaign, OpenRow
from digitize.errors import BadDecision
from digitize.web.context import context_of, note_view
from digitize.web.payloads import crop_path
from digitize.web.render import page
from digitize.web.sessions import Session


def detail(request: Request) -> Response:
    """Return the details of a row as an HTML fragment that a script inserts."""
    note_view(request, "row", (request.path_params["page_id"], request.path_params["index"]))
    with context_of(request).campaign() as campaign:
        erased = campaign.erased_at()
        shown = _row(campaign, request)
        lines = campaign.review.history(shown.key)
    return page(
        request,
        "row.html",
        shown=shown,
        lines=lines,
        erased=erased,
        place=place_text(shown.place).rstrip(" /"),
        crop=crop_path(shown.key.page_id, shown.box),
    )


async def correct(request: Request) -> Response:
    """Save the fields that were changed in the form; unchanged fields are not decisions."""
    form = await request.form()
    return await run_in_threadpool(_save_changes, request, form)


def _save_changes(request: Request, form: FormData) -> Response:
    session: Session = request.state.session
    here = f"/pages/{request.path_params['page_id']}"
    if not session.who:
        return RedirectResponse(f"/hello?back={here}", status_code=303)
    with context_of(request).campaign() as campaign, context_of(request).changing():
        shown = _row(campaign, request)
        if str(shown.number) != form.get("number"):
            raise HTTPException(409)
        try:
            for field, before in _shown_values(shown).items():
                value = str(form.get(field.value, before)).replace("\r\n", "\n").strip()
                if value and value != before:
                    campaign.review.decide(shown.key, field, value, session.who)
        except BadDecision:
            return page(request, "invalid.html", 400, back=here)
    return RedirectResponse(f"{here}#r{shown.key.index}", status_code=303)


def _shown_values(shown: OpenRow) -> dict[Field, str]:
    """Return the values that the form showed."""
    return {
        Field.STATUS: shown.status.value,
        Field.NAME: shown.name.text if shown.name else "",
        Field.ADDRESS: shown.address.text if shown.address else "",
        Field.PLACE: place_text(shown.place).rstrip(" /"),
    }


def _row(campaign: Campaign, request: Request) -> OpenRow:
    index = request.path_params["index"]
    rows = campaign.review.rows(request.path_params["page_id"])
    found = next((row for row in rows if row.key.index == index), None)
    if found is None:
        raise HTTPException(404)
    return found
