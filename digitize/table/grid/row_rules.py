"""The chain of row rules: the heaviest sequence of rules at an even pitch."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from digitize.geometry import Rule

ROW_HEIGHT_MM = (4.0, 32.0)  # the narrowest a hand can write in, the tallest seen on forms
PITCH_TOLERANCE_SHARE = 0.12  # neighbouring rows differ no more in height, perspective included
SAME_RULE_MM = 1.2  # two pieces that meet this closely are one rule
END_TOLERANCE_MM = 7.0  # neighbouring row rules end within this of each other
WEAK_END_SHARE = 0.8  # a chain's end seen less than this, against the chain's median, is text
LONG_END_SHARE = 1.05  # an end longer than this, against the median, may belong to something else
TEXT_COVERAGE_SHARE = 0.55  # what a line of text may pass for; printed rules reach 0.9
SKIP_PENALTY_SHARE = 0.5  # of the weight of rules that lie between two links of the chain
MIN_OVERLAP_SHARE = 0.6  # of the longer of two neighbouring row rules lies beside the other
FULL_OVERLAP_SHARE = 0.8  # where rules are lost between them: a box below the table is narrower
MISSING_PENALTY_SHARE = 0.6  # of a rule's length, for each rule that the chain has to suppose
STRAY_MM = 0.5  # a rule bends off its neighbours' course by no more, however curled the paper
STATIONS = 9  # places along the rules at which they are compared
MAX_MISSING = 3  # neighbouring row rules that may be lost together


def joined(rules: Iterable[Rule], px_per_mm: float) -> list[Rule]:
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
    fit = np.polynomial.polynomial.polyfit(t, across, min(5, len(long.coefficients)))
    seen = long.coverage_share * long.length_px + short.coverage_share * short.length_px
    coverage = min(1.0, seen / (last - first))
    return Rule(first, last, tuple(float(c) for c in fit), coverage, long.contrast)


@dataclass(frozen=True, slots=True)
class _Link:
    """A chain that ends with `rule`: its score, last pitch and what came before.

    `steps` is 1 + the number of lost rules between this rule and the one before.
    """

    rule: int
    score: float
    pitch_px: float
    steps: int
    previous: "_Link | None"

    @property
    def after_header(self) -> bool:
        """Whether there is one interval so far: it may be a header, whose height binds nothing."""
        return self.previous is not None and self.previous.previous is None


def row_chain(rules: list[Rule], px_per_mm: float) -> list[Rule]:
    """The heaviest chain of rules at an even pitch, after a first interval of any height.

    Dynamic programming over pairs of neighbours (upper, lower).  A rule that
    the chain has to suppose costs, and so does a rule that it passes over.
    Supposed rules are put in, and a rule that writing led astray is led back.
    """
    rules = sorted(rules, key=lambda r: r.at((r.start_px + r.end_px) / 2))
    weights = [weight(rule) for rule in rules]
    sums = [0.0, *np.cumsum(weights).tolist()]
    ending: list[list[_Link]] = [[] for _ in rules]  # the chains that end with each rule
    for j in range(len(rules)):
        for i in range(j):
            gap = _distance(rules[i], rules[j])
            if gap is None or not _aligned(rules[i], rules[j], px_per_mm):
                continue
            own = weights[j] - SKIP_PENALTY_SHARE * (sums[j] - sums[i + 1])
            begun = _Link(i, weights[i], 0.0, 1, None)
            ending[j] += _options(j, gap, own, [begun, *ending[i]], rules, px_per_mm)
    links = [link for chains in ending for link in chains]
    chain = _completed(max(links, key=lambda link: link.score, default=None), rules)
    return _steadied(chain, STRAY_MM * px_per_mm)


def _options(
    j: int, gap_px: float, own: float, before: list[_Link], rules: list[Rule], px_per_mm: float
) -> list[_Link]:
    """The chains `before` prolonged by rule j, the best for each number of lost rules between."""
    low, high = (mm * px_per_mm for mm in ROW_HEIGHT_MM)
    best: dict[tuple[int, bool], _Link] = {}
    for link in before:
        if link.previous is None:
            counts: Iterable[int] = (1,)
        elif link.after_header:
            counts = range(1, MAX_MISSING + 2)
        else:
            counts = (max(1, round(gap_px / link.pitch_px)),)
        for steps in counts:
            pitch = gap_px / steps
            off = abs(pitch - link.pitch_px) / max(link.pitch_px, 1.0)
            bound = link.previous is not None and not link.after_header
            if not low <= pitch <= high or steps > MAX_MISSING + 1:
                continue
            if bound and off > PITCH_TOLERANCE_SHARE:
                continue
            if steps > 1 and not _as_long(rules[link.rule], rules[j]):
                continue
            lost = MISSING_PENALTY_SHARE * (steps - 1) * rules[j].length_px
            option = _Link(j, link.score + own - lost, pitch, steps, link)
            key = steps, option.after_header
            if key not in best or option.score > best[key].score:
                best[key] = option
    return list(best.values())


def _completed(link: _Link | None, rules: list[Rule]) -> list[Rule]:
    """The rules of a chain from top to bottom with the lost ones put back between their neighbours."""
    chain: list[Rule] = []
    while link is not None:
        lower = rules[link.rule]
        chain.insert(0, lower)
        if link.previous is not None:
            upper = rules[link.previous.rule]
            shares = (step / link.steps for step in range(link.steps - 1, 0, -1))
            for share in shares:
                chain.insert(0, between(upper, lower, share))
        link = link.previous
    return chain


def _steadied(rules: list[Rule], stray_px: float) -> list[Rule]:
    """The rules with each that strays from its neighbours replaced by their mean, the worst first."""
    rules = list(rules)
    if len(rules) < 4:
        return rules
    left, right = (float(np.median([getattr(rule, end) for rule in rules])) for end in ("start_px", "end_px"))
    xs = np.linspace(left, right, STATIONS)
    heights = np.array([[rule.at(x) for x in xs.tolist()] for rule in rules])
    for _ in rules:
        first, last = 2 * heights[1] - heights[2], 2 * heights[-2] - heights[-3]
        course = np.vstack([first, (heights[:-2] + heights[2:]) / 2, last])
        course += np.median(heights - course, axis=1, keepdims=True)
        off = np.abs(heights - course).max(axis=1)
        worst = int(off.argmax())
        if off[worst] <= stray_px:
            break
        heights[worst] = course[worst]
        fit = np.polynomial.polynomial.polyfit(np.linspace(-1, 1, STATIONS), heights[worst], 5)
        rule = rules[worst]
        rules[worst] = Rule(left, right, tuple(map(float, fit)), rule.coverage_share, rule.contrast)
    return rules


def between(upper: Rule, lower: Rule, share: float) -> Rule:
    """The rule at `share` of the way from one rule to another."""
    start = upper.start_px * (1 - share) + lower.start_px * share
    end = upper.end_px * (1 - share) + lower.end_px * share
    along = np.linspace(start, end, 20)
    across = np.array([upper.at(x) * (1 - share) + lower.at(x) * share for x in along.tolist()])
    fit = np.polynomial.polynomial.polyfit(np.linspace(-1, 1, 20), across, 5)
    return Rule(start, end, tuple(float(c) for c in fit), 0.0)


def well_seen(chain: list[Rule]) -> list[Rule]:
    """The chain without ends that were seen much less than the rest: lines of text at the same pitch.

    Nor does what lies behind a lost rule and is longer than the others end the
    table: a fold of the paper, or a box below.
    """
    least = WEAK_END_SHARE * float(np.median([rule.coverage_share for rule in chain]))
    longest_px = LONG_END_SHARE * float(np.median([rule.length_px for rule in chain]))

    def is_end(rule: Rule, inner: Rule) -> bool:
        strange = inner.coverage_share < least and rule.length_px > longest_px
        return rule.coverage_share >= least and not strange

    while len(chain) > 1 and not is_end(chain[0], chain[1]):
        chain = chain[1:]
    while len(chain) > 1 and not is_end(chain[-1], chain[-2]):
        chain = chain[:-1]
    return chain


def weight(rule: Rule) -> float:
    """Seen length; weakly seen rules, which may be text, count much less."""
    return rule.length_px * max(0.0, rule.coverage_share - TEXT_COVERAGE_SHARE) / (1 - TEXT_COVERAGE_SHARE)


def _distance(upper: Rule, lower: Rule) -> float | None:
    """Mean distance of two rules over their common stretch; None if they hardly share one."""
    start, end = max(upper.start_px, lower.start_px), min(upper.end_px, lower.end_px)
    if end - start < MIN_OVERLAP_SHARE * max(upper.length_px, lower.length_px):
        return None
    stations = (start + 0.1 * (end - start), (start + end) / 2, end - 0.1 * (end - start))
    return sum(lower.at(x) - upper.at(x) for x in stations) / 3


def _aligned(upper: Rule, lower: Rule, px_per_mm: float) -> bool:
    """Whether two row rules start or end one above the other (tears and wear may shorten one end)."""
    tolerance = END_TOLERANCE_MM * px_per_mm
    starts = abs(upper.start_px - lower.start_px) <= tolerance
    ends = abs(upper.end_px - lower.end_px) <= tolerance
    return starts or ends


def _as_long(one: Rule, other: Rule) -> bool:
    """Whether two rules lie beside each other over their whole length: others may be lost between."""
    common = min(one.end_px, other.end_px) - max(one.start_px, other.start_px)
    return common >= FULL_OVERLAP_SHARE * max(one.length_px, other.length_px)
