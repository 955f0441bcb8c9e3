"""Build the signature table's lattice from the rules of a page.

Row rules are the longest chain of equally long rules at an even pitch; hand
drawn lines and paragraphs do not keep the pitch, page edges do not keep the
length.  Column rules run through the rows.  Rows are kept whether they are
filled or not.
"""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from digitize.geometry import Lattice, Rule, crossing
from digitize.images import Page
from digitize.tracing import trace_horizontal, trace_vertical

ROW_HEIGHT_MM = (4.0, 32.0)  # the narrowest a hand can write in, the tallest seen on forms
PITCH_TOLERANCE_SHARE = 0.12  # neighbouring rows differ no more in height, perspective included
SAME_RULE_MM = 1.2  # two pieces that meet this closely are one rule
END_TOLERANCE_MM = 7.0  # neighbouring row rules end within this of each other
MIN_TABLE_WIDTH_MM = 60.0
MIN_ROW_RULES = 3  # header and one row make three rules
COLUMN_COVER_SHARE = 0.5  # of the table's height a column rule is seen
EDGE_MM = 4.0  # rules that overhang the last column by more belong to an unframed column
MIN_COLUMN_MM = 4.0
BEYOND_MM = 12.0  # a fold or streak does not stop at the table's edge
BEYOND_SHARE = 0.6  # of that stretch shows it
STREAK_CONTRAST = 10  # grey levels: folds are faint
FAINT_SHARE = 0.4  # of the other column rules' contrast: a fold or a streak, not print
WEAK_END_SHARE = 0.8  # a chain's end seen less than this, against the chain's median, is text
TEXT_COVERAGE_SHARE = 0.55  # what a line of text may pass for; printed rules reach 0.9
SKIP_PENALTY_SHARE = 0.5  # of the weight of rules that lie between two links of the chain
MIN_OVERLAP_SHARE = 0.6  # of the longer of two neighbouring row rules lies beside the other
MISSING_PENALTY_SHARE = 0.6  # of a rule's length, for each rule that the chain has to suppose
MAX_MISSING = 3  # neighbouring row rules that may be lost together


def find_lattice(page: Page) -> Lattice | None:
    """The lattice of the best table on the levelled page, None where there is none."""
    px_per_mm = page.px_per_mm
    level = _joined(trace_horizontal(page.grey, px_per_mm), px_per_mm)
    wide = [rule for rule in level if rule.length_px >= MIN_TABLE_WIDTH_MM * px_per_mm]
    chain = _best_chain(wide, px_per_mm)
    if len(chain) < MIN_ROW_RULES:
        return None
    rows = _completed(chain)
    columns, ruled = _columns(rows, _vertical_between(page, rows), px_per_mm)
    rows = _within(rows, columns) if ruled else _well_seen(rows)
    return Lattice(tuple(rows), tuple(columns), ruled) if len(rows) >= MIN_ROW_RULES else None


def _within(rows: list[Rule], columns: list[Rule]) -> list[Rule]:
    """The row rules between which column rules run; a paragraph at the same pitch has none."""
    seen = [column for column in columns if column.coverage_share > 0]

    def crossed(upper: Rule, lower: Rule) -> bool:
        votes = 0
        for column in seen:
            middle = (crossing(upper, column)[1] + crossing(lower, column)[1]) / 2
            votes += column.start_px <= middle <= column.end_px
        return 2 * votes > len(seen)

    inside = [crossed(upper, lower) for upper, lower in itertools.pairwise(rows)]
    if True not in inside:
        return []
    first, last = inside.index(True), len(inside) - 1 - inside[::-1].index(True)
    return rows[first : last + 2]


