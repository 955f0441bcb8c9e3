"""Render the templates of reports in a language, with escaping."""

from datetime import UTC, date, datetime
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from digitize.translations import catalogue, shown_day, shown_number


def rendered(template: str, language: str, **values: Any) -> str:
    """Return a template with these values, in one of LANGUAGES."""
    return _environment(language).get_template(template).render(style=Markup(_style()), **values)


@cache
def _environment(language: str) -> Environment:
    made = Environment(
        loader=PackageLoader("digitize.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    told = catalogue(language)
    made.install_gettext_callables(told.gettext, told.ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.filters |= {
        "number": lambda value: shown_number(value, language),
        "day": shown_day,
        "moment": _moment,
        "rate": lambda value: "–" if value is None else f"{value:.1f}",
        "css": lambda text: Markup(text.replace("\\", "\\\\").replace('"', '\\"')),
    }
    made.globals |= {"language": language}
    return made


@cache
def _style() -> str:
    return (resources.files("digitize.report") / "templates" / "report.css").read_text("utf-8")


def _moment(at: datetime | date) -> str:
    if not isinstance(at, datetime):
        return shown_day(at)
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return f"{aware.astimezone():%d.%m.%Y %H:%M}"
