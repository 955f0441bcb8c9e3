"""Accuracy of small tables whose figures can be counted by hand."""

import csv
from pathlib import Path

import pytest

from digitize.errors import BadTable
from digitize.evaluation import ALL, RESULT_COLUMNS, TRUTH_COLUMNS, Accuracy, name_edits, score
from digitize.records import Status
from digitize.tally.table_rows import ROW_COLUMNS

SAMPLES = Path(__file__).parent.parent / "samples"

Records = list[dict[str, object]]


def table(path: Path, columns: tuple[str, ...], lines: Records, delimiter: str = ",") -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, columns, delimiter=delimiter)
        writer.writeheader()
        writer.writerows(lines)
    return path


def true_row(row: int, file: str = "a.pdf", **changed: object) -> dict[str, object]:
    """Return a row of the truth: complete and counted, unless changed."""
    usual: dict[str, object] = dict.fromkeys(TRUTH_COLUMNS, "")
    usual |= {"file": file, "page": 1, "row": row, "struck": 0, "ambiguous": 0, "signed": 1, "counts": 1}
    usual |= {"inked_name": 1, "inked_address": 1, "inked_signature": 1, "name": "Anna Roth"}
    return usual | {"address": "Dorf 1, 6460 Altdorf", "postcode": "6460", "canton": "UR"} | changed


def result_row(row: int, file: str = "a.pdf", **changed: object) -> dict[str, object]:
    """Return the result for the same row: all correct, unless changed."""
    usual: dict[str, object] = dict.fromkeys(ROW_COLUMNS, "")
    usual |= {
        "file": file,
        "page": 1,
        "row": row,
        "status": "signed",
        "signature": "yes",
        "name": "Anna Roth",
    }
    usual |= {"review": "no", "address": "Dorf 1, 6460 Altdorf", "postcode": "6460", "canton": "UR"}
    return usual | changed


def scored(folder: Path, truth: Records, results: Records) -> Accuracy:
    truths = table(folder / "truth.csv", TRUTH_COLUMNS, truth)
    return score(table(folder / "rows.csv", ROW_COLUMNS, results), truths)[ALL]


def test_results_of_the_program_have_every_column_that_is_scored() -> None:
    assert set(RESULT_COLUMNS) <= set(ROW_COLUMNS)


def test_a_table_of_an_earlier_version_is_scored_as_well(tmp_path: Path) -> None:
    truths = table(tmp_path / "truth.csv", TRUTH_COLUMNS, [true_row(1)])
    rows = table(tmp_path / "rows.csv", ROW_COLUMNS, [result_row(1)])
    old = rows.read_text(encoding="utf-8").replace("signature", "signed", 1)
    new = score(rows, truths)[ALL].figures()
    rows.write_text(old, encoding="utf-8")
    assert score(rows, truths)[ALL].figures() == new


def test_truth_of_the_samples_scored_against_itself_is_all_right(tmp_path: Path) -> None:
    with (SAMPLES / "truth.csv").open(encoding="utf-8", newline="") as file:
        truth = list(csv.DictReader(file))
    results: Records = [
        {name: line[name] for name in ("file", "page", "row", "name", "address")}
        | {"signature": line["signed"]}
        | {"postcode": line["postcode"], "canton": line["canton"], "review": "no", "status": status_of(line)}
        for line in truth
    ]
    rows = table(tmp_path / "rows.csv", RESULT_COLUMNS, results)
    figures = score(rows, SAMPLES / "truth.csv")[ALL].figures()
    for name in ("row recall", "row precision", "status right", "signed right", "tally exact"):
        assert figures[name] == 1, name
    for name in ("name exact", "address exact", "postcode exact", "canton exact"):
        assert figures[name] == 1, name
    assert figures["name character errors"] == figures["canton wrong, not for review"] == 0


def status_of(line: dict[str, str]) -> str:
    if line["struck"] == "1":
        return Status.STRUCK
    if "1" not in (line["inked_name"], line["inked_address"], line["inked_signature"]):
        return Status.BLANK
    return Status.SIGNED if line["counts"] == "1" else Status.INCOMPLETE


def test_lost_and_invented_rows_are_counted(tmp_path: Path) -> None:
    truth = [true_row(1), true_row(2), true_row(3), true_row(4)]
    figures = scored(tmp_path, truth, [result_row(1), result_row(2), result_row(3), result_row(9)]).figures()
    assert figures["row recall"] == figures["row precision"] == 0.75
    assert figures["name character errors"] == 0.25  # every letter of the lost row is wrong
    assert figures["canton left empty"] == 0.25


def test_status_of_ambiguous_rows_is_not_judged(tmp_path: Path) -> None:
    truth = [
        true_row(1),
        true_row(2),
        true_row(3, counts=0, signed=0, inked_signature=0),
        true_row(4, struck=1, counts=0),
        true_row(1, "b_p1.png"),
        true_row(5, "b_p2.png", ambiguous=1),
    ]
    results = [
        result_row(1),
        result_row(2, status="doubtful", signature=""),
        result_row(3, status="signed"),
        result_row(4, status="signed"),
        result_row(1, "B_p1.png", status="signed"),
        result_row(5, "b_p2.png", status="doubtful"),
    ]
    figures = scored(tmp_path, truth, results).figures()
    assert figures["status right"] == 2 / 5  # row 1 of both files; the ambiguous row is left out
    assert figures["status doubtful"] == 1 / 5
    assert figures["status wrong"] == 2 / 5
    assert figures["signed right"] == 2 / 3  # of those told, not struck and not ambiguous
    assert figures["signed left to a person"] == 1 / 4


