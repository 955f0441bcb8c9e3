"""What is kept of a page to tell where it belongs: small, so that a large campaign fits into memory."""

from collections.abc import Mapping
from dataclasses import dataclass

from digitize.form import Form
from digitize.records import Failure, PageId, PageKind, SheetPage
from digitize.sheets.known import Span, form_of, span_of


@dataclass(frozen=True, slots=True)
class Brief:
    """One page: `form` is its printed design and `span` its first and last row number, where known."""

    id: PageId
    kind: PageKind
    form: Form | None = None
    span: Span | None = None


def brief(outcome: SheetPage | Failure, named: Mapping[str, Form]) -> Brief:
    """The brief of a stored page; `named` are the forms that `--form` may have named, by their names."""
    if isinstance(outcome, Failure):
        return Brief(outcome.id, PageKind.FAILED)
    form = form_of(outcome, named)
    return Brief(outcome.id, outcome.kind, form, span_of(outcome, form))
