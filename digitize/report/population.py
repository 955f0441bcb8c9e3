"""Read the number of inhabitants of each canton from a table that the user gives."""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from digitize.errors import BadTable
from digitize.tally import CANTONS

PER = 10_000
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
SEPARATORS = ",;\t"
_GROUPING = re.compile(r"['’\s\u00a0\u202f]")


@dataclass(frozen=True, slots=True)
class Population:
    """Inhabitants by canton (and LI, if given), and the year of the figures."""

    year: int
    inhabitants: Mapping[str, int]

    def per_10000(self, region: str, signatures: int) -> float | None:
        """Return signatures per 10,000 inhabitants of a region, None where its inhabitants are not known."""
        inhabitants = self.inhabitants.get(region)
        return None if inhabitants is None else signatures / inhabitants * PER

    def per_10000_of_cantons(self, by_region: Mapping[str, int]) -> float:
        """Return the same for the 26 cantons together."""
        total = sum(self.inhabitants[canton] for canton in CANTONS)
        return sum(by_region[canton] for canton in CANTONS) / total * PER


def read_population(path: Path) -> Population:
    """Read a CSV file with two columns: the canton's two letters, and its inhabitants.

    The heading of the second column names the year.  Columns are separated by commas, semicolons or tabs;
    numbers may be grouped (1'553'423).  Raises BadTable.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadTable(f"{path} cannot be read as a table in UTF-8; export it as CSV (UTF-8).") from error
    separator = max(SEPARATORS, key=text.count)
    lines = [line for line in csv.reader(text.splitlines(), delimiter=separator) if any(line)]
    heading = " ".join(lines[0]) if lines else ""
    year = YEAR.search(heading)
    if year is None:
        raise BadTable(f"{path}: the first line must name the year, such as canton,2024.")
    inhabitants = {}
    for number, line in enumerate(lines[1:], start=2):
        region = line[0].strip().upper()
        count = _GROUPING.sub("", line[1]) if len(line) > 1 else ""
        if region not in (*CANTONS, "LI"):
            continue  # sums and notes
        if not (count.isascii() and count.isdigit() and int(count) > 0):
            raise BadTable(f"{path}, line {number}: {region} needs a number of inhabitants.")
        inhabitants[region] = int(count)
    missing = [canton for canton in CANTONS if canton not in inhabitants]
    if missing:
        raise BadTable(f"{path} has no inhabitants for {', '.join(missing)}.")
    return Population(int(year.group()), inhabitants)
