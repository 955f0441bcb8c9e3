"""Pages are assigned to petitions by form and title, however misread, and else by their sheet or file."""

from digitize.campaign.collate.petitions import PageFacts, assign_petitions, petitions_of
from digitize.campaign.duplicates.page_summary import PageSummary
from digitize.records import PageId, PageKind

TREES, STATION = "Petition für mehr Bäume in der Stadt", "Petition für einen neuen Bahnhof in Wil"


def page(n: int, title: str = "", form: str = "", sheet: int | None = None, file: str = "") -> PageFacts:
    return PageFacts(PageId(file or f"{n}.pdf", 1 if not file else n), sheet, form, title)


def names(*pages: PageFacts) -> list[str]:
    found = assign_petitions(pages)
    return [found[one.id] for one in pages]


def test_titles_that_begin_alike_are_different_petitions() -> None:
    assert names(page(1, TREES), page(2, STATION), page(3, TREES)) == [TREES, STATION, TREES]


def test_a_misread_title_is_that_of_the_others() -> None:
    misread = TREES.replace("ä", "a").replace("Stadt", "Stadl")
    assert names(page(1, TREES), page(2, misread), page(3, TREES)) == [TREES] * 3


def test_pages_of_one_form_are_one_petition_whatever_their_titles() -> None:
    pages = (page(1, TREES, "ours"), page(2, "Unread", "ours"), page(3, TREES), page(4, "", "ours"))
    assert names(*pages) == [TREES] * 4


def test_a_title_that_joins_two_petitions_makes_them_one() -> None:
    pages = [page(1, TREES), page(2, TREES), page(3, "", "ours"), page(4, "", "ours"), page(5, TREES, "ours")]
    assert names(*pages) == [TREES] * 5


def test_a_page_without_title_follows_its_sheet_and_then_its_file() -> None:
    pages = [
        *(page(1, TREES, file="a.pdf", sheet=1), page(2, file="a.pdf", sheet=1)),
        *(page(3, STATION, file="a.pdf", sheet=2), page(4, file="a.pdf")),
        *(page(1, STATION, file="b.pdf", sheet=3), page(2, file="b.pdf")),
        page(9),
    ]
    assert names(*pages) == [TREES, TREES, STATION, "", STATION, STATION, ""]


def test_without_any_title_a_petition_is_called_by_its_form() -> None:
    assert names(page(1, form="acat"), page(2, form="acat")) == ["acat", "acat"]


def test_a_page_that_tells_nothing_belongs_to_the_only_petition() -> None:
    assert names(page(1, TREES), page(2)) == [TREES, TREES]


def test_a_petition_to_which_sheets_were_moved_keeps_its_name() -> None:
    misread = TREES.replace("ä", "a").replace("Stadt", "Stadl")
    pages = (page(1, TREES), page(2, misread), page(3, misread), page(4, STATION))
    assert names(*pages)[0] == misread
    found = assign_petitions(pages, [TREES])  # which was its name when somebody moved a sheet there
    assert [found[one.id] for one in pages] == [TREES, TREES, TREES, STATION]


def test_pages_that_nobody_signs_belong_to_none_unless_rows_were_typed_in() -> None:
    ids = [PageId("a.pdf", number) for number in (1, 2, 3)]
    pages = [
        PageSummary(ids[0], PageKind.LIST, title=TREES),
        *(PageSummary(each, PageKind.NO_TABLE) for each in ids[1:]),
    ]
    assert petitions_of(pages, {}, {ids[2]}) == {ids[0]: TREES, ids[2]: TREES}
