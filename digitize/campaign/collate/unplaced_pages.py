"""Find pages that cannot be assigned to a sheet, and pages of another form than expected."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from rapidfuzz import fuzz

from digitize.campaign.collate.group_pages import TABLES, Sheet
from digitize.campaign.duplicates.page_summary import PageSummary
from digitize.form.definition import Form
from digitize.form.identify_form import fits_form, spans_of
from digitize.records import PageId

MIN_TITLE_WORDS = 3  # a stamp, a date or a note of the office above the table has fewer
MIN_WORD_LETTERS = 3
MIN_TITLE_SIMILARITY = 60  # of 100: reached even by a title with a stamp over it


def separate_stacks(sheets: Sequence[Sheet]) -> tuple[list[Sheet], list[PageSummary]]:
    """Return the sheets of a run, and the pages whose other page cannot be known.

    When fronts were scanned one after the other and then their backs (1, 1, 2, 2), the backs may
    be in the same order or in reverse: only the two in the middle are neighbours, and they may
    belong to different sheets as well.
    """
    kept = list(sheets)
    stacked: list[PageSummary] = []
    at = 1
    while at < len(kept) - 1:
        height = _stack_height(kept, at)
        if height:
            stack = slice(at - height, at + height + 1)
            stacked += [page for sheet in kept[stack] for page in sheet]
            kept[stack] = []
            at -= height
        at += 1
    return kept, stacked


def _stack_height(sheets: Sequence[Sheet], at: int) -> int:
    """Return how many single fronts precede a sheet that as many single backs follow."""
    first, last = sheets[at][0], sheets[at][-1]
    height = 0
    while first is not last and at - height - 1 >= 0 and at + height + 1 < len(sheets):
        before, after = sheets[at - height - 1], sheets[at + height + 1]
        if not (_is_single_like(before, first) and _is_single_like(after, last)):
            break
        height += 1
    return height


def _is_single_like(sheet: Sheet, page: PageSummary) -> bool:
    """Return whether a sheet has one page, with the form and numbers of another page."""
    return len(sheet) == 1 and sheet[0].span == page.span and sheet[0].form == page.form


def pages_of_other_forms(pages: Sequence[PageSummary]) -> Mapping[PageId, str]:
    """Return the pages whose table does not fit the form they should have, with the name of that form.

    The expected form is the one that was chosen, or else the one of most pages of the file.
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
        elif page.form is not None and not _fits(page, page.form):
            found[page.id] = page.form.name
    return found


def _fits(page: PageSummary, form: Form) -> bool:
    """Return whether rows and title of a page may be those of the form."""
    return (page.span is None or fits_form(page.span, form)) and not _has_other_title(page, form)


def _has_other_title(page: PageSummary, form: Form) -> bool:
    """Return whether a title was read that cannot be a misreading of one of the form."""
    words = [word for word in page.title.split() if sum(map(str.isalpha, word)) >= MIN_WORD_LETTERS]
    if len(words) < MIN_TITLE_WORDS or not form.title_words:
        return False
    title = page.title.lower()
    return all(fuzz.partial_ratio(title, word.lower()) < MIN_TITLE_SIMILARITY for word in form.title_words)
