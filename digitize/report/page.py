"""Render a report as one self-contained HTML page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from digitize.report import words
from digitize.report.charts import NAMES, draw
from digitize.report.details import Details, Making
from digitize.report.figures import FAILED, Figures, Line
from digitize.report.pictures import counts_of
from digitize.tally import WAITING
from digitize.translations import catalogue, shown_day, shown_number

FAILED_SHOWN = 60  # about one page


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a report says.  `one_of_several` marks the report of one petition of a campaign."""

    figures: Figures
    details: Details
    making: Making
    one_of_several: bool = False

    @property
    def title(self) -> str:
        """The title given, or else that of the one petition; "" if there are several."""
        if self.details.title and not self.one_of_several:
            return self.details.title
        return self.figures.title if sum(bool(title) for title in self.figures.petitions) <= 1 else ""


def render(report: Report, language: str) -> str:
    """Return the report as HTML.  Raises MissingProgram if matplotlib is not installed."""
    figures, details = report.figures, report.details
    told = catalogue(language).gettext
    drawn = {name: Markup(draw(name, counts_of(figures), details, language)) for name in _shown(figures)}
    population = details.population
    by_region = {region: line.valid for region, line in figures.regions.items()}
    return (
        _environment(language)
        .get_template("report.html")
        .render(
            report=report,
            title=report.title,
            several=report.one_of_several,
            figures=figures,
            details=details,
            making=report.making,
            audit=None if report.one_of_several else report.making.audit,
            deadlines=[report.making.deadline] if report.making.deadline else figures.deadlines,
            missing_pages=figures.pages.get(FAILED, 0) + figures.pages.get(WAITING, 0),
            population=population,
            population_rate=population.per_10000_of_cantons(by_region) if population else None,
            numbers=lambda line: _numbers(line, language, late=bool(figures.total.late)),
            told={name.lower(): told(getattr(words, name)) for name in _TOLD},
            names={region: told(name) for region, name in words.REGION_NAMES.items()},
            reasons={reason: told(name) for reason, name in words.REASON_NAMES.items()},
            failures={kind: told(text) for kind, text in words.FAILURES.items()},
            other_failure=told(words.OTHER_FAILURE),
            failed_shown=FAILED_SHOWN,
            page_kinds=[
                (told(words.PAGE_KINDS[kind]), figures.pages[kind])
                for kind in words.PAGE_KINDS
                if kind in figures.pages
            ],
            pictures=[(name, told(heading)) for name, heading in _headings(details).items() if name in drawn],
            drawn=drawn,
            style=Markup(_style()),
        )
    )


_TOLD = (
    *("CANTON", "VALID", "LATE", "INVALID", "INCOMPLETE", "STRUCK", "SECOND", "OPEN", "TOTAL"),
    *("PER_10000", "NO_TITLE", "PETITIONS"),
)


def _shown(figures: Figures) -> list[str]:
    """Return the names of the pictures that show anything."""
    return [name for name in NAMES if name != "sheets" or len(counts_of(figures).sheets) > 1]


def _headings(details: Details) -> Mapping[str, str]:
    on_map = words.MAP_TITLE if details.population is None else words.MAP_TITLE_PER_10000
    return dict(zip(NAMES, (on_map, words.CURVE_TITLE, words.BARS_TITLE, words.SHARES_TITLE), strict=True))


def _numbers(line: Line, language: str, *, late: bool) -> Markup:
    """Return the cells of a line, without its name."""
    values = [line.valid, *([line.late] if late else []), line.incomplete, line.struck, line.second]
    values += [line.invalid, line.open, line.total]
    return Markup("").join(Markup("<td>{}</td>").format(shown_number(value, language)) for value in values)


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