def _vertical_between(page: Page, rows: list[Rule]) -> list[Rule]:
    """Vertical rules within the rows only: letters above would draw a rule on into the text."""
    heights = [row.at(x) for row in (rows[0], rows[-1]) for x in (row.start_px, row.end_px)]
    top, bottom = max(0, round(min(heights))), min(page.height_px, round(max(heights)))
    found = [_lowered(rule, top) for rule in trace_vertical(page.grey[top:bottom], page.px_per_mm)]
    found = [rule for rule in found if not _runs_through(page, rule, top, bottom)]
    return _joined(found, page.px_per_mm)


def _lowered(rule: Rule, by_px: float) -> Rule:
    """A vertical rule of a strip of the page, in px of the page."""
    return replace(rule, start_px=rule.start_px + by_px, end_px=rule.end_px + by_px)


def _runs_through(page: Page, rule: Rule, top: int, bottom: int) -> bool:
    """Whether a line goes on above and below the table: a fold or a streak of the scanner."""
    reach, skip = round(page.px(BEYOND_MM)), round(page.px(1.0))
    above, below = np.arange(top - reach, top - skip), np.arange(bottom + skip, bottom + reach)
    return all(_dark_share(page, rule, ys) >= BEYOND_SHARE for ys in (above, below))


def _dark_share(page: Page, rule: Rule, ys: NDArray[np.intp]) -> float:
    """The share of heights at which the rule, prolonged, is darker than the paper on both its sides."""
    side = round(page.px(1.0))
    ys = ys[(ys >= 0) & (ys < page.height_px)]
    xs = np.array([round(rule.at(float(y))) for y in ys], dtype=np.intp)
    inside = (xs >= 2 * side) & (xs < page.width_px - 2 * side)
    ys, xs = ys[inside], xs[inside]
    if len(ys) == 0:
        return 0.0
    around = page.grey[ys[:, None], xs[:, None] + np.arange(-2, 3)].min(axis=1).astype(np.int16)
    beside = np.minimum(page.grey[ys, xs - side], page.grey[ys, xs + side]).astype(np.int16)
    return float(np.mean(beside - around >= STREAK_CONTRAST))


def _joined(rules: Iterable[Rule], px_per_mm: float) -> list[Rule]:
    """Rules with pieces of one line put together, longest piece first."""
    tolerance = SAME_RULE_MM * px_per_mm
    result: list[Rule] = []
    for rule in sorted(rules, key=lambda r: -r.length_px):
        for i, known in enumerate(result):
            overlap = min(known.end_px, rule.end_px) - max(known.start_px, rule.start_px)
            if overlap > 0.2 * rule.length_px:
                continue
            meets = (known.start_px + known.end_px) / 2
            near = rule.end_px if rule.end_px < meets else rule.start_px
            if abs(known.at(near) - rule.at(near)) <= tolerance:
                result[i] = _join(known, rule)
                break
        else:
            result.append(rule)
    return result


def _join(long: Rule, short: Rule) -> Rule:
    """One rule through two pieces, refitted on both."""
    first, last = min(long.start_px, short.start_px), max(long.end_px, short.end_px)
    along = np.concatenate(
        [np.linspace(r.start_px, r.end_px, round(r.length_px / 6) + 4) for r in (long, short)]
    )
    across = np.array([(long if long.start_px <= a <= long.end_px else short).at(float(a)) for a in along])
    t = (along - (first + last) / 2) / ((last - first) / 2)
    fit = np.polynomial.polynomial.polyfit(t, across, min(3, len(long.coefficients)))
    seen = long.coverage_share * long.length_px + short.coverage_share * short.length_px
    coverage = min(1.0, seen / (last - first))
    return Rule(first, last, tuple(float(c) for c in fit), coverage, long.contrast)


def _distance(upper: Rule, lower: Rule) -> float | None:
    """Mean distance of two rules over their common stretch; None if they hardly share one."""
    start, end = max(upper.start_px, lower.start_px), min(upper.end_px, lower.end_px)
    if end - start < MIN_OVERLAP_SHARE * max(upper.length_px, lower.length_px):
        return None
    stations = (start + 0.1 * (end - start), (start + end) / 2, end - 0.1 * (end - start))
    return sum(lower.at(x) - upper.at(x) for x in stations) / 3


