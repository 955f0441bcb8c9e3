"""Accuracy of a table of rows, compared with a table of the truth.

Both are CSV files with one line per row.  Texts are compared ignoring case,
accents and punctuation.  The texts of struck rows are not compared, because
nobody needs to read them.  No text is kept or shown, only counts of errors.
"""

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from digitize.address.directory import fold
from digitize.errors import BadTable
from digitize.records import Status

ALL = "all"
DIFFICULTY = "difficulty"
BIN_EDGES = (0.0, 0.3, 0.5, 0.7, 0.85, 0.95, 0.99)  # lower ends of the bins of confidences

TEXTS = ("name", "address")
CODES = ("postcode", "canton")
CALIBRATED = (*TEXTS, "canton")

RESULT_COLUMNS = ("file", "page", "row", "status", "signature", "review", *TEXTS, *CODES)
TRUTH_COLUMNS = (
    *("file", "page", "row", "inked_name", "inked_address", "inked_signature"),
    *("signed", "struck", "counts", "ambiguous", *TEXTS, *CODES),
)
_YES = ("1", "yes", "true")
_PAGE_OF_FILE = re.compile(r"_p\d+$")  # one sheet in several files: scan_p1.png, scan_p2.png

Record = Mapping[str, str]  # one line of a table: value by column
Key = tuple[str, int, int]  # file, page, row


@dataclass
class Bin:
    """Readings with similar confidences, for a calibration table."""

    count: int = 0
    right: int = 0
    confidence_sum: float = 0.0


@dataclass
class Accuracy:
    """Sums over the rows of one group; `figures` turns them into shares."""

    sums: Counter[str] = field(default_factory=Counter)
    sheets: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    bins: dict[str, list[Bin]] = field(
        default_factory=lambda: {what: [Bin() for _ in BIN_EDGES] for what in CALIBRATED}
    )

    def figures(self) -> dict[str, float | int | None]:
        """Return name and value of every figure, None where there was nothing to divide by."""
        return dict([*self._counting(), *self._reading()])

    def _share(self, part: str, whole: str) -> float | None:
        return self.sums[part] / self.sums[whole] if self.sums[whole] else None

    def _counting(self) -> Iterator[tuple[str, float | int | None]]:
        sums, sheets = self.sums, self.sheets.values()
        yield "rows in truth", sums["truth"]
        yield "row recall", self._share("found", "truth")
        yield "row precision", self._share("found", "results")
        for outcome in ("right", "doubtful", "wrong"):
            yield f"status {outcome}", self._share(f"status {outcome}", "status")
        yield "signed right", self._share("signed right", "signed told")
        yield "signed left to a person", self._share("signed left to a person", "signed")
        yield "struck rows counted", sums["struck counted"]
        exact = sum(sheet["counted"] == sheet["true"] for sheet in sheets)
        covered = sum(
            sheet["counted"] <= sheet["true"] <= sheet["counted"] + sheet["doubtful"] for sheet in sheets
        )
        yield "sheets", len(sheets)
        yield "tally exact", exact / len(sheets) if sheets else None
        yield "tally covered by doubtful", covered / len(sheets) if sheets else None

    def _reading(self) -> Iterator[tuple[str, float | int | None]]:
        for what in TEXTS:
            yield f"{what} character errors", self._share(f"{what} edits", f"{what} letters")
            yield f"{what} exact", self._share(f"{what} exact", what)
        for what in CODES:
            for outcome in ("exact", "wrong", "left empty"):
                yield f"{what} {outcome}", self._share(f"{what} {outcome}", what)
        yield "canton wrong, not for review", self._share("canton wrong unseen", "filled found")
        yield "review share of filled rows", self._share("filled for review", "filled found")


def score(results: Path, truth: Path, by: str = DIFFICULTY) -> dict[str, Accuracy]:
    """Return the accuracy of all rows under ALL, and of each group of rows.

    `results` has the columns of rows.csv, `truth` those of samples/truth.csv.  Rows with the same word in
    the column `by` of the truth are a group; of several words each, as in `flags`.  Raises BadTable if a file
    cannot be read or lacks a column.
    """
    wanted = TRUTH_COLUMNS if by == DIFFICULTY else (*TRUTH_COLUMNS, by)
    known = {_key(line, truth): line for line in _lines(truth, wanted)}
    groups_of = {key: frozenset(re.findall(r"[^\s;,]+", line.get(by, ""))) for key, line in known.items()}
    # A row that is not in the truth belongs to the groups of its whole file.
    groups_of_file: dict[str, frozenset[str]] = {}
    for key, words in groups_of.items():
        groups_of_file[key[0]] = groups_of_file.get(key[0], words) & words
    groups: defaultdict[str, Accuracy] = defaultdict(Accuracy)
    found: dict[Key, Record] = {}
    for line in _lines(results, RESULT_COLUMNS):
        key = _key(line, results)
        found.setdefault(key, line)
        for group in _groups(groups, groups_of.get(key, groups_of_file.get(key[0], frozenset()))):
            group.sums["results"] += 1
            sheet = group.sheets[_sheet(key)]
            sheet["counted"] += line["status"] == Status.SIGNED
            sheet["doubtful"] += line["status"] == Status.DOUBTFUL
    for key, line in known.items():
        for group in _groups(groups, groups_of[key]):
            _add_row(group, key, line, found.get(key))
    return dict(groups)


