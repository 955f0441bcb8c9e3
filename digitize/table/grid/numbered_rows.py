"""Build the lattice of a table from its printed row numbers, with whatever rules can still be seen.

The numbers give the rows; where between two numbers the edge lies, and how far and how steep the
rows run, the rules say.  None of them need be visible by itself: what all of them show together
stands out where a single one does not.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from digitize.geometry import Box, FloatArray, Lattice, Rule
from digitize.images import INK_SHARE, Page
from digitize.paper import DEVIATION
from digitize.rule_lines import trace_horizontal
from digitize.table.grid.faint_columns import find_faint_columns
from digitize.table.grid.faint_lines import SETTINGS as LINES
from digitize.table.grid.faint_lines import FloatImage, above_beside, horizontal_stations
from digitize.table.grid.number_column import NumberColumn
from digitize.table.grid.row_rules import join_collinear
from digitize.table.grid.worn_rules import visible_share


@dataclass(frozen=True, slots=True)
class NumberedRowSettings:
    """How the edges of rows with known numbers are found."""

    # Course of the rows
    min_clear: float = 5.0  # grey levels by which rules stand out from what lies between them; writing has 2
    max_slope: float = 0.035  # 2 degrees are what the print of a page leaves after deskewing
    slope_step: float = 0.001
    min_width_mm: float = 40.0  # a name, an address and a signature need more
    max_right_mm: float = 240.0  # from the numbers to the right end of a table
    padding_mm: float = 2.0  # left of the numbers and right of the writing
    # Rows without a visible rule
    max_quiet_shift_share: float = 0.4  # of the rows' height: how far from its number a row may lie
    max_quiet_share: float = 0.6  # of the ink midway between the numbers; more says nothing
    quiet_slack_share: float = 0.1  # of the rows' usual ink, within which one edge is as good as another
    # Ends of the rows
    end_window_mm: float = 16.0  # over which rules are followed to their end
    min_rule_share: float = 0.3  # of the usual contrast; beyond the ends of the rules there is none
    min_rule_clear: float = 2.0  # deviations by which it exceeds what is seen between the rules
    end_gap_mm: float = 25.0  # without a rule: the table has ended
    word_gap_mm: float = 1.4  # letters of a word are closer
    word_width_mm: tuple[float, float] = (5.0, 60.0)  # narrower marks are dust and the edge of the sheet
    word_height_mm: tuple[float, float] = (1.2, 20.0)
    last_column_mm: float = 15.0  # a signature column is wider; signatures reach this far beyond it
    border_mm: float = 8.0  # from the right border of the page, where shadows of the sheet are
    max_shift_mm: float = 1.5  # of a rule that can be traced, from where the numbers expect it
    min_traced_share: float = 0.5  # of the table's width that such a rule is long
    min_below_share: float = 0.1  # of a rule below the last number, as pieces of 3 mm and more
    min_below_to_usual: float = 0.3  # of what is seen of the rules between numbers; toner fades in places
    # Header words
    header_margin_mm: float = 1.0  # above and below them
    min_header_shift_share: float = 0.25  # of the rows' height by which header words reach into the first row
    max_header_shift_share: float = 0.6  # of the rows' height: words further away are none of this table
    # Columns
    left_rule_mm: float = 12.0  # from the numbers to the left end of a table
    right_rule_mm: float = 6.0  # by which the last column may lie beyond what is seen of rows and writing


SETTINGS = NumberedRowSettings()


def lattice_to_the_end(page: Page, numbers: NumberColumn) -> tuple[Lattice, tuple[int, ...]] | None:
    """Return the lattice of the table that has these row numbers, with the rows below, and all its numbers.

    Where the last numbers are too pale to be read, rules may still be seen.  Returns None if there is
    neither a rule nor writing beside the numbers.
    """
    lattice = lattice_of(page, numbers)
    if lattice.rows[0].end_px - lattice.rows[0].start_px < page.px(SETTINGS.min_width_mm):
        return None
    below = _rules_below(page, list(lattice.rows), list(lattice.columns))
    first, count = numbers.first, len(numbers.numbers) + len(below)
    return replace(lattice, rows=(*lattice.rows, *below)), tuple(range(first, first + count))


def below_header(page: Page, lattice: Lattice, header: Box) -> Lattice:
    """Return the lattice with its header where the header words are, just above the first row.

    Where no rules are seen, the first interval may hold a line of text above the header, and the first row
    the header words themselves.  Words further away are left alone.
    """
    x, margin = header.centre[0], page.px(SETTINGS.header_margin_mm)
    top, first, *others = lattice.rows
    pitch = (others[0].at(x) - first.at(x)) if others else 0.0
    into_row = header.bottom + margin - first.at(x)
    if not others or abs(into_row) > SETTINGS.max_header_shift_share * pitch:
        return lattice
    no_rule_seen = not any(rule.coverage_share for rule in (first, *others))
    down = into_row if no_rule_seen and into_row >= SETTINGS.min_header_shift_share * pitch else 0.0
    words = top.moved(header.top - margin - top.at(x))
    return replace(lattice, rows=(words, *(rule.moved(down) for rule in (first, *others))))


def _rules_below(page: Page, rows: list[Rule], columns: list[Rule]) -> list[Rule]:
    """Return rules at the same distances below the last one of which enough is seen beside those above."""
    middle = (rows[0].start_px + rows[0].end_px) / 2
    pitch_px = float(np.median(np.diff([rule.at(middle) for rule in rows[1:]])))
    seen = [visible_share(page, rule, columns) for rule in rows[1:]]
    between = [visible_share(page, rule.moved(-pitch_px / 2), columns) for rule in rows[1:]]
    usual, noise = float(np.median(seen)), float(np.median(between))
    least = max(SETTINGS.min_below_share, noise + SETTINGS.min_below_to_usual * (usual - noise))
    found: list[Rule] = []
    while visible_share(page, below := rows[-1].moved(pitch_px * (len(found) + 1)), columns) >= least:
        found.append(below)
    return found


def lattice_of(page: Page, numbers: NumberColumn) -> Lattice:
    """Return the lattice of the table that has these row numbers, on a deskewed page.

    The first interval is as high as a row and stands for the header.  If no rules are seen, all edges
    lie where least is written across them, or else midway between the numbers.
    """
    edges = _midway(numbers.centres_px)
    start = float(edges[:, 0].min()) - page.px(SETTINGS.padding_mm)
    course = _course(page, edges, start) or _Course(shift_px=_quiet_shift_px(page, numbers, edges))
    edges[:, 1] += course.shift_px
    lean = float(np.polyfit(edges[:, 1], edges[:, 0], 1)[0])
    # The header is left out: nobody knows how high it is.
    columns = find_faint_columns(page, edges[1:, 1].tolist(), lean)
    end = max(course.end_px, _end_of_writing(page, edges, start))
    xs = _sides(page, numbers, columns.at_px, end)
    middle = (xs[0] + xs[-1]) / 2
    rows = [_line(xs[0], xs[-1], y + course.slope * (middle - x), course.slope) for x, y in edges.tolist()]
    top, low = float(edges[0, 1]), float(edges[-1, 1])
    centre = (top + low) / 2
    uprights = tuple(
        _line(top, low, x + columns.lean * (centre - columns.middle_px), columns.lean, x in columns.at_px)
        for x in xs
    )
    return Lattice(tuple(_with_traced_rules(page, rows)), uprights, len(uprights) > 2)


def _sides(page: Page, numbers: NumberColumn, at_px: tuple[float, ...], end: float) -> list[float]:
    """Return the edges of all columns: the rules between the numbers and the end, and where there is none."""
    number_px = float(numbers.centres_px[:, 0].mean())
    before = [x for x in at_px if number_px - page.px(SETTINGS.left_rule_mm) <= x < number_px]
    widest = max(box.width for box in numbers.boxes)
    left = before[-1] if before else number_px - widest / 2 - page.px(SETTINGS.padding_mm)
    after = [x for x in at_px if number_px < x <= end + page.px(SETTINGS.right_rule_mm)]
    is_last = bool(after) and after[-1] >= end - page.px(SETTINGS.last_column_mm)
    return [left, *after] if is_last else [left, *after, end]


def _with_traced_rules(page: Page, rows: list[Rule]) -> list[Rule]:
    """Return the rows with those rules in their place that can be traced: paper is not quite flat."""
    traced = join_collinear(trace_horizontal(page.grey, page.px_per_mm), page.px_per_mm)
    reach = page.px(SETTINGS.max_shift_mm)
    return [_traced_rule(row, traced, reach) or row for row in rows]


def _traced_rule(row: Rule, traced: list[Rule], reach_px: float) -> Rule | None:
    """Return the longest traced rule that runs along a row, None if none is long enough."""
    stations = np.linspace(row.start_px, row.end_px, 9)
    expected = row.at_each(stations)
    near = [
        rule
        for rule in traced
        if min(rule.end_px, row.end_px) - max(rule.start_px, row.start_px)
        >= SETTINGS.min_traced_share * row.length_px
        and np.abs(rule.at_each(stations) - expected).max() <= reach_px
    ]
    return max(near, key=lambda rule: rule.length_px, default=None)


def _midway(centres: FloatArray) -> FloatArray:
    """Return the points midway between the numbers, with one before, one after, and the header's top."""
    first, last = centres[1] - centres[0], centres[-1] - centres[-2]
    inner = (centres[1:] + centres[:-1]) / 2
    return np.vstack([centres[0] - 1.5 * first, centres[0] - 0.5 * first, inner, centres[-1] + 0.5 * last])


