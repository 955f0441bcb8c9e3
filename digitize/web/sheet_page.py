"""The page on which a sheet of one's own is made: what is typed becomes a PDF to print."""

import re
from datetime import date

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from digitize.errors import BadSheet
from digitize.records import Role
from digitize.sheet.problems import template_of
from digitize.sheet.wishes import SheetWishes, columns_of
from digitize.translations import catalogue
from digitize.web.context import context_of
from digitize.web.render import language_of, page
from digitize.web.settings_page import typed_day
from digitize.web.translations import LANGUAGES

WRONG = 422
USUAL_COLUMNS = ("number", "name", "address", "signature")
USUAL_ROWS = ("12", "")
KINDS = {"pdf": "application/pdf", "toml": "application/toml; charset=utf-8"}
FIELDS = ("title", "organisation", "return_to", "deadline", "text", "columns", "first", "second", "batch")


def show(request: Request) -> Response:
    """Show the empty form, with what the settings of the campaign say."""
    if context_of(request).services.sheet is None:
        raise HTTPException(404)
    with context_of(request).campaign() as campaign:
        wanted = campaign.settings.wanted()
    values = dict.fromkeys(FIELDS, "") | {
        "title": wanted.title,
        "organisation": wanted.organisation,
        "deadline": wanted.deadline.isoformat() if wanted.deadline else "",
        "columns": "\n".join(USUAL_COLUMNS),
        "first": USUAL_ROWS[0],
        "second": USUAL_ROWS[1],
    }
    return _page(request, values, [language_of(request)], "")


async def make(request: Request) -> Response:
    """Return the sheet, or the form with what is wrong."""
    form = await request.form()
    return await run_in_threadpool(_make, request, form)


def _make(request: Request, form: FormData) -> Response:
    service = context_of(request).services.sheet
    kind = str(form.get("kind", "pdf"))
    if service is None or kind not in KINDS:
        raise HTTPException(404)
    values = {name: str(form.get(name, "")) for name in FIELDS}
    languages = [str(language) for language in form.getlist("language") if str(language) in LANGUAGES]
    languages = languages or [language_of(request)]
    try:
        wishes = _wishes(values, languages)
        wishes.check()
        pdf, form_file = service(wishes)
    except BadSheet as error:
        return _page(request, values, languages, _translated(request, str(error)))
    made = pdf if kind == "pdf" else form_file.encode("utf-8")
    headers = {"content-disposition": f'attachment; filename="{wishes.form_name}.{kind}"'}
    return Response(made, media_type=KINDS[kind], headers=headers)


def _wishes(values: dict[str, str], languages: list[str]) -> SheetWishes:
    """Return what was typed; raises BadSheet."""
    rows = [values["first"], *([values["second"]] if values["second"].strip() else [])]
    return SheetWishes(
        title=" ".join(values["title"].split()),
        columns=columns_of([line for line in values["columns"].splitlines() if line.strip()], languages),
        rows=tuple(map(_number, rows)),
        texts=(values["text"].replace("\r\n", "\n"),) if values["text"].strip() else (),
        languages=tuple(languages),
        organisation=" ".join(values["organisation"].split()),
        return_to=" ".join(values["return_to"].split()),
        deadline=_deadline(values["deadline"]),
        batch=_number(values["batch"] or "0"),
    )


def _number(text: str) -> int:
    """Return a number; what is none is out of every range."""
    return int(text) if re.fullmatch(r"[0-9]{1,5}", text.strip()) else -1


def _deadline(text: str) -> date | None:
    try:
        return typed_day(text)
    except ValueError:
        return date.min  # out of range, which `SheetWishes.check` says


def _translated(request: Request, sentence: str) -> str:
    """Return what is wrong in the language of the person."""
    template, values = template_of(sentence)
    return catalogue(language_of(request)).gettext(template).format(**values)


def _page(request: Request, values: dict[str, str], languages: list[str], wrong: str) -> Response:
    shown = {"values": values, "chosen": languages, "wrong": wrong, "roles": [role.value for role in Role]}
    return page(request, "sheet.html", WRONG if wrong else 200, **shown)
