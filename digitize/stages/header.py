"""Read the table's header and tell what each column is for.

Rules give the columns where there are any; header words give them where rules
are missing or lost.  A header that cannot be read is completed from the form,
or from a shipped form that agrees with what could be read.
"""

import itertools
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from rapidfuzz import fuzz

from digitize.form import AUTO, Form, header_words, load_form, shipped_forms
from digitize.geometry import Box
from digitize.images import Page
from digitize.readers import Reader
from digitize.readers.lines import split_lines
from digitize.records import Column, Role, Table

INK_SHARE = 0.72  # darker than this share of paper is print
RULE_MARGIN_MM = 0.6  # half a rule and the wobble of its edge
PHRASE_GAP_MM = 3.0  # words of one header stand closer
MIN_PHRASE_MM = 1.0
SURE_MATCH = 78  # of 100: a header word with one or two misread letters
STRONG_MATCH = 88
HEADER_ABOVE_MM = 9.0  # a header without a rule above it stands within this
MIN_MATCHES = 2  # recognised header words make a header
NUMBER_COLUMN_MM = 18.0  # a narrow first column without a header word holds the numbers
DEFAULT_PADDING_MM = 1.5  # between a column's left rule and its header word


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A header text, where it stands and what it seems to mean (0..100)."""

    box: Box
    text: str
    role: Role
    match: float


def read_header(
    page: Page,
    column_edges_px: Sequence[float],
    row_edges_px: Sequence[float],
    form: Form,
    reader: Reader,
) -> Table | None:
    """The table with the roles of its columns; None where no header is understood.

    The header is the first interval of the rows that reads like one, or the
    print just above them.  Unknown columns get the role OTHER.
    """
    top, *_ = row_edges_px
    bands = list(itertools.pairwise(row_edges_px))
    bands.append((top - page.px(HEADER_ABOVE_MM), top))
    words = _vocabulary(form)
    for upper, lower in bands:
        columns = _columns(page, column_edges_px, upper, lower, words, reader)
        matches = sum(column.role is not Role.OTHER and bool(column.header) for column in columns)
        if matches >= MIN_MATCHES:
            rows = tuple(edge for edge in row_edges_px if edge > lower - page.px(RULE_MARGIN_MM))
            if len(rows) >= 2:
                return Table(_settled(columns, form, page), rows, upper)
    if form.columns and len(form.columns) == len(column_edges_px) - 1:
        edges = zip(form.columns, column_edges_px, column_edges_px[1:], strict=False)
        return Table(tuple(Column(c.role, a, b) for c, a, b in edges), tuple(row_edges_px[1:]), top)
    return None


def _vocabulary(form: Form) -> list[tuple[str, Role]]:
    own = [(_plain(word), column.role) for column in form.columns for word in column.words]
    return own + [(_plain(word), role) for role, words in header_words().items() for word in words]


def _plain(text: str) -> str:
    """Lower case without accents, brackets and doubled spaces."""
    decomposed = unicodedata.normalize("NFD", text.lower().replace("ß", "ss"))
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() or c in "#°/.," else " " for c in letters).split())


def _meaning(text: str, words: list[tuple[str, Role]]) -> tuple[Role, float]:
    """The role whose word is most like the text, and how like (0..100)."""
    plain = _plain(text)
    if not plain:
        return Role.OTHER, 0.0
    best, role = max(((fuzz.ratio(plain, word), role) for word, role in words), key=lambda pair: pair[0])
    bare = _plain(text.split("(", maxsplit=1)[0])  # "Name (in block letters)" is "Name"
    if best < STRONG_MATCH and bare and bare != plain:
        best, role = max((best, role), max(((fuzz.ratio(bare, w), r) for w, r in words), key=lambda p: p[0]))
    return role, float(best)


def _columns(
    page: Page,
    edges: Sequence[float],
    upper: float,
    lower: float,
    words: list[tuple[str, Role]],
    reader: Reader,
) -> list[Column]:
    """The columns between the edges, cut further where one holds several header words."""
    columns: list[Column] = []
    for left, right in itertools.pairwise(edges):
        phrases = _phrases(page, Box(left, upper, right, lower), words, reader)
        whole = " ".join(phrase.text for phrase in phrases)
        role, match = _meaning(whole, words)
        parts = [phrase for phrase in phrases if phrase.match >= STRONG_MATCH]
        several = len(parts) >= 2 and len({part.role for part in parts}) >= 2
        if several and match < STRONG_MATCH:
            columns += _split(page, left, right, parts)
            continue
        if match < SURE_MATCH and parts:
            role, match, whole = parts[0].role, parts[0].match, parts[0].text
        columns.append(Column(role if match >= SURE_MATCH else Role.OTHER, left, right, whole))
    return columns


def _phrases(page: Page, cell: Box, words: list[tuple[str, Role]], reader: Reader) -> list[_Phrase]:
    """The texts in a header cell, parted at wide gaps, left to right."""
    margin = page.px(RULE_MARGIN_MM)
    inner = cell.expanded(-margin).clipped(page.width_px, page.height_px)
    rows, cols = inner.slices()
    even = page.even[rows, cols]
    if even.size == 0:
        return []
    inked = np.flatnonzero((even < 255 * INK_SHARE).any(axis=0))
    groups = np.split(inked, np.flatnonzero(np.diff(inked) > page.px(PHRASE_GAP_MM)) + 1)
    found: list[_Phrase] = []
    for group in groups:
        if not len(group) or group[-1] - group[0] < page.px(MIN_PHRASE_MM):
            continue
        pad = round(page.px(0.5))
        start, stop = max(0, int(group[0]) - pad), int(group[-1]) + 1 + pad
        ways = split_lines(even[:, start:stop], page.px_per_mm)
        texts = [" ".join(reader.read_line(line).text.strip() for line in lines).strip() for lines in ways]
        (role, match), text = max(((_meaning(t, words), t) for t in texts), key=lambda pair: pair[0][1])
        box = Box(cols.start + int(group[0]), inner.top, cols.start + int(group[-1]) + 1, inner.bottom)
        found.append(_Phrase(box, text, role, match))
    return found


def _split(page: Page, left: float, right: float, parts: list[_Phrase]) -> list[Column]:
    """A stretch without rules cut into columns just left of each header word."""
    padding = min(parts[0].box.left - left, page.px(2 * DEFAULT_PADDING_MM))
    if padding <= page.px(0.3):
        padding = page.px(DEFAULT_PADDING_MM)
    cuts = [left, *(part.box.left - padding for part in parts[1:]), right]
    return [Column(part.role, a, b, part.text) for part, a, b in zip(parts, cuts, cuts[1:], strict=False)]


def _settled(columns: list[Column], form: Form, page: Page) -> tuple[Column, ...]:
    """Roles made consistent: number column, name or family name, gaps filled from a form that agrees."""
    first = columns[0]
    if first.role is Role.OTHER and first.right_px - first.left_px <= page.px(NUMBER_COLUMN_MM):
        columns = [replace(first, role=Role.NUMBER), *columns[1:]]
    roles = [column.role for column in columns]
    if Role.GIVEN_NAME in roles and Role.NAME in roles:
        roles[roles.index(Role.NAME)] = Role.FAMILY_NAME
    elif Role.FAMILY_NAME in roles and Role.GIVEN_NAME not in roles and Role.NAME not in roles:
        roles[roles.index(Role.FAMILY_NAME)] = Role.NAME
    elif Role.GIVEN_NAME in roles and Role.FAMILY_NAME not in roles:
        roles[roles.index(Role.GIVEN_NAME)] = Role.NAME
    candidates = [form] if form.name != AUTO else [load_form(name) for name in shipped_forms()]
    for known in candidates:
        if _agrees(roles, known.roles):
            roles = list(known.roles)
            break
    return tuple(replace(column, role=role) for column, role in zip(columns, roles, strict=True))


def _agrees(read: list[Role], known: Sequence[Role]) -> bool:
    """Whether a form has as many columns and no other role anywhere than was read."""
    if len(read) != len(known):
        return False
    return all(role in (Role.OTHER, expected) for role, expected in zip(read, known, strict=True))
