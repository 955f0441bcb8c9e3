"""Compare sheets of one's own with the same sheets without marks: `python -m tests.bench.own_sheets [N]`.

Each sheet is filled, worn and scanned twice in the same way: once with corner marks and code, once
without.  Prints how many rows were found, how many have the right status, how many a person
must look at, and how many are wrong without a word.
"""

import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace

from digitize.errors import DigitizeError
from digitize.form.sheet_code import SheetCode
from digitize.images import Scan
from digitize.page.pipeline import Settings, digitize_page, load_tools
from digitize.records import PageId, PageKind, Role, Row, SheetPage, Status
from digitize.sheet.marks import black_areas_mm
from samples.synthetic import Column, Design, Mode, Paper, Paragraph, make_page, random_fill, random_paper
from samples.synthetic.truth import RowTruth

LABELS = {Role.NUMBER: "", Role.NAME: "Full Name", Role.ADDRESS: "Address", Role.SIGNATURE: "Signature"}
WIDTHS_MM = ((Role.NUMBER, 10), (Role.NAME, 58), (Role.ADDRESS, 70), (Role.SIGNATURE, 42))
CODE = SheetCode("PETITION", 2, 2, 0, 4, 30, 35, 9, 85, WIDTHS_MM)
KINDS = ("office", "hard", "photo", "faint", "torn")
FAINT_TONER = (0.10, 0.13, 0.17, 0.22)


def design_of(code: SheetCode, marked: bool) -> Design:
    """Return the printed design of a list page, with or without its marks."""
    return Design(
        form="petition",
        kind=PageKind.LIST,
        columns=tuple(Column(role, LABELS[role], float(width)) for role, width in code.columns),
        row_count=code.last_row - code.first_row + 1,
        first_row=code.first_row,
        row_height_mm=code.pitch_mm10 / 10,
        header_height_mm=float(code.header_mm),
        before=(Paragraph("For safe crossings", 14.0, bold=True, space_after_mm=0.0),),
        margin_mm=(15.0, code.top_mm - 14.0 * 0.3528 * 1.22),
        blocks_mm=black_areas_mm(code) if marked else (),
    )


def paper_of(kind: str, seed: int) -> Paper:
    """Return the wear of a sheet: a difficulty, or print that is faint or paper that is torn."""
    if kind == "faint":
        base = random_paper(seed, "office")
        return replace(base, toner=FAINT_TONER[seed % len(FAINT_TONER)], mode=Mode.GREY, noise=3.0)
    if kind == "torn":
        return replace(random_paper(seed, "hard"), torn=True, folds=2)
    return random_paper(seed, kind)


def measure(job: tuple[str, int, bool]) -> Counter[str]:
    """Return what became of the rows of one sheet."""
    kind, seed, marked = job
    design = design_of(CODE, marked)
    page = make_page(design, random_fill(design, seed), paper_of(kind, seed), seed)
    scan = Scan("sheet.png", 1, page.pixels, paper_of(kind, seed).dpi if kind != "photo" else None)
    count: Counter[str] = Counter(sheets=1, rows=len(page.truth.rows))
    try:
        outcome = digitize_page(scan, PageId("sheet.png", 1), load_tools(Settings()))[1]
    except DigitizeError:
        outcome = None
    if outcome is None or not outcome.rows:
        count["failed"] += 1
        return count
    by_number = {row.number: row for row in outcome.rows}
    known = {truth.number for truth in page.truth.rows}
    count["invented"] += sum(number not in known for number in by_number)
    for truth in page.truth.rows:
        count.update(_judged(truth, by_number.get(truth.number), outcome))
    count["noted"] += bool(outcome.notes)
    return count


def _judged(truth: RowTruth, row: Row | None, outcome: SheetPage) -> list[str]:
    if row is None:
        return ["silent"] if not outcome.notes else []
    said = ["found"]
    right = (row.status is Status.SIGNED) == truth.counts and (row.status is Status.BLANK) == (
        not truth.filled
    )
    if row.status is Status.DOUBTFUL:
        return [*said, "doubtful"]
    if right or truth.ambiguous:
        return [*said, "right"]
    return [*said, "told" if row.review or outcome.notes else "silent"]


def main(arguments: Sequence[str]) -> None:
    """Print one line per kind of wear, with and without marks."""
    sheets = int(arguments[0]) if arguments else 12
    heads = ("sheets", "failed", "rows found", "right", "doubtful", "silent", "noted")
    print(f"{'':17}" + "".join(f"{head:>11}" for head in heads))
    with ProcessPoolExecutor(2) as pool:
        for kind in KINDS:
            for marked in (False, True):
                jobs = [(kind, 700 + seed, marked) for seed in range(sheets)]
                total = sum(pool.map(measure, jobs), Counter[str]())
                rows = total["rows"]
                shares = (total["found"] / rows, total["right"] / rows, total["doubtful"] / rows)
                print(
                    f"{kind:8}{'marked' if marked else 'plain':9}{total['sheets']:11}{total['failed']:11}"
                    + "".join(f"{share:11.3f}" for share in shares)
                    + f"{total['silent']:11}{total['noted']:11}",
                    flush=True,
                )


if __name__ == "__main__":
    main(sys.argv[1:])
