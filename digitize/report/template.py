"""Render the templates of reports in a language, with escaping."""

from datetime import date, datetime
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from digitize.template_environment import make_environment
from digitize.translations import shown_day, shown_moment


def rendered(template: str, language: str, **values: Any) -> str:
    """Return a template with these values, in one of LANGUAGES."""
    return _environment(language).get_template(template).render(style=Markup(_style()), **values)


@cache
def _environment(language: str) -> Environment:
    made = make_environment("digitize.report", language)
    made.filters |= {
        "day": shown_day,
        "moment": _moment,
        "rate": lambda value: "–" if value is None else f"{value:.1f}",
        "css": lambda text: Markup(text.replace("\\", "\\\\").replace('"', '\\"')),
    }
    return made


@cache
def _style() -> str:
    return (resources.files("digitize.report") / "templates" / "report.css").read_text("utf-8")


def _moment(at: datetime | date) -> str:
    if not isinstance(at, datetime):
        return shown_day(at)
    return shown_moment(at)
