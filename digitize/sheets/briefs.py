"""What is kept of a page to tell where it belongs: small, so that a large campaign fits into memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from digitize.form import Form
from digitize.records import Failure, PageId, PageKind, SheetPage
from digitize.sheets.known import Span, form_of, span_of
from digitize.sheets.writing import Writing, writing_of


@dataclass(frozen=True, slots=True)
class Brief:
    """One page.

    `form` is its printed design, `span` its first and last row number, where
    they are known; `writing` the ink in its filled rows.
    """

    id: PageId
    kind: PageKind
    form: Form | None = None
    span: Span | None = None
    writing: Writing = field(default_factory=dict)


def brief(outcome: SheetPage | Failure, named: Mapping[str, Form]) -> Brief:
    """The brief of a stored page; `named` are the forms that `--form` may have named, by their names."""
    if isinstance(outcome, Failure):
        return Brief(outcome.id, PageKind.FAILED)
    form = form_of(outcome, named)
    span = span_of(outcome, form)
    writing = writing_of(outcome, span[0] if span else 1)
    return Brief(outcome.id, outcome.kind, form, span, writing)
