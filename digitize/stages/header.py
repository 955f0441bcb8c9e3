"""Read the table's header and tell what each column is for.

Rules give the columns where there are any; header words give them where rules
are missing or lost.  A header that cannot be read is completed from the form,
or from a shipped form that agrees with what could be read.
"""

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from rapidfuzz import fuzz

from digitize.form import AUTO, Form, header_words, load_form, shipped_forms
from digitize.geometry import Box
from digitize.images import INK_SHARE, Page
from digitize.readers import Reader
from digitize.readers.lines import cut_to, split_lines
from digitize.records import Column, Role, Table

RULE_MARGIN_MM = 0.6  # half a rule and the wobble of its edge
PHRASE_GAP_MM = 3.0  # words of one header stand closer
COLUMN_GAP_MM = 8.0  # words further apart head two columns: "Name      Vorname"
MIN_PHRASE_MM = 1.0
SURE_MATCH = 78  # of 100: a header word with one or two misread letters
STRONG_MATCH = 88
HEADER_ABOVE_MM = 9.0  # a header without a rule above it stands within this
SWALLOWED_ROWS = 1.6  # a header taller than so many rows may hide the first row
MIN_MATCHES = 2  # recognised header words make a header
NUMBER_COLUMN_MM = 18.0  # a narrow first column without a header word holds the numbers
DEFAULT_PADDING_MM = 1.5  # between a column's left rule and its header word
MIN_PADDING_MM = 0.3
NUMBER_ROOM_MM = 5.0  # left of the first header word there may be numbers in a column without a rule
NUMBER_GAP_MM = 1.0  # between a number and the writing beside it; its digits stand closer
NUMBERS_READ = 6  # rows looked at to find out
MIN_NUMBERS = 3  # that count on make a number column


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
                columns = _numbers_apart(page, columns, upper, rows, words, reader)
                settled = _settled(columns, form, page, words)
                return Table(settled, _with_first_row(page, settled, upper, rows, reader), upper)
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


def _likeness(plain: str, words: list[tuple[str, Role]]) -> tuple[float, Role]:
    """How like (0..100) the text is to the word it is most like, and that word's role."""
    if not plain:
        return 0.0, Role.OTHER
    return max(((fuzz.ratio(plain, word), role) for word, role in words), key=lambda pair: pair[0])


def _meaning(text: str, words: list[tuple[str, Role]]) -> tuple[Role, float]:
    """The role whose word is most like the text, and how like (0..100)."""
    best, role = _likeness(_plain(text), words)
    if best < STRONG_MATCH:  # "Name (in block letters)" is "Name"
        bare = _likeness(_plain(text.split("(", maxsplit=1)[0]), words)
        best, role = max((best, role), bare, key=lambda pair: pair[0])
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
        together, _ = _likeness(_plain(whole), words)
        parts = [phrase for phrase in phrases if phrase.match >= STRONG_MATCH]
        several = len(parts) >= 2 and len({part.role for part in parts}) >= 2
        if several and (together < STRONG_MATCH or _far_apart(page, parts)):
            columns += _split(page, left, right, parts)
            continue
        role, match = _meaning(whole, words)
        if match < SURE_MATCH and phrases:  # dust and stamps stand beside the header word
            word = max(phrases, key=lambda phrase: phrase.match)
            role, match, whole = word.role, word.match, word.text if word.match >= SURE_MATCH else whole
        columns.append(Column(role if match >= SURE_MATCH else Role.OTHER, left, right, whole))
    return columns


def _far_apart(page: Page, parts: list[_Phrase]) -> bool:
    """Whether so much room lies between the words that each heads a column of its own."""
    gaps = [after.box.left - before.box.right for before, after in itertools.pairwise(parts)]
    return min(gaps) >= page.px(COLUMN_GAP_MM)


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
    padding = parts[0].box.left - left
    if not page.px(MIN_PADDING_MM) < padding <= page.px(2 * DEFAULT_PADDING_MM):
        padding = page.px(DEFAULT_PADDING_MM)  # a centred word, or numbers stand before it
    cuts = [left, *(part.box.left - padding for part in parts[1:]), right]
    return [Column(part.role, a, b, part.text) for part, a, b in zip(parts, cuts, cuts[1:], strict=False)]


