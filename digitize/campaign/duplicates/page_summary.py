"""What is kept of a page to find its sheet and its duplicates: little, so that a large campaign fits
into memory.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from types import MappingProxyType

from digitize.campaign.duplicates.packed_writing import PackedWriting
from digitize.campaign.duplicates.page_writing import Writing, writing_of
from digitize.form.definition import Form
from digitize.form.identify_form import Span, form_of, span_of
from digitize.records import Failure, PageId, PageKind, SheetPage, Status


@dataclass(frozen=True, slots=True)
class PageSummary:
    """A page as far as other pages are concerned.

    `form` is its printed form and `span` its first and last row number, None where unknown.
    `row_count` counts all rows found, `statuses` has those of the filled rows by index, `writing`
    their ink.  `title` and `deadline` are printed on the page, empty or None where not found.
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
        """Number of the first row, 1 where it is unknown."""
        return self.span[0] if self.span else 1


def summarize(outcome: SheetPage | Failure, named: Mapping[str, Form]) -> PageSummary:
    """Return the summary of a stored page; `named` are the known forms by name."""
    if isinstance(outcome, Failure):
        return PageSummary(outcome.id, PageKind.FAILED)
    form = form_of(outcome, named)
    span = span_of(outcome, form)
    return PageSummary(
        id=outcome.id,
        kind=outcome.kind,
        form=form,
        span=span,
        row_count=len(outcome.rows),
        writing=PackedWriting(writing_of(outcome, span[0] if span else 1)),
        statuses=_statuses(
            tuple((row.index, row.status) for row in outcome.rows if row.status is not Status.BLANK)
        ),
        title=outcome.title,
        deadline=outcome.deadline,
    )


@lru_cache(maxsize=4096)
def _statuses(rows: tuple[tuple[int, Status], ...]) -> Mapping[int, Status]:
    """Return statuses by row; many pages have the same, such as six signed rows and then none."""
    return MappingProxyType(dict(rows))