@dataclass(frozen=True, slots=True)
class _Link:
    """A chain that ends with `rule`: its score, last pitch and what came before."""

    rule: int
    score: float
    pitch_px: float
    previous: "_Link | None"


def _best_chain(rules: list[Rule], px_per_mm: float) -> list[Rule]:
    """The heaviest chain of rules at an even pitch, after a first interval of any height.

    Dynamic programming over pairs of neighbours (upper, lower).  A rule that
    the chain has to suppose costs, and so does a rule that it passes over.
    """
    rules = sorted(rules, key=lambda r: r.at((r.start_px + r.end_px) / 2))
    weights = [_weight(rule) for rule in rules]
    sums = [0.0, *np.cumsum(weights).tolist()]
    low, high = (mm * px_per_mm for mm in ROW_HEIGHT_MM)
    pairs: dict[tuple[int, int], _Link] = {}
    fresh: dict[tuple[int, int], _Link] = {}
    for j in range(len(rules)):
        for i in range(j):
            gap = _distance(rules[i], rules[j])
            too_far = gap is None or not low <= gap <= high * (MAX_MISSING + 1)
            if gap is None or too_far or not _aligned(rules[i], rules[j], px_per_mm):
                continue
            own = weights[j] - SKIP_PENALTY_SHARE * (sums[j] - sums[i + 1])
            options: list[_Link] = []
            if gap <= high:
                fresh[i, j] = _Link(j, weights[i] + own, gap, _Link(i, weights[i], 0.0, None))
                options.append(fresh[i, j])
            for h in range(i):
                if (h, i) in fresh and gap <= high:  # (h, i) is the header: its height binds nothing
                    options.append(_Link(j, fresh[h, i].score + own, gap, fresh[h, i]))
                if (h, i) in pairs:
                    before = pairs[h, i]
                    steps = max(1, round(gap / before.pitch_px))
                    pitch = gap / steps
                    even = abs(pitch - before.pitch_px) <= PITCH_TOLERANCE_SHARE * before.pitch_px
                    if even and steps <= MAX_MISSING + 1:
                        lost = MISSING_PENALTY_SHARE * (steps - 1) * rules[j].length_px
                        options.append(_Link(j, before.score + own - lost, pitch, before))
            if options:
                pairs[i, j] = max(options, key=lambda link: link.score)
    link = max(pairs.values(), key=lambda link: link.score, default=None)
    chain: list[Rule] = []
    while link is not None:
        chain.insert(0, rules[link.rule])
        link = link.previous
    return chain


def _well_seen(chain: list[Rule]) -> list[Rule]:
    """The chain without ends that were seen much less than the rest: lines of text at the same pitch."""
    typical = float(np.median([rule.coverage_share for rule in chain]))
    while len(chain) > 1 and chain[0].coverage_share < WEAK_END_SHARE * typical:
        chain = chain[1:]
    while len(chain) > 1 and chain[-1].coverage_share < WEAK_END_SHARE * typical:
        chain = chain[:-1]
    return chain


def _weight(rule: Rule) -> float:
    """Seen length; weakly seen rules, which may be text, count much less."""
    return rule.length_px * max(0.0, rule.coverage_share - TEXT_COVERAGE_SHARE) / (1 - TEXT_COVERAGE_SHARE)


def _aligned(upper: Rule, lower: Rule, px_per_mm: float) -> bool:
    """Whether two row rules start or end one above the other (tears and wear may shorten one end)."""
    tolerance = END_TOLERANCE_MM * px_per_mm
    starts = abs(upper.start_px - lower.start_px) <= tolerance
    ends = abs(upper.end_px - lower.end_px) <= tolerance
    return starts or ends


