"""Tell a line that a person drew through a row from a rule, where one would make rows half as high.

A line through the middle of one row fits a pitch of half a row, if all the other rows lack the rule in their
middle.  It stops short of an edge that the rules reach, and nothing is seen where those rules would be.
"""

from digitize.geometry import Rule
from digitize.images import Page
from digitize.table.grid.row_rules import SETTINGS, ends_of
from digitize.table.grid.worn_rules import visible_share

MIN_RULE_COVERAGE_SHARE = 0.8  # of a rule that defines the table
MAX_TRACE_SHARE = (
    0.2  # of the width, of writing that crosses the place of a rule; worn rules are seen on more
)
MIN_RULES = 3  # a header and one row


def lines_through_rows(page: Page, rows: list[Rule], columns: list[Rule]) -> list[Rule]:
    """Return those of a chain's rules without which no rule would have to be missing, as far as is seen."""
    inferred = [rule for rule in rows if rule.coverage_share == 0]
    whole = [rule for rule in rows if rule.coverage_share >= MIN_RULE_COVERAGE_SHARE]
    if not inferred or len(columns) < 2 or len(whole) < MIN_RULES:
        return []
    left, right = ends_of(whole)
    reach = SETTINGS.end_tolerance_mm * page.px_per_mm
    short = [rule for rule in rows if rule.coverage_share > 0 and _is_short(rule, left, right, reach)]
    kept = [i for i, rule in enumerate(rows) if rule in whole and rule not in short]
    if not short or len(kept) < MIN_RULES:
        return []
    between = all(kept[0] < rows.index(rule) < kept[-1] for rule in (*short, *inferred))
    if not between or any(visible_share(page, rule, columns) > MAX_TRACE_SHARE for rule in inferred):
        return []
    return short


def _is_short(rule: Rule, left: float, right: float, reach_px: float) -> bool:
    return rule.start_px > left + reach_px or rule.end_px < right - reach_px
