"""Pages are assigned to petitions by form and title, however misread, and else by their sheet or file."""

from digitize.report.petitions import PageFacts, assign_petitions

TREES, STATION = "Petition für mehr Bäume in der Stadt", "Petition für einen neuen Bahnhof in Wil"


def page(n: int, title: str = "", form: str = "auto", sheet: int | str = "", file: str = "") -> PageFacts:
    return PageFacts(file or f"{n}.pdf", 1 if not file else n, sheet, "list", form, title)


def names(*pages: PageFacts) -> list[str]:
    found = assign_petitions(pages)
    return [found[one.key] for one in pages]


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


def test_pages_that_nobody_signs_belong_to_none() -> None:
    assert assign_petitions([PageFacts("a.pdf", 1, 1, "blank", "auto", TREES)]) == {}
