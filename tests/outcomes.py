"""Records made by hand, and Hypothesis strategies for all possible ones."""

from hypothesis import strategies as st

from digitize.geometry import Box, Homography, Mesh
from digitize.records import (
    Candidate,
    Cell,
    Column,
    Failure,
    Flag,
    FlagCode,
    Ink,
    InkMeasure,
    Mark,
    Note,
    NoteCode,
    PageId,
    PageKind,
    Place,
    Reading,
    Role,
    Row,
    SheetPage,
    Status,
    Table,
)

BOX = Box(0, 0, 100, 50)
MESH = Mesh.of_homography(Homography.identity(), 100, 100)


def signature(verdict: Ink, mark: Mark = Mark.WRITING, stroke_mm: float = 60.0) -> Cell:
    return Cell(Role.SIGNATURE, BOX, InkMeasure(verdict, mark, stroke_mm, 0.0, 8.0))


def row(
    number: int,
    status: Status,
    name: str | None = None,
    address: str | None = None,
    place: Place | None = None,
    cells: tuple[Cell, ...] = (),
    flags: tuple[Flag, ...] = (),
    review: bool = False,
) -> Row:
    return Row(
        number=number,
        index=number - 1,
        box=BOX,
        cells=cells,
        status=status,
        flags=flags,
        review=review,
        name=None if name is None else Reading(name, 0.9, "double 1"),
        address=None if address is None else Reading(address, 0.8, "double 1"),
        place=place,
    )


def sheet_page(
    file: str,
    page: int,
    *rows: Row,
    kind: PageKind = PageKind.LIST,
    notes: tuple[Note, ...] = (),
    form: str = "acat",
) -> SheetPage:
    return SheetPage(PageId(file, page), kind, form, 90, -1.25, 11.8, MESH, (), rows, notes, 0.5)


_floats = st.floats(-1e5, 1e5)
_shares = st.floats(0, 1)
_lengths = st.floats(0, 1e4)
_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_boxes = st.builds(Box, _floats, _floats, _floats, _floats)
_readings = st.builds(Reading, _texts, _shares, _texts)
_ink = st.builds(
    InkMeasure,
    st.sampled_from(Ink),
    st.sampled_from(Mark),
    _lengths,
    _lengths,
    _lengths,
    st.none() | _boxes,
)
_cells = st.builds(Cell, st.sampled_from(Role), _boxes, _ink, st.none() | _readings)
_candidates = st.builds(Candidate, _texts, _texts, _texts, _shares)
_places = st.builds(
    Place, _texts, _texts, _texts, _texts, _shares, st.lists(_candidates, max_size=3).map(tuple)
)
_flags = st.builds(Flag, st.sampled_from(FlagCode))
_values = st.dictionaries(st.sampled_from("abc"), _texts | st.integers(0, 500), max_size=2)
_notes = st.builds(lambda code, values: Note.of(code, **values), st.sampled_from(NoteCode), _values)
_tables = st.builds(
    Table,
    st.lists(st.builds(Column, st.sampled_from(Role), _floats, _floats, _texts), max_size=3).map(tuple),
    st.lists(_floats, max_size=4).map(tuple),
    _floats,
)
_points = st.tuples(_floats, _floats)
_meshes = st.builds(
    Mesh,
    st.lists(_floats, min_size=2, max_size=3).map(tuple),
    st.lists(_floats, min_size=2, max_size=3).map(tuple),
    st.lists(st.lists(_points, min_size=2, max_size=3).map(tuple), min_size=2, max_size=3).map(tuple),
)


def _rows(index: int) -> st.SearchStrategy[Row]:
    return st.builds(
        Row,
        number=st.integers(0, 500),
        index=st.just(index),
        box=_boxes,
        cells=st.lists(_cells, max_size=3).map(tuple),
        status=st.sampled_from(Status),
        flags=st.lists(_flags, max_size=2).map(tuple),
        review=st.booleans(),
        name=st.none() | _readings,
        address=st.none() | _readings,
        place=st.none() | _places,
    )


def outcomes(page_id: PageId) -> st.SearchStrategy[SheetPage | Failure]:
    """Return a strategy for any result of this page."""
    pages = st.builds(
        SheetPage,
        id=st.just(page_id),
        kind=st.sampled_from([kind for kind in PageKind if kind is not PageKind.FAILED]),
        form=_texts,
        rotation_deg=st.sampled_from([0, 90, 180, 270]),
        skew_deg=_floats,
        px_per_mm=_lengths,
        to_scan=_meshes,
        tables=st.lists(_tables, max_size=2).map(tuple),
        rows=st.integers(0, 3).flatmap(lambda count: st.tuples(*(_rows(index) for index in range(count)))),
        notes=st.lists(_notes, max_size=2).map(tuple),
        seconds=_lengths,
        title=_texts,
        deadline=st.none() | st.dates(),
    )
    return pages | st.builds(Failure, st.just(page_id), _texts, _texts, _texts)
