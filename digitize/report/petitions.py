"""Tell the petitions of a campaign apart, by the forms and the printed titles of their pages."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from digitize.form.definition import AUTO

# Of 100 (rapidfuzz ratio).  Titles of different petitions begin alike ("Petition for ..."); a misread title
# keeps four letters of five.
SAME_TITLE = 75
SIGNED_KINDS = ("letter", "list")  # kinds of pages that people sign


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What tells whose page it is.  `form` and `title` are empty where unknown, `sheet` is "" for none."""

    file: str
    page: int
    sheet: int | str
    kind: str
    form: str
    title: str

    @property
    def key(self) -> tuple[str, int]:
        return self.file, self.page


@dataclass(slots=True)
class _Petition:
    forms: set[str] = field(default_factory=set)
    titles: Counter[str] = field(default_factory=Counter)

    def has_title_like(self, title: str) -> bool:
        return any(_are_alike(title, other) for other in self.titles)


def assign_petitions(pages: Iterable[PageFacts]) -> Mapping[tuple[str, int], str]:
    """Return the title of the petition of each page that people sign, "" where nothing tells it.

    Pages of one form belong together, and so do pages with the same title, however misread.  A page with
    neither belongs to the petition of its sheet, or else to that of its file, if there is only one.  A
    petition is called by the title that was read most often, or else by its form.
    """
    signed = [page for page in pages if page.kind in SIGNED_KINDS]
    petitions: list[_Petition] = []
    of_print: dict[tuple[str, str], _Petition] = {}
    prints = Counter((_form(page), _words(page.title)) for page in signed)
    for (form, title), count in sorted(prints.items(), key=lambda each: (-each[1], each[0])):
        if form or title:
            of_print[form, title] = _join(petitions, form, title, count)
    # A later print may have joined two petitions: ask for the one that is still listed.
    found = {
        page.key: _current(petitions, of_print[_form(page), _words(page.title)])
        for page in signed
        if _form(page) or page.title
    }
    names = {id(petition): _name(petition) for petition in petitions}
    titles = {key: names[id(petition)] for key, petition in found.items()}
    return titles | _from_neighbours([page for page in signed if page.key not in titles], signed, titles)


def _form(page: PageFacts) -> str:
    return "" if page.form == AUTO else page.form


def _words(title: str) -> str:
    return " ".join(title.split())


def _are_alike(title: str, other: str) -> bool:
    return fuzz.ratio(title.casefold(), other.casefold()) >= SAME_TITLE


def _join(petitions: list[_Petition], form: str, title: str, count: int) -> _Petition:
    """Return the petition of this form and title, after joining all that they connect."""
    same = [
        each for each in petitions if (form and form in each.forms) or (title and each.has_title_like(title))
    ]
    petition = same[0] if same else _Petition()
    for other in same[1:]:
        petition.forms |= other.forms
        petition.titles += other.titles
        petitions.remove(other)
    if not same:
        petitions.append(petition)
    petition.forms |= {form} if form else set()
    if title:
        petition.titles[title] += count
    return petition


def _current(petitions: Sequence[_Petition], petition: _Petition) -> _Petition:
    if any(each is petition for each in petitions):
        return petition
    return next(
        each for each in petitions if petition.forms & each.forms or set(petition.titles) & set(each.titles)
    )


def _name(petition: _Petition) -> str:
    if petition.titles:
        return max(petition.titles, key=lambda title: (petition.titles[title], title))
    return min(petition.forms)


def _from_neighbours(
    unknown: Iterable[PageFacts], signed: Iterable[PageFacts], titles: Mapping[tuple[str, int], str]
) -> dict[tuple[str, int], str]:
    """Return the petitions of pages without form and title."""
    on_sheet: dict[int | str, set[str]] = {}
    in_file: dict[str, set[str]] = {}
    for page in signed:
        if page.key in titles:
            on_sheet.setdefault(page.sheet, set()).add(titles[page.key])
            in_file.setdefault(page.file, set()).add(titles[page.key])
    on_sheet.pop("", None)
    found = {}
    for page in unknown:
        near = (on_sheet.get(page.sheet, set()), in_file.get(page.file, set()))
        found[page.key] = next((next(iter(one)) for one in near if len(one) == 1), "")
    return found