@dataclass(frozen=True, slots=True)
class _Course:
    """How the rows run: level and midway between the numbers if nothing shows more."""

    slope: float = 0.0  # px down per px to the right
    shift_px: float = 0.0  # down from midway between the numbers
    end_px: float = 0.0  # where the rules end; 0 if that is not seen


def _quiet_shift_px(page: Page, numbers: NumberColumn, edges: FloatArray) -> float:
    """Return how far from midway between the numbers least ink lies across the edges of all rows together.

    A number may stand at the top or the bottom of its row, and people write in the middle.
    """
    left = round(max(box.right for box in numbers.boxes) + page.px(SETTINGS.padding_mm))
    right = round(page.width_px - page.px(SETTINGS.border_mm))
    ink = (page.grey[:, left:right] < 255 * INK_SHARE).sum(axis=1).astype(np.float64)
    reach = int(SETTINGS.max_quiet_shift_share * np.diff(edges[:, 1]).mean())
    shifts = np.arange(-reach, reach + 1)
    heights = np.clip(edges[1:, 1].round().astype(np.intp)[:, None] + shifts[None], 0, len(ink) - 1)
    across = ink[heights].sum(axis=0)
    if across.min() > SETTINGS.max_quiet_share * across[reach]:
        return 0.0
    quiet = across <= across.min() + SETTINGS.quiet_slack_share * across.max()
    runs = np.split(np.flatnonzero(quiet), np.flatnonzero(np.diff(np.flatnonzero(quiet)) > 1) + 1)
    widest = max(runs, key=len)
    return float(shifts[widest].mean())