def _completed(chain: list[Rule]) -> list[Rule]:
    """The chain with lost rules put back between their neighbours."""
    gaps = [_distance(a, b) or 0.0 for a, b in itertools.pairwise(chain)]
    pitch = float(np.median(gaps)) if gaps else 0.0
    local = min(gaps) if gaps and min(gaps) > 0.75 * pitch else pitch
    result = [chain[0]]
    for i, (lower, gap) in enumerate(zip(chain[1:], gaps, strict=True)):
        upper = result[-1]
        # The first interval may be a header of any height: nothing is missing in it.
        steps = max(1, round(gap / local)) if i > 0 and gap > 1.5 * local else 1
        for step in range(1, steps):
            result.append(_between(upper, lower, step / steps))
        result.append(lower)
    return result


def _between(upper: Rule, lower: Rule, share: float) -> Rule:
    """The rule at `share` of the way from one rule to another."""
    start = upper.start_px * (1 - share) + lower.start_px * share
    end = upper.end_px * (1 - share) + lower.end_px * share
    along = np.linspace(start, end, 20)
    across = np.array([upper.at(x) * (1 - share) + lower.at(x) * share for x in along.tolist()])
    fit = np.polynomial.polynomial.polyfit(np.linspace(-1, 1, 20), across, 3)
    return Rule(start, end, tuple(float(c) for c in fit), 0.0)


def _columns(rows: list[Rule], vertical: list[Rule], px_per_mm: float) -> tuple[list[Rule], bool]:
    """Column rules through the rows, the table's open edges added; and whether any was seen."""
    left, right = _edge([r.start_px for r in rows], rows), _edge([r.end_px for r in rows], rows)
    found: list[Rule] = []
    for rule in vertical:
        x, y_top = crossing(rows[0], rule)
        _, y_bottom = crossing(rows[-1], rule)
        seen = min(rule.end_px, y_bottom) - max(rule.start_px, y_top)
        if seen * rule.coverage_share < COLUMN_COVER_SHARE * (y_bottom - y_top):
            continue
        if left.at(y_top) - EDGE_MM * px_per_mm <= x <= right.at(y_top) + EDGE_MM * px_per_mm:
            found.append(rule)
    typical = float(np.median([rule.contrast for rule in found])) if found else 0.0
    found = [rule for rule in found if rule.contrast >= FAINT_SHARE * typical]
    middle = (rows[0].at(left.at(0)) + rows[-1].at(left.at(0))) / 2
    found.sort(key=lambda rule: rule.at(middle))
    columns: list[Rule] = []
    for rule in found:
        if columns and rule.at(middle) - columns[-1].at(middle) < MIN_COLUMN_MM * px_per_mm:
            columns[-1] = max(columns[-1], rule, key=_weight)
        else:
            columns.append(rule)
    ruled = len(columns) >= 2
    edge = EDGE_MM * px_per_mm
    if not columns or columns[0].at(middle) - left.at(middle) > edge:
        columns.insert(0, left)
    if len(columns) < 2 or right.at(middle) - columns[-1].at(middle) > edge:
        columns.append(right)
    return columns, ruled


def _edge(ends: list[float], rows: list[Rule]) -> Rule:
    """The straight line through the ends of the row rules, robust against single ones."""
    heights = np.array([row.at(end) for row, end in zip(rows, ends, strict=True)])
    xs = np.array(ends)
    start, end = float(heights.min()), float(heights.max())
    t = (heights - (start + end) / 2) / max((end - start) / 2, 1e-9)
    fit = np.polynomial.polynomial.polyfit(t, xs, 1)
    rest = np.abs(xs - np.polynomial.polynomial.polyval(t, fit))
    near = rest <= 2.5 * float(np.median(rest)) + 1
    if near.sum() >= 2:
        fit = np.polynomial.polynomial.polyfit(t[near], xs[near], 1)
    return Rule(start, end, (float(fit[0]), float(fit[1])), 0.0)
