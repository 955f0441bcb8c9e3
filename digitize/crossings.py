"""What goes on across rows and columns: striking out, stamps, one signature for two rows."""

import cv2
import numpy as np

from digitize.geometry import Rule
from digitize.marks import mark_of
from digitize.ownership import Lengths, Ownership, tail_of
from digitize.records import Mark, Role
from digitize.slots import columns_beside
from digitize.tracing import trace_horizontal

TRACE_PX_PER_MM = 6.0  # lines are traced on a coarse picture of the strokes
STRIKE_COVERAGE_SHARE = 0.8  # of a line is seen as ink; a line of writing has gaps
STRIKE_LEAST_SHARE = 0.3  # of the row's width: shorter strokes are words
STRIKE_BAND = (0.15, 0.85)  # of the row's height: lines nearer to the rules are underlines

JOINT_MM = 6.0  # of a neighbour's signature in an empty signature cell may be one signature for two
JOINT_SHARE = 0.2  # and is so much of that signature
WEAK_SIGNATURE_MM = 12.0  # less than this may be no signature but the end of a neighbour's
BORDER_BAND_MM = 1.2  # ink is averaged over so much of the height to tell dense from thin
BLOCK_ROWS = 1.25  # one signature for two rows is at most so many rows high
BLOCK_BORDER_SHARE = 0.75  # of its densest part is found at the border
BLOCK_VALLEY_SHARE = 0.5  # and it nowhere thins out below this near the border
STAMP_OVERLAP_SHARE = 0.3  # of a row's height under a stamp's frame