def _numbers_apart(
    page: Page,
    columns: list[Column],
    upper: float,
    rows: Sequence[float],
    words: list[tuple[str, Role]],
    reader: Reader,
) -> list[Column]:
    """The columns with printed numbers that stand left of the first header word, without a rule, cut off."""
    first = columns[0]
    phrases = _phrases(page, Box(first.left_px, upper, first.right_px, rows[0]), words, reader)
    known = any(column.role is Role.NUMBER for column in columns)
    if known or not phrases or phrases[0].box.left - first.left_px < page.px(NUMBER_ROOM_MM):
        return columns
    bands = list(enumerate(itertools.pairwise(rows)))[:: max(1, len(rows) // NUMBERS_READ)]
    found: list[tuple[int, Box]] = []
    for i, (top, bottom) in bands:
        number = _first_number(page, Box(first.left_px, top, phrases[0].box.left, bottom), reader)
        if number is not None:
            found.append((number[0] - i, number[1]))
    starts = Counter(start for start, _ in found)
    start, votes = max(starts.items(), key=lambda item: item[1], default=(0, 0))
    if votes < min(MIN_NUMBERS, len(bands)):
        return columns
    boxes = [box for other, box in found if other == start]
    padding = min(float(np.median([box.left for box in boxes])) - first.left_px, page.px(DEFAULT_PADDING_MM))
    cut = max(phrases[0].box.left - padding, *(box.right for box in boxes))
    return [Column(Role.NUMBER, first.left_px, cut), replace(first, left_px=cut), *columns[1:]]


def _first_number(page: Page, strip: Box, reader: Reader) -> tuple[int, Box] | None:
    """The number that stands first in a row, and where; None where something else does, or nothing."""
    inner = strip.expanded(-page.px(RULE_MARGIN_MM)).clipped(page.width_px, page.height_px)
    rows, cols = inner.slices()
    even = page.even[rows, cols]
    ink = even < 255 * INK_SHARE
    inked = np.flatnonzero(ink.any(axis=0)) if even.size else np.array([], dtype=np.intp)
    if not len(inked):
        return None
    group = np.split(inked, np.flatnonzero(np.diff(inked) > page.px(NUMBER_GAP_MM)) + 1)[0]
    start, stop = int(group[0]), int(group[-1]) + 1
    read = re.fullmatch(
        r"\W*(\d{1,4})\W*", reader.read_line(cut_to(even[:, start:stop], ink[:, start:stop])).text
    )
    box = Box(cols.start + start, inner.top, cols.start + stop, inner.bottom)
    return (int(read.group(1)), box) if read else None


def _with_first_row(
    page: Page, columns: Sequence[Column], upper: float, rows: tuple[float, ...], reader: Reader
) -> tuple[float, ...]:
    """The row edges, the first row put back where the rule above it was lost and the header swallowed it.

    The header is then taller than a row and a half, and the number before the
    next one is printed in its lower part.
    """
    pitch = float(np.median(np.diff(rows)))
    number = next((column for column in columns if column.role is Role.NUMBER), None)
    if number is None or rows[0] - upper < SWALLOWED_ROWS * pitch:
        return rows
    strips = (Box(number.left_px, y, number.right_px, y + pitch) for y in (rows[0] - pitch, rows[0]))
    before, after = (_first_number(page, strip, reader) for strip in strips)
    follow = before is not None and after is not None and before[0] + 1 == after[0]
    return (rows[0] - pitch, *rows) if follow else rows


def _settled(
    columns: list[Column], form: Form, page: Page, words: list[tuple[str, Role]]
) -> tuple[Column, ...]:
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
    # A column that says it is for remarks or for the office is no unread column of a known form.
    other = [column.header for column in columns if column.role is Role.OTHER and column.header]
    understood = any(_meaning(text, words)[1] >= SURE_MATCH for text in other)
    candidates = [form] if form.name != AUTO else [load_form(name) for name in shipped_forms()]
    for known in candidates:
        if not understood and _agrees(roles, known.roles):
            roles = list(known.roles)
            break
    return tuple(replace(column, role=role) for column, role in zip(columns, roles, strict=True))


def _agrees(read: list[Role], known: Sequence[Role]) -> bool:
    """Whether a form has as many columns and no other role anywhere than was read."""
    if len(read) != len(known):
        return False
    return all(role in (Role.OTHER, expected) for role, expected in zip(read, known, strict=True))
