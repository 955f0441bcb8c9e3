"""Pages that cannot be put where they belong: in stacks, or of another form than their neighbours."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from rapidfuzz import fuzz

from digitize.campaign.collate.group_pages import TABLES, Sheet
from digitize.campaign.duplicates.page_summary import PageSummary
from digitize.form.definition import Form
from digitize.form.identify_form import fits_form, spans_of
from digitize.records import PageId

SAME_TITLE = 60  # of 100: a title under a stamp is still more like itself


def without_stacks(sheets: Sequence[Sheet]) -> tuple[list[Sheet], list[PageSummary]]:
    """The sheets of a chain, and its pages whose other page may be any of several.

    Where fronts lie behind each other and then their backs (1, 1, 2, 2), the
    backs may lie in the same order or in the reverse: only the two in the
    middle are neighbours, and those may as well be strangers.
    """
    kept = list(sheets)
    loose: list[PageSummary] = []
    at = 1
    while at < len(kept) - 1:
        reach = _stacked(kept, at)
        if reach:
            stack = slice(at - reach, at + reach + 1)
            loose += [page for sheet in kept[stack] for page in sheet]
            kept[stack] = []
            at -= reach
        at += 1
    return kept, loose


def _stacked(sheets: Sequence[Sheet], at: int) -> int:
    """How many single fronts lie before a sheet with as many single backs behind it."""
    first, last = sheets[at][0], sheets[at][-1]
    reach = 0
    while first is not last and at - reach - 1 >= 0 and at + reach + 1 < len(sheets):
        before, after = sheets[at - reach - 1], sheets[at + reach + 1]
        if not (_is_like(before, first) and _is_like(after, last)):
            break
        reach += 1
    return reach


def _is_like(sheet: Sheet, page: PageSummary) -> bool:
    """Whether a sheet is one page, with the same printed numbers as another."""
    return len(sheet) == 1 and sheet[0].span == page.span and sheet[0].form == page.form


def strangers(pages: Sequence[PageSummary]) -> Mapping[PageId, str]:
    """Pages with a table that is not that of the form which they should have, and the form's name.

    That is the form that was named, or the one that most pages of the file have.
    """
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    tables = [page for page in pages if page.kind in TABLES]
    for page in tables:
        if page.form is not None and spans_of(page.form):
            forms[page.id.file][page.form.name] += 1
    found: dict[PageId, str] = {}
    for page in tables:
        if page.form is None and forms[page.id.file]:
            found[page.id] = forms[page.id.file].most_common(1)[0][0]
        elif page.form is not None and _is_another(page, page.form):
            found[page.id] = page.form.name
    return found


def _is_another(page: PageSummary, form: Form) -> bool:
    """Whether rows or title are not those of the form."""
    return (page.span is not None and not fits_form(page.span, form)) or _has_other_title(page, form)


def _has_other_title(page: PageSummary, form: Form) -> bool:
    """Whether a title was read that is none of the form's, however it is misread."""
    if not page.title or not form.title_words:
        return False
    return all(fuzz.partial_ratio(page.title.lower(), word.lower()) < SAME_TITLE for word in form.title_words)
