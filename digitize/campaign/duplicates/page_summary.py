"""What is kept of a page to tell where it belongs: small, so that a large campaign fits into memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from digitize.campaign.duplicates.page_writing import Writing, writing_of
from digitize.form.definition import Form
from digitize.form.identify_form import Span, form_of, span_of
from digitize.records import Failure, PageId, PageKind, SheetPage, Status


@dataclass(frozen=True, slots=True)
class PageSummary:
    """One page.

    `form` is its printed design, `span` its first and last row number, where
    they are known; `row_count` how many rows were found.  `writing` is the ink
    in its filled rows, `statuses` what became of them, by index.  `title` and
    `deadline` are those printed on the page, where they were found.
    """

    id: PageId
    kind: PageKind
    form: Form | None = None
    span: Span | None = None
    row_count: int = 0
    writing: Writing = field(default_factory=dict)
    statuses: Mapping[int, Status] = field(default_factory=dict)
    title: str = ""
    deadline: date | None = None

    @property
    def first(self) -> int:
        """Number of the first row, 1 where it is not known."""
        return self.span[0] if self.span else 1


def brief(outcome: SheetPage | Failure, named: Mapping[str, Form]) -> PageSummary:
    """The brief of a stored page; `named` are the forms that `--form` may have named, by their names."""
    if isinstance(outcome, Failure):
        return PageSummary(outcome.id, PageKind.FAILED)
    form = form_of(outcome, named)
    span = span_of(outcome, form)
    writing = writing_of(outcome, span[0] if span else 1)
    filled = {row.index: row.status for row in outcome.rows if row.status is not Status.BLANK}
    return PageSummary(
        outcome.id,
        outcome.kind,
        form,
        span,
        len(outcome.rows),
        writing,
        filled,
        outcome.title,
        outcome.deadline,
    )
