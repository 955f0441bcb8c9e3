"""Templates to answers: language, escaping, and what every page shows around its content."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from digitize import __version__
from digitize.messages import sentence
from digitize.web.sessions import Session
from digitize.web.translations import LANGUAGES, catalogue, wanted

THOUSANDS = {"de": "’", "fr": "\u202f", "it": "’", "en": ","}  # as Switzerland writes them


@dataclass(frozen=True)
class Frame:
    """What surrounds every page of one campaign."""

    campaign: str  # name of its folder


@cache
def environment(language: str) -> Environment:
    """Templates in one language; everything that is put in is escaped."""
    made = Environment(
        loader=PackageLoader("digitize.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    words = catalogue(language)
    made.install_gettext_callables(words.gettext, words.ngettext, newstyle=True)  # type: ignore[attr-defined]
    separator = THOUSANDS[language]
    made.filters["number"] = lambda value: f"{value:,}".replace(",", separator)
    made.filters["percent"] = lambda share: f"{share:.0%}".replace("%", "\u202f%")
    made.filters["moment"] = _moment
    made.filters["sentence"] = lambda message: sentence(message, words.gettext)
    made.globals |= {"language": language, "languages": LANGUAGES, "version": __version__}
    return made


def language_of(request: Request) -> str:
    """The language the person chose, or the browser asks for."""
    session: Session | None = getattr(request.state, "session", None)
    chosen = session.language if session else ""
    return chosen or wanted(request.headers.get("accept-language", ""))


def page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """The template filled in, in the person's language."""
    frame: Frame = request.app.state.frame
    session: Session | None = getattr(request.state, "session", None)
    shown = environment(language_of(request)).get_template(template)
    text = shown.render(frame=frame, session=session, here=request.url.path, **values)
    return HTMLResponse(text, status_code=status)


def _moment(at: datetime) -> str:
    """Date and time of this machine's clock, the same in all languages."""
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return f"{aware.astimezone():%d.%m.%Y %H:%M}"
