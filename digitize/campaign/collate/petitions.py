"""Tell the petitions of a campaign apart, by the forms and the printed titles of their pages."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from digitize.campaign.collate.group_pages import TABLES
from digitize.campaign.duplicates.page_summary import PageSummary
from digitize.records import PageId

# Of 100 (rapidfuzz ratio).  Titles of different petitions begin alike ("Petition for ..."); a misread title
# keeps four letters of five.
SAME_TITLE = 75


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What tells whose page it is.  `form` and `title` are "" where unknown, `sheet` is None for none."""

    id: PageId
    sheet: int | None = None
    form: str = ""
    title: str = ""


@dataclass(slots=True)
class _Petition:
    forms: set[str] = field(default_factory=set)
    titles: Counter[str] = field(default_factory=Counter)

    def has_title_like(self, title: str) -> bool:
        return any(_are_alike(title, other) for other in self.titles)


def petitions_of(
    pages: Iterable[PageSummary],
    sheets: Mapping[PageId, int],
    typed: Collection[PageId] = (),
    said: Sequence[str] = (),
) -> Mapping[PageId, str]:
    """Return the title of the petition of each page that people sign, or that has rows typed in.

    `sheets` are the numbers of the sheets, `said` the petitions to which people moved sheets.
    """
    facts = (
        PageFacts(page.id, sheets.get(page.id), page.form.name if page.form else "", page.title)
        for page in pages
        if page.kind in TABLES or page.id in typed
    )
    return assign_petitions(facts, said)


def assign_petitions(pages: Iterable[PageFacts], said: Sequence[str] = ()) -> Mapping[PageId, str]:
    """Return the title of the petition of each page that people sign, "" where nothing tells it.

    Pages of one form belong together, and so do pages with the same title, however misread.  A page with
    neither belongs to the petition of its sheet, or else to that of its file, or else to the only one of the
    campaign.  A petition is called by the title that was read most often, or else by its form; one to which
    people moved sheets (`said`) keeps the name that it had then.
    """
    signed = list(pages)
    petitions: list[_Petition] = []
    of_print: dict[tuple[str, str], _Petition] = {}
    prints = Counter((page.form, _words(page.title)) for page in signed)
    for (form, title), count in sorted(prints.items(), key=lambda each: (-each[1], each[0])):
        if form or title:
            of_print[form, title] = _join(petitions, form, title, count)
    # A later print may have joined two petitions: ask for the one that is still listed.
    found = {
        page.id: _current(petitions, of_print[page.form, _words(page.title)])
        for page in signed
        if page.form or page.title
    }
    names = {id(petition): _name(petition, Counter(said)) for petition in petitions}
    titles = {key: names[id(petition)] for key, petition in found.items()}
    return titles | _from_neighbours([page for page in signed if page.id not in titles], signed, titles)


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


def _name(petition: _Petition, said: Counter[str]) -> str:
    kept = [name for name in said if name in petition.forms or petition.has_title_like(name)]
    if kept:
        return max(kept, key=lambda name: (said[name], name))
    if petition.titles:
        return max(petition.titles, key=lambda title: (petition.titles[title], title))
    return min(petition.forms)


def _from_neighbours(
    unknown: Iterable[PageFacts], signed: Iterable[PageFacts], titles: Mapping[PageId, str]
) -> dict[PageId, str]:
    """Return the petitions of pages without form and title."""
    on_sheet: dict[int | None, set[str]] = {}
    in_file: dict[str, set[str]] = {}
    for page in signed:
        if page.id in titles:
            on_sheet.setdefault(page.sheet, set()).add(titles[page.id])
            in_file.setdefault(page.id.file, set()).add(titles[page.id])
    on_sheet.pop(None, None)
    everywhere = set(titles.values())
    found = {}
    for page in unknown:
        near = (on_sheet.get(page.sheet, set()), in_file.get(page.id.file, set()), everywhere)
        found[page.id] = next((next(iter(one)) for one in near if len(one) == 1), "")
    return found
