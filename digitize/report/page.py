"""Render a report as one self-contained HTML page."""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from digitize.report import words
from digitize.report.charts import NAMES, draw
from digitize.report.details import Details, Making
from digitize.report.figures import FAILED, Figures, Line
from digitize.report.pictures import counts_of
from digitize.report.template import rendered
from digitize.tally import WAITING
from digitize.translations import catalogue, shown_number

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
    return rendered(
        "report.html",
        language,
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
