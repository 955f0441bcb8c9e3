"""Build the reports of a campaign and write them to its folder."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from digitize.audit import journal
from digitize.campaign.store import Campaign
from digitize.campaign.store.picture_files import write_whole
from digitize.errors import BadStore
from digitize.report.details import Audited, Details, Making
from digitize.report.figures import PAGE_COLUMNS, ROW_COLUMNS, compute_by_petition, compute_figures
from digitize.report.folder import FOLDER
from digitize.report.page import Report, render
from digitize.report.pdf import as_pdf
from digitize.report.workbook import as_workbook
from digitize.tally import Tables
from digitize.tally.publish import count_tables, current_tables
from digitize.translations import SOURCE, catalogue

HTML, PDF, XLSX = "html", "pdf", "xlsx"
FORMATS = (HTML, PDF, XLSX)


@dataclass(frozen=True, slots=True)
class Reports:
    """The report of a campaign and those of its petitions, if there are several.

    `tables` are there for the workbook, unless none is wanted.
    """

    whole: Report
    petitions: Sequence[Report]
    tables: Tables | None


def build(
    campaign: Campaign, details: Details, language: str = SOURCE, formats: Sequence[str] = FORMATS
) -> Reports:
    """Build the reports of a campaign; its tables are written if they are not current.

    Remarks in `Reports.tables` are in the language.  Raises BadStore, SumsDiffer.
    """
    every: Tables | None = None
    if XLSX in formats:  # takes ten times as long
        every = current_tables(campaign, None if language == SOURCE else catalogue(language).gettext)
    tables = every or count_tables(campaign, ROW_COLUMNS, PAGE_COLUMNS)
    details = _with_settings(details, campaign)
    known = campaign.provenance()
    making = Making.now(
        versions=known.versions,
        first=known.first,
        last=known.last,
        deadline=campaign.settings.wanted().deadline,
        erased=campaign.erased_at(),
        waiting=tables.waiting,
        audit=_audited(campaign),
    )
    whole = compute_figures(tables)
    petitions = compute_by_petition(tables, whole)
    return Reports(
        whole=Report(whole, details, making),
        petitions=[Report(figures, details, making, one_of_several=True) for figures in petitions],
        tables=every,
    )


def _with_settings(details: Details, campaign: Campaign) -> Details:
    """Return the details with title, organisation and goal of the settings where none are given."""
    wanted = campaign.settings.wanted()
    return replace(
        details,
        title=details.title or wanted.title,
        organisation=details.organisation or wanted.organisation,
        goal=details.goal or wanted.goal,
    )


def _audited(campaign: Campaign) -> Audited | None:
    """Return the result of a finished audit of the current count."""
    if not journal.exists(campaign.folder):
        return None
    audit = journal.load(campaign.folder)
    outcome = audit.outcome()
    if outcome is None or not journal.is_current(audit, campaign):
        return None
    return Audited(outcome, audit.seed)


def write(
    campaign: Campaign,
    details: Details,
    languages: Iterable[str],
    formats: Sequence[str] = FORMATS,
    folder: Path | None = None,
) -> tuple[Reports, list[Path]]:
    """Write the reports in at least one language, in these formats; return them and the paths of the files.

    They go to the folder `reports` of the campaign unless another is given.  Raises BadStore, SumsDiffer,
    MissingProgram.
    """
    first, *others = languages
    reports = build(campaign, details, first, formats)
    target = folder or campaign.folder / FOLDER
    paths = []
    for language in (first, *others):
        if language != first and XLSX in formats:
            reports = build(campaign, details, language, formats)  # only the workbook has remarks
        for name, data in files(campaign, reports, language, formats):
            path = target / name
            try:
                target.mkdir(parents=True, exist_ok=True)
                write_whole(path, data)
            except OSError as error:
                raise BadStore(
                    f"{path} cannot be written ({error.strerror}); close it in other programs and try again."
                ) from error
            paths.append(path)
    return reports, paths


def files(
    campaign: Campaign, reports: Reports, language: str, formats: Sequence[str]
) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of each file of one language."""
    numbered = [("report", reports.whole)]
    numbered += [(f"report-{at}", report) for at, report in enumerate(reports.petitions, start=1)]
    for name, report in numbered:
        html = render(report, language) if {HTML, PDF} & set(formats) else ""
        if HTML in formats:
            yield f"{name}-{language}.html", html.encode("utf-8", "replace")
        if PDF in formats:
            yield f"{name}-{language}.pdf", as_pdf(html)
    if XLSX in formats:
        assert reports.tables is not None, "the reports were built without a workbook"
        book = as_workbook(reports.whole, reports.tables, campaign.review.trail(), language)
        yield f"count-{language}.xlsx", book