def trace_strikes(ownership: Ownership) -> tuple[Rule, ...]:
    """Long level lines among the strokes (not the printed rules), in px of the page."""
    strokes = ownership.strokes
    scale = TRACE_PX_PER_MM / ownership.px_per_mm
    paper = np.where(strokes.labels > 0, np.uint8(0), np.uint8(255))
    size = round(paper.shape[1] * scale), round(paper.shape[0] * scale)
    small = np.asarray(cv2.resize(paper, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    return tuple(
        Rule(
            rule.start_px / scale + strokes.left,
            rule.end_px / scale + strokes.left,
            tuple(
                c / scale + (strokes.top if power == 0 else 0) for power, c in enumerate(rule.coefficients)
            ),
            rule.coverage_share,
            rule.contrast,
        )
        for rule in trace_horizontal(small, TRACE_PX_PER_MM)
        if rule.coverage_share >= STRIKE_COVERAGE_SHARE
    )


def struck_share(ownership: Ownership, lines: tuple[Rule, ...], r: int) -> float:
    """The share of the stretch from name to signature that is struck through in a row.

    Straight lines count as traced; a zigzag, a wave or a cross is one stroke
    that spans the columns, as no word does.
    """
    columns = [column for column in ownership.table.columns if column.role is not Role.NUMBER]
    left, right = columns[0].left_px, max(column.right_px for column in columns)
    row = ownership.table.row_box(r)
    covered = np.zeros(max(1, round(right - left)), dtype=np.bool_)
    low, high = (row.top + share * row.height for share in STRIKE_BAND)
    for line in lines:
        if low <= line.at((line.start_px + line.end_px) / 2) <= high:
            covered[max(0, round(line.start_px - left)) : max(0, round(line.end_px - left))] = True
    widest = max((_reach_px(ownership, i, r) for i in _long_strokes(ownership, r, right - left)), default=0.0)
    return min(1.0, max(float(covered.mean()), widest / (right - left)))


def _long_strokes(ownership: Ownership, r: int, width_px: float) -> list[int]:
    """Strokes long enough in this row to strike out part of it."""
    here = ownership.shares[:, r].sum(axis=1) >= STRIKE_LEAST_SHARE * width_px
    return [int(i) for i in np.flatnonzero(here & ~ownership.stamps)]


def _reach_px(ownership: Ownership, label: int, r: int) -> float:
    """How far a stroke reaches from left to right in the middle of a row (it may go on above or below)."""
    strokes, row = ownership.strokes, ownership.table.row_box(r)
    x, y = (strokes.points(label) + strokes.boxes[label, :2]).T
    low, high = (row.top + share * row.height for share in STRIKE_BAND)
    inside = x[(y > low) & (y < high)]
    return float(np.ptp(inside)) if len(inside) else 0.0


def is_stamped(ownership: Ownership, r: int) -> bool:
    """Whether the frame of a stamp lies over the row."""
    boxes, row = ownership.strokes.boxes[ownership.stamps], ownership.table.row_box(r)
    over = np.minimum(boxes[:, 3], row.bottom) - np.maximum(boxes[:, 1], row.top)
    beside = np.minimum(boxes[:, 2], row.right) - np.maximum(boxes[:, 0], row.left)
    return bool(((over > STAMP_OVERLAP_SHARE * row.height) & (beside > 0)).any())


def joint_with(ownership: Ownership, r: int, limit_mm: float) -> int | None:
    """The row with which this row seems to share one signature, None where it has its own or none.

    Either this row, though written in, has next to no signature of its own
    and a good part of a neighbour's lies in it; or the ink of this row and the
    next is one block across their border.  `limit_mm` is what makes a cell inked.
    """
    o, c = ownership, ownership.signature
    if c is None or not _is_written(o, r, limit_mm):
        return None
    own = np.flatnonzero(o.own[:, r, c])
    line = len(own) > 0 and mark_of(o.strokes, own, o.px_per_mm) is Mark.DASH
    if o.own_mm(r, c) < WEAK_SIGNATURE_MM or line:  # a line may be the end of a neighbour's flourish
        foreign = o.foreign(r, c)
        large = (foreign >= JOINT_MM * o.px_per_mm) & (foreign >= JOINT_SHARE * o.own.sum(axis=(1, 2)))
        large &= o.own.any(axis=(1, 2))
        if large.any():
            stroke = int(np.where(large, foreign, 0.0).argmax())
            owner = int(o.own[stroke].sum(axis=1).argmax())
            return owner if owner != r else None
        tail = tail_of(o.own, o.strokes, o.table, r, c, o.px_per_mm) if len(own) else None
        if tail is not None and _is_written(o, tail, limit_mm):
            return tail
    if r + 1 < o.row_count and _is_written(o, r + 1, limit_mm) and _is_one_block(o, r, c):
        return r + 1
    return None


def _is_written(ownership: Ownership, r: int, limit_mm: float) -> bool:
    """Whether any cell of the row but number and signature is inked."""
    others = [i for i, c in enumerate(ownership.table.columns) if c.role not in (Role.NUMBER, Role.SIGNATURE)]
    return any(ownership.own_mm(r, i) >= limit_mm for i in others)


def _is_one_block(ownership: Ownership, r: int, c: int) -> bool:
    """Whether the signature ink of rows r and r + 1 is one low block, densest at their border.

    Two signatures, even touching ones, thin out where they meet.
    """
    o = ownership
    if columns_beside(o.table, c) != [c]:
        return False  # something stands between the signatures of two rows
    ids = np.flatnonzero(o.own[:, r, c] + o.own[:, r + 1, c])
    if len(ids) == 0 or min(o.shares[ids, k, c].sum() for k in (r, r + 1)) < JOINT_MM * o.px_per_mm:
        return False
    upper, border, lower = o.table.row_edges_px[r : r + 3]
    column, strokes = o.table.columns[c], o.strokes
    top = max(0, round(upper - (border - upper) / 2) - strokes.top)
    rows = slice(top, round(lower + (lower - border) / 2) - strokes.top)
    columns = slice(round(column.left_px) - strokes.left, round(column.right_px) - strokes.left)
    ink: Lengths = np.isin(strokes.labels[rows, columns], ids).sum(axis=1).astype(np.float64)
    if not ink.any():
        return False
    window = max(1, round(BORDER_BAND_MM * o.px_per_mm))
    profile = np.convolve(ink, np.ones(window) / window, "same")
    reached = np.cumsum(ink) / ink.sum()
    height = int(np.searchsorted(reached, 0.97)) - int(np.searchsorted(reached, 0.03))
    at = min(max(round(border) - strokes.top - top, 1), len(profile) - 1)
    quarter = max(1, round((lower - border) / 4))
    valley = profile[max(0, at - quarter) : at + quarter].min()
    sides = min(profile[:at].max(), profile[at:].max())
    low = height <= BLOCK_ROWS * (lower - upper) / 2
    dense = profile[at] >= BLOCK_BORDER_SHARE * profile.max() and valley >= BLOCK_VALLEY_SHARE * sides
    return bool(low and dense)