def test_sheet_is_exact_only_if_its_count_is(tmp_path: Path) -> None:
    truth = [true_row(1), true_row(2), true_row(1, "b_p1.png"), true_row(4, "b_p2.png"), true_row(1, "c.png")]
    results = [
        *(result_row(1), result_row(2)),
        *(result_row(1, "b_p1.png"), result_row(4, "b_p2.png", status="doubtful")),
        result_row(1, "c.png", status="incomplete"),
    ]
    figures = scored(tmp_path, truth, results).figures()
    assert figures["sheets"] == 3  # b's two pages are one sheet
    assert figures["tally exact"] == pytest.approx(1 / 3)
    assert figures["tally covered by doubtful"] == pytest.approx(2 / 3)


def test_text_of_struck_rows_is_not_compared(tmp_path: Path) -> None:
    truth = [true_row(1, struck=1, counts=0), true_row(2, struck=1, counts=0)]
    results = [result_row(1, status="struck", name="?"), result_row(2, name="?", canton="ZH")]
    figures = scored(tmp_path, truth, results).figures()
    assert figures["struck rows counted"] == 1
    assert figures["name exact"] is figures["canton wrong"] is None


def test_case_accents_and_punctuation_are_ignored(tmp_path: Path) -> None:
    truth = [true_row(1, name="Élodie Weiß-Roth"), true_row(2, name="Anna Roth", address="Dorf 1")]
    results = [result_row(1, name="ELODIE WEISS ROTH"), result_row(2, name="Roth Anna", address="'Dorf 7")]
    figures = scored(tmp_path, truth, results).figures()
    assert figures["name character errors"] == 0
    assert figures["address character errors"] == 1 / (len("dorf 1 6460 altdorf") + len("dorf 1"))
    assert figures["address exact"] == 0.5


def test_wrong_canton_without_review_has_a_figure_of_its_own(tmp_path: Path) -> None:
    truth = [true_row(row) for row in range(1, 5)]
    results = [
        result_row(1),
        result_row(2, canton="ZH"),
        result_row(3, canton="ZH", review="yes"),
        result_row(4, canton=""),
    ]
    figures = scored(tmp_path, truth, results).figures()
    assert figures["canton wrong"] == 0.5
    assert figures["canton left empty"] == figures["canton wrong, not for review"] == 0.25
    assert figures["review share of filled rows"] == 0.25


def test_confidences_are_compared_with_the_share_of_right_readings(tmp_path: Path) -> None:
    truth = [true_row(row) for row in range(1, 5)]
    results = [
        result_row(1, name_confidence=0.96),
        result_row(2, name_confidence=0.98, name="Anne Roth"),
        result_row(3, name_confidence=1.0, canton_confidence=0.2),
        result_row(4),
    ]
    accuracy = scored(tmp_path, truth, results)
    names = [(bin.count, bin.right, round(bin.confidence_sum, 3)) for bin in accuracy.bins["name"]]
    assert names == [(0, 0, 0)] * 5 + [(2, 1, 1.94), (1, 1, 1.0)]
    assert accuracy.bins["canton"][0].right == 1


def test_rows_are_grouped_by_difficulty_and_semicolons_are_accepted(tmp_path: Path) -> None:
    columns = (*TRUTH_COLUMNS, "difficulty")
    lines: Records = [
        true_row(1) | {"difficulty": "clean"},
        true_row(1, "b.pdf") | {"difficulty": "hard"},
    ]
    truth = table(tmp_path / "truth.csv", columns, lines, ";")
    groups = score(table(tmp_path / "rows.csv", ROW_COLUMNS, [result_row(1)], ";"), truth)
    assert {name: group.figures()["row recall"] for name, group in groups.items()} == {
        ALL: 0.5,
        "clean": 1,
        "hard": 0,
    }


@pytest.mark.parametrize(("text", "edits"), [("roth anna", 0), ("anna roth", 0), ("anne roth", 1)])
def test_family_name_may_come_first(text: str, edits: int) -> None:
    assert name_edits(text, "anna roth") == edits


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"file,page\na,1\n", "lacks the columns row, status"),
        (b"\xff\xfe\x00", "cannot be read"),
        (b"", "lacks the columns"),
        (",".join(RESULT_COLUMNS).encode() + b"\na.pdf,one,2\n", "not a number"),
    ],
)
def test_unusable_table_is_refused(content: bytes, word: str, tmp_path: Path) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_bytes(content)
    with pytest.raises(BadTable, match=word):
        score(rows, SAMPLES / "truth.csv")


def test_rows_are_told_apart_by_any_column_of_the_truth(tmp_path: Path) -> None:
    lines = [true_row(1), true_row(2), true_row(3, "b.pdf")]
    for line, flags in zip(lines, ("real_name", "real_name stain", "pencil"), strict=True):
        line["flags"] = flags
    truth = table(tmp_path / "truth.csv", (*TRUTH_COLUMNS, "flags"), lines)
    results = [result_row(1), result_row(2, name="Anna Rot"), result_row(3, "b.pdf"), result_row(4, "b.pdf")]
    found = score(table(tmp_path / "rows.csv", ROW_COLUMNS, results), truth, "flags")
    assert {group: found[group].figures()["name exact"] for group in found} == {
        **{ALL: 2 / 3, "real_name": 1 / 2, "stain": 0, "pencil": 1},
    }
    assert found["pencil"].figures()["row precision"] == 1 / 2, "the row that is too many is in the same file"
    with pytest.raises(BadTable, match="ink"):
        score(tmp_path / "rows.csv", truth, "ink")
