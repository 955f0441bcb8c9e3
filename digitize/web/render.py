"""Render templates in the language of the person, with escaping."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import HTMLResponse

from digitize import __version__
from digitize.messages import failure_sentence, sentence
from digitize.report.table_words import word
from digitize.template_environment import make_environment
from digitize.translations import shown_moment
from digitize.web.addresses import with_port
from digitize.web.sessions import Session
from digitize.web.translations import LANGUAGES, catalogue, preferred


@dataclass(frozen=True)
class Frame:
    """Values that every page of a campaign shows around its content."""

    campaign: str  # name of its folder
    list_port: int = 0  # of the list of campaigns, 0 if this is the only one
    is_list: bool = False  # this is that list


@cache
def environment(language: str) -> Environment:
    """Return the template environment of a language; all values are escaped."""
    made = make_environment("digitize.web", language)
    words = catalogue(language)
    made.filters["percent"] = lambda share: f"{share:.0%}".replace("%", "\u202f%")
    made.filters["moment"] = shown_moment
    made.filters["sentence"] = lambda message: sentence(message, words.gettext)
    made.filters["failure"] = lambda kind: failure_sentence(kind, words.gettext)
    made.filters["word"] = lambda code, name: word(code, name, words.gettext)
    made.filters["problem"] = lambda sentence: sentence.told(words.gettext)
    made.globals |= {"languages": LANGUAGES, "version": __version__}
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
    list_url = url_at(request, frame.list_port) if frame.list_port else ""
    return shown.render(frame=frame, session=session, here=request.url.path, list_url=list_url, **values)


def url_at(request: Request, port: int) -> str:
    """Return the address of another port under the name by which the browser knows this machine."""
    return f"{request.url.scheme}://{with_port(request.url.hostname or '', port)}/"
