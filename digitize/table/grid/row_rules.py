"""Find the chain of row rules: the heaviest sequence of horizontal rules with an even pitch."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

import numpy as np

from digitize.geometry import Rule


@dataclass(frozen=True, slots=True)
class RowSettings:
    """Limits for chaining row rules, chosen on the synthetic forms."""

    # The least that can be written in, and the tallest on known forms.
    row_height_mm: tuple[float, float] = (4.0, 32.0)
    pitch_tolerance_share: float = 0.12  # by which neighbouring rows differ, perspective included
    end_tolerance_mm: float = 7.0  # within which the ends of neighbouring row rules lie
    min_overlap_share: float = 0.6  # of the longer of two neighbouring row rules
    # Joining pieces
    same_rule_mm: float = 1.2  # pieces whose extensions meet this closely are one rule
    # Weights
    text_coverage_share: float = 0.55  # that a line of text reaches; printed rules reach 0.9
    skip_penalty_share: float = 0.5  # of the weight of rules that lie between two links of the chain
    missing_penalty_share: float = 0.6  # of a rule's length, per rule that has to be inferred
    max_missing: int = 3  # rules that may be missing between two neighbours
    full_overlap_share: float = 0.8  # needed to infer rules in between: a box below is narrower
    # Outliers and weak ends
    max_deviation_mm: float = 0.5  # from the shape of the neighbours, however curled the paper
    stations: int = 9  # positions along the rules at which they are compared
    min_end_coverage_share: float = 0.8  # relative to the chain's median; an end below it is text
    max_end_length_share: float = 1.05  # relative to the median; a longer end may not belong to the table


SETTINGS = RowSettings()


def join_collinear(rules: Iterable[Rule], px_per_mm: float) -> list[Rule]:
    """Merge collinear pieces of one line; the longest pieces come first."""
    tolerance = SETTINGS.same_rule_mm * px_per_mm
    result: list[Rule] = []
    for rule in sorted(rules, key=lambda r: -r.length_px):
        for i, known in enumerate(result):
            overlap = min(known.end_px, rule.end_px) - max(known.start_px, rule.start_px)
            if overlap > 0.2 * rule.length_px:
                continue
            middle = (known.start_px + known.end_px) / 2
            nearest_end = rule.end_px if rule.end_px < middle else rule.start_px
            if abs(known.at(nearest_end) - rule.at(nearest_end)) <= tolerance:
                result[i] = _merge(known, rule)
                break
        else:
            result.append(rule)
    return result


def _merge(long: Rule, short: Rule) -> Rule:
    """Fit one rule to two pieces."""
    first, last = min(long.start_px, short.start_px), max(long.end_px, short.end_px)
    along = np.concatenate(
        [np.linspace(r.start_px, r.end_px, round(r.length_px / 6) + 4) for r in (long, short)]
    )
    across = np.array([(long if long.start_px <= a <= long.end_px else short).at(float(a)) for a in along])
    t = (along - (first + last) / 2) / ((last - first) / 2)
    fit = np.polynomial.polynomial.polyfit(t, across, min(5, len(long.coefficients)))
    visible_px = long.coverage_share * long.length_px + short.coverage_share * short.length_px
    coverage = min(1.0, visible_px / (last - first))
    return Rule(first, last, tuple(float(c) for c in fit), coverage, long.contrast)


@dataclass(frozen=True, slots=True)
class _Link:
    """A chain that ends with `rule`: its score, its last pitch and the chain before.

    `steps` is 1 plus the number of rules missing between this rule and the previous one.
    """

    rule: int
    score: float
    pitch_px: float
    steps: int
    previous: "_Link | None"

    @property
    def after_header(self) -> bool:
        """Whether there is only one interval so far: it may be the header, which may have any height."""
        return self.previous is not None and self.previous.previous is None


def row_chain(rules: list[Rule], px_per_mm: float) -> list[Rule]:
    """Return the heaviest chain of rules with an even pitch, after a first interval of any height.

    Dynamic programming over pairs of neighbours.  A rule that has to be inferred
    costs, and so does one that is skipped.  The result contains the inferred
    rules, and rules that deviate because of writing are corrected.
    """
    rules = sorted(rules, key=lambda r: r.at((r.start_px + r.end_px) / 2))
    weights = [weight(rule) for rule in rules]
    sums = [0.0, *np.cumsum(weights).tolist()]
    chains_to: list[list[_Link]] = [[] for _ in rules]  # the chains that end with each rule
    for j in range(len(rules)):
        for i in range(j):
            if not _ends_aligned(rules[i], rules[j], px_per_mm):
                continue
            gap_px = _mean_distance_px(rules[i], rules[j])
            if gap_px is None:
                continue
            gain = weights[j] - SETTINGS.skip_penalty_share * (sums[j] - sums[i + 1])
            start = _Link(i, weights[i], 0.0, 1, None)
            chains_to[j] += _extend_chains(j, gap_px, gain, [start, *chains_to[i]], rules, px_per_mm)
    links = [link for chains in chains_to for link in chains]
    chain = _insert_missing(max(links, key=lambda link: link.score, default=None), rules)
    return _replace_outliers(chain, SETTINGS.max_deviation_mm * px_per_mm)


def _extend_chains(
    j: int, gap_px: float, gain: float, chains: list[_Link], rules: list[Rule], px_per_mm: float
) -> list[_Link]:
    """Extend chains by rule `j`; keep the best for each number of missing rules in between."""
    low, high = (mm * px_per_mm for mm in SETTINGS.row_height_mm)
    most_steps = SETTINGS.max_missing + 1
    if gap_px > high * most_steps:
        return []
    full_overlap = partial(_overlap_fully, rules[j])
    best: dict[tuple[int, bool], _Link] = {}
    for link in chains:
        if link.previous is None:
            step_counts: Iterable[int] = (1,)
        elif link.after_header:
            step_counts = range(1, most_steps + 1)
        else:
            steps = max(1, round(gap_px / link.pitch_px))
            deviation_px = abs(gap_px / steps - link.pitch_px)
            if steps > most_steps or deviation_px > SETTINGS.pitch_tolerance_share * max(link.pitch_px, 1.0):
                continue
            step_counts = (steps,)
        for steps in step_counts:
            pitch = gap_px / steps
            if not low <= pitch <= high or (steps > 1 and not full_overlap(rules[link.rule])):
                continue
            score = link.score + gain - SETTINGS.missing_penalty_share * (steps - 1) * rules[j].length_px
            key = steps, link.previous is None
            if key not in best or score > best[key].score:
                best[key] = _Link(j, score, pitch, steps, link)
    return list(best.values())


def _insert_missing(link: _Link | None, rules: list[Rule]) -> list[Rule]:
    """Return the rules of a chain from top to bottom, with the missing ones interpolated."""
    chain: list[Rule] = []
    while link is not None:
        lower = rules[link.rule]
        chain.insert(0, lower)
        if link.previous is not None:
            upper = rules[link.previous.rule]
            shares = (step / link.steps for step in range(link.steps - 1, 0, -1))
            for share in shares:
                chain.insert(0, interpolate(upper, lower, share))
        link = link.previous
    return chain


def _replace_outliers(rules: list[Rule], max_deviation_px: float) -> list[Rule]:
    """Replace rules that deviate from the shape of their neighbours by the mean of these, worst first."""
    rules = list(rules)
    if len(rules) < 4:
        return rules
    left, right = ends_of(rules)
    xs = np.linspace(left, right, SETTINGS.stations)
    heights = np.array([[rule.at(x) for x in xs.tolist()] for rule in rules])
    for _ in rules:
        first, last = 2 * heights[1] - heights[2], 2 * heights[-2] - heights[-3]
        expected = np.vstack([first, (heights[:-2] + heights[2:]) / 2, last])
        expected += np.median(heights - expected, axis=1, keepdims=True)
        deviation_px = np.abs(heights - expected).max(axis=1)
        worst = int(deviation_px.argmax())
        if deviation_px[worst] <= max_deviation_px:
            break
        heights[worst] = expected[worst]
        fit = np.polynomial.polynomial.polyfit(np.linspace(-1, 1, SETTINGS.stations), heights[worst], 5)
        rule = rules[worst]
        rules[worst] = Rule(left, right, tuple(map(float, fit)), rule.coverage_share, rule.contrast)
    return rules


def ends_of(rules: list[Rule]) -> tuple[float, float]:
    """Return where the middle one of the rules starts and ends."""
    starts, ends = ([getattr(rule, end) for rule in rules] for end in ("start_px", "end_px"))
    return float(np.median(starts)), float(np.median(ends))


def interpolate(upper: Rule, lower: Rule, share: float) -> Rule:
    """Return the rule at `share` of the way from one rule to another."""
    start = upper.start_px * (1 - share) + lower.start_px * share
    end = upper.end_px * (1 - share) + lower.end_px * share
    along = np.linspace(start, end, 20)
    across = np.array([upper.at(x) * (1 - share) + lower.at(x) * share for x in along.tolist()])
    fit = np.polynomial.polynomial.polyfit(np.linspace(-1, 1, 20), across, 5)
    return Rule(start, end, tuple(float(c) for c in fit), 0.0)


def trim_weak_ends(chain: list[Rule]) -> list[Rule]:
    """Drop rules at the ends that are much less visible than the rest: lines of text at the same pitch.

    A rule behind a missing one that is longer than the others does not end the
    table either: it is a fold of the paper or a box below.
    """
    min_coverage = SETTINGS.min_end_coverage_share * float(np.median([rule.coverage_share for rule in chain]))
    longest_px = SETTINGS.max_end_length_share * float(np.median([rule.length_px for rule in chain]))

    def is_end(rule: Rule, inner: Rule) -> bool:
        foreign = inner.coverage_share < min_coverage and rule.length_px > longest_px
        return rule.coverage_share >= min_coverage and not foreign

    while len(chain) > 1 and not is_end(chain[0], chain[1]):
        chain = chain[1:]
    while len(chain) > 1 and not is_end(chain[-1], chain[-2]):
        chain = chain[:-1]
    return chain


def weight(rule: Rule) -> float:
    """Return the visible length; weakly visible rules, which may be text, count much less."""
    return (
        rule.length_px
        * max(0.0, rule.coverage_share - SETTINGS.text_coverage_share)
        / (1 - SETTINGS.text_coverage_share)
    )


def _mean_distance_px(upper: Rule, lower: Rule) -> float | None:
    """Return the mean distance of two rules where they overlap, None if they hardly do."""
    start, end = max(upper.start_px, lower.start_px), min(upper.end_px, lower.end_px)
    if end - start < SETTINGS.min_overlap_share * max(upper.length_px, lower.length_px):
        return None
    stations = (start + 0.1 * (end - start), (start + end) / 2, end - 0.1 * (end - start))
    return sum(lower.at(x) - upper.at(x) for x in stations) / 3


def _ends_aligned(upper: Rule, lower: Rule, px_per_mm: float) -> bool:
    """Return whether two row rules start or end below each other; one end may be torn or worn."""
    tolerance = SETTINGS.end_tolerance_mm * px_per_mm
    starts = abs(upper.start_px - lower.start_px) <= tolerance
    ends = abs(upper.end_px - lower.end_px) <= tolerance
    return starts or ends


def _overlap_fully(one: Rule, other: Rule) -> bool:
    """Return whether two rules overlap over their whole length, so that others may be missing between."""
    common = min(one.end_px, other.end_px) - max(one.start_px, other.start_px)
    return common >= SETTINGS.full_overlap_share * max(one.length_px, other.length_px)