def _groups(groups: Mapping[str, Accuracy], words: Iterable[str]) -> Iterable[Accuracy]:
    return [groups[ALL], *(groups[word] for word in sorted(words))]


def _add_row(group: Accuracy, key: Key, truth: Record, result: Record | None) -> None:
    sums = group.sums
    filled = any(_yes(truth[f"inked_{cell}"]) for cell in ("name", "address", "signature"))
    sums["truth"] += 1
    group.sheets[_sheet(key)]["true"] += _yes(truth["counts"])
    if not _yes(truth["struck"]):
        _add_texts(group, truth, result)
        _add_codes(group, truth, result)
    if result is None:
        return
    sums["found"] += 1
    sums["filled found"] += filled
    sums["filled for review"] += filled and _for_review(result)
    sums["struck counted"] += _yes(truth["struck"]) and result["status"] == Status.SIGNED
    if _yes(truth["ambiguous"]):
        return
    sums["status"] += 1
    doubtful = result["status"] == Status.DOUBTFUL
    outcome = (
        "doubtful" if doubtful else "right" if result["status"] == _true_status(truth, filled) else "wrong"
    )
    sums[f"status {outcome}"] += 1
    if _yes(truth["struck"]):
        return
    sums["signed"] += 1
    if result["signature"]:
        sums["signed told"] += 1
        sums["signed right"] += _yes(result["signature"]) == _yes(truth["signed"])
    else:
        sums["signed left to a person"] += 1


def _true_status(truth: Record, filled: bool) -> Status:
    if _yes(truth["struck"]):
        return Status.STRUCK
    if not filled:
        return Status.BLANK
    return Status.SIGNED if _yes(truth["counts"]) else Status.INCOMPLETE


def _add_texts(group: Accuracy, truth: Record, result: Record | None) -> None:
    for what in TEXTS:
        written = fold(truth[what])
        if not written:
            continue
        read = fold(result[what]) if result else ""
        edits = min(len(written), name_edits(read, written) if what == "name" else _edits(read, written))
        group.sums[what] += 1
        group.sums[f"{what} letters"] += len(written)
        group.sums[f"{what} edits"] += edits
        group.sums[f"{what} exact"] += edits == 0
        if result is not None and read:
            _calibrate(group, what, result, edits == 0)


def _add_codes(group: Accuracy, truth: Record, result: Record | None) -> None:
    for what in CODES:
        if not truth[what]:
            continue
        read = result[what] if result else ""
        outcome = "left empty" if not read else "exact" if read == truth[what] else "wrong"
        group.sums[what] += 1
        group.sums[f"{what} {outcome}"] += 1
        if what == "canton" and result is not None and read:
            group.sums["canton wrong unseen"] += outcome == "wrong" and not _for_review(result)
            _calibrate(group, what, result, outcome == "exact")


def _calibrate(group: Accuracy, what: str, result: Record, right: bool) -> None:
    try:
        confidence = float(result.get(f"{what}_confidence", ""))
    except ValueError:
        return
    index = max(i for i, least in enumerate(BIN_EDGES) if confidence >= least)
    bin_ = group.bins[what][index]
    bin_.count += 1
    bin_.right += right
    bin_.confidence_sum += confidence


def name_edits(read: str, written: str) -> int:
    """Return the edits between folded names, whichever words come first, the family or the given name."""
    words = written.split()
    rotations = (" ".join(words[i:] + words[:i]) for i in range(max(1, len(words))))
    return min(_edits(read, order) for order in rotations)


def _edits(read: str, written: str) -> int:
    return int(Levenshtein.distance(read, written))


def _for_review(result: Record) -> bool:
    return _yes(result["review"]) or result["status"] == Status.DOUBTFUL


def _yes(value: str) -> bool:
    return value.strip().lower() in _YES


def _key(line: Record, table: Path) -> Key:
    try:
        return Path(line["file"].replace("\\", "/")).name.lower(), int(line["page"]), int(line["row"])
    except ValueError as error:
        raise BadTable(
            f"{table} has a line whose page or row is not a number; correct it and try again."
        ) from error


def _sheet(key: Key) -> str:
    return _PAGE_OF_FILE.sub("", Path(key[0]).stem)


def _lines(table: Path, columns: Iterable[str]) -> Iterator[Record]:
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            head = file.readline()
            file.seek(0)
            reader = csv.DictReader(file, delimiter=";" if head.count(";") > head.count(",") else ",")
            names = list(reader.fieldnames or ())
            if "signature" not in names:  # as earlier versions called it
                names = [
                    "signature" if name == "signed" and "signed" not in columns else name for name in names
                ]
                reader.fieldnames = names
            missing = [name for name in columns if name not in names]
            if missing:
                raise BadTable(f"{table} lacks the columns {', '.join(missing)}; is it the right table?")
            for line in reader:
                yield {name: value or "" for name, value in line.items() if isinstance(name, str)}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadTable(f"{table} cannot be read as a table of text (CSV in UTF-8).") from error
