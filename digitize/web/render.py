"""Render templates in the language of the person, with escaping."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from digitize import __version__
from digitize.messages import failure_sentence, sentence
from digitize.translations import shown_number
from digitize.web.sessions import Session
from digitize.web.translations import LANGUAGES, catalogue, preferred


@dataclass(frozen=True)
class Frame:
    """Values that every page of a campaign shows around its content."""

    campaign: str  # name of its folder


@cache
def environment(language: str) -> Environment:
    """Return the template environment of a language; all values are escaped."""
    made = Environment(
        loader=PackageLoader("digitize.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    words = catalogue(language)
    made.install_gettext_callables(  # type: ignore[attr-defined]
        words.gettext, words.ngettext, newstyle=True, pgettext=words.pgettext, npgettext=words.npgettext
    )
    made.filters["number"] = lambda value: shown_number(value, language)
    made.filters["percent"] = lambda share: f"{share:.0%}".replace("%", "\u202f%")
    made.filters["moment"] = _moment
    made.filters["sentence"] = lambda message: sentence(message, words.gettext)
    made.filters["failure"] = lambda kind: failure_sentence(kind, words.gettext)
    made.globals |= {"language": language, "languages": LANGUAGES, "version": __version__}
    return made


def language_of(request: Request) -> str:
    """Return the language that the person chose, or else the one the browser prefers."""
    session: Session | None = getattr(request.state, "session", None)
    chosen = session.language if session else ""
    return chosen or preferred(request.headers.get("accept-language", ""))


def page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """Render a template in the person's language as a page."""
    return HTMLResponse(rendered(request, template, **values), status_code=status)


def rendered(request: Request, template: str, **values: Any) -> str:
    """Render a template in the person's language."""
    frame: Frame = request.app.state.frame
    session: Session | None = getattr(request.state, "session", None)
    shown = environment(language_of(request)).get_template(template)
    return shown.render(frame=frame, session=session, here=request.url.path, **values)


def _moment(at: datetime) -> str:
    """Format a date and time in local time, the same in all languages."""
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return f"{aware.astimezone():%d.%m.%Y %H:%M}"