def _course(page: Page, edges: FloatArray, start: float) -> _Course | None:
    """Return the course at which the rules of all rows together stand out most, None if they do not."""
    stations = horizontal_stations(page).part(start, start + page.px(SETTINGS.max_right_mm))
    off_px = stations.centres_px - float(edges[:, 0].mean())
    reach = int(np.diff(edges[:, 1]).mean() / 2)
    shifts = np.arange(-reach, reach + 1)
    best = (0.0, 0.0, 0, np.zeros((1, 1), np.float32))
    for slope in np.arange(-SETTINGS.max_slope, SETTINGS.max_slope, SETTINGS.slope_step).tolist():
        heights = edges[1:, 1][:, None, None] + shifts[None, :, None] + slope * off_px[None, None, :]
        seen = stations.along(heights).mean(axis=0)
        above = above_beside(seen.mean(axis=1), page.px_per_mm)
        k = int(above.argmax())
        if above[k] > best[0]:
            best = (float(above[k]), slope, k, seen)
    clear, slope, k, seen = best
    if clear < SETTINGS.min_clear:
        return None
    last = _end_of_rules(seen, k)
    end = 0.0 if last is None else float(stations.centres_px[last])
    return _Course(slope, float(shifts[k]), end)


def _end_of_rules(seen: FloatImage, k: int) -> int | None:
    """Return the station at which the rules end; `seen` (shifts, stations) shows them at shift `k`."""
    window = round(SETTINGS.end_window_mm / LINES.station_mm)
    smooth = np.asarray(cv2.blur(seen.astype(np.float32), (window, 1)), dtype=np.float64)
    usual = np.median(smooth, axis=0)
    noise = DEVIATION * np.median(np.abs(smooth - usual), axis=0)
    along = smooth[k] - usual
    least = SETTINGS.min_rule_share * float(np.median(along[: max(1, len(along) // 3)]))
    at = np.flatnonzero((along >= least) & (along >= SETTINGS.min_rule_clear * noise))
    if not len(at):
        return None
    gap = round(SETTINGS.end_gap_mm / LINES.station_mm)
    return int(np.split(at, np.flatnonzero(np.diff(at) > gap) + 1)[0][-1])


def _end_of_writing(page: Page, edges: FloatArray, start: float) -> float:
    """Return where the writing in the rows ends."""
    top, bottom = round(float(edges[0, 1])), round(float(edges[-1, 1]))
    right = min(page.width_px - page.px(SETTINGS.border_mm), start + page.px(SETTINGS.max_right_mm))
    ink = page.grey[max(0, top) : max(0, bottom), round(max(0, start)) : round(right)] < 255 * INK_SHARE
    if not ink.size:  # what was taken for numbers stands at the edge of the page
        return max(0.0, start) + page.px(SETTINGS.padding_mm)
    gap = np.ones((1, round(page.px(SETTINGS.word_gap_mm))), np.uint8)
    joined = cv2.morphologyEx(ink.astype(np.uint8), cv2.MORPH_CLOSE, gap)
    stats = cv2.connectedComponentsWithStats(joined)[2][1:]
    fits = np.ones(len(stats), dtype=np.bool_)
    for side, limits in (
        (cv2.CC_STAT_WIDTH, SETTINGS.word_width_mm),
        (cv2.CC_STAT_HEIGHT, SETTINGS.word_height_mm),
    ):
        fits &= (stats[:, side] >= page.px(limits[0])) & (stats[:, side] <= page.px(limits[1]))
    ends = (stats[:, cv2.CC_STAT_LEFT] + stats[:, cv2.CC_STAT_WIDTH])[fits]
    return max(0.0, start) + float(ends.max(initial=0)) + page.px(SETTINGS.padding_mm)


def _line(start: float, end: float, across: float, slope: float, seen: bool = False) -> Rule:
    """Return a straight rule that crosses the middle between its ends at `across`."""
    return Rule(start, end, (across, slope * (end - start) / 2), float(seen))
