"""Make the files in this folder: `python -m samples.make [FOLDER]`.

The same version writes the same files.  Their names describe the kind of file and reveal nothing about the
rows on it.
"""

import sys
from pathlib import Path

from samples.synthetic import (
    ACAT,
    DESIGNS,
    NO_TABLE,
    Extras,
    Habits,
    Mode,
    Paper,
    Photo,
    SyntheticPage,
    blank_back,
    make_page,
    random_fill,
)
from samples.synthetic.scan_files import save_pdf, save_photo, save_png, save_tiff
from samples.synthetic.truth_table import truth_lines, write_truth

OFFICE = Paper(noise=1.6, jpeg_quality=70, dust=12)


def acat_sheet() -> list[SyntheticPage]:
    """Make a complete sheet, letter and list, as scanned with a feeder."""
    letter, listing = ACAT
    return [
        make_page(
            letter,
            random_fill(letter, 21, 1.0, Habits(missing=0, struck=0, joint=0)),
            OFFICE,
            21,
            Extras(date="12. Nov."),
        ),
        make_page(listing, random_fill(listing, 633, 0.75), OFFICE, 22),
    ]


def batch() -> list[SyntheticPage]:
    """Make a stack of sheets with blank backs; some pages are upside down, on their side or out of order."""
    letter, listing = ACAT
    folded = Paper(skew_deg=-0.8, folds=2, dust=10, bleed=0.06)
    upside_down = Paper(skew_deg=0.6, rotation_deg=180, dust=15)
    skewed = Paper(skew_deg=1.3, noise=2.5, dust=25, holes=2, bed=0.8)
    lying = Paper(rotation_deg=90, dust=20, staple=True)
    faint = Paper(toner=0.7, noise=3, stamps=("beside",))
    return [
        make_page(letter, random_fill(letter, 31, 1.0), folded, 31),
        make_page(listing, random_fill(listing, 32, 0.4), upside_down, 32),
        make_page(letter, random_fill(letter, 33, 0.67), skewed, 33),
        blank_back(OFFICE, 34),
        make_page(listing, random_fill(listing, 35, 1.0), lying, 35),
        make_page(letter, random_fill(letter, 36, 0.34), faint, 36),
        blank_back(Paper(dust=20, noise=2), 37),
    ]


def bitonal() -> list[SyntheticPage]:
    """Make both pages of a sheet in black and white."""
    paper = Paper(mode=Mode.BITONAL, skew_deg=-1.1, noise=2.5, dust=30, streak=True)
    return [make_page(page, random_fill(page, 41, 0.6), paper, 41 + i) for i, page in enumerate(ACAT)]


def photo() -> list[SyntheticPage]:
    """Make a phone picture of a list."""
    paper = Paper(
        dpi=200.0,
        mode=Mode.COLOUR,
        skew_deg=1.5,
        noise=2.0,
        blur_px=0.6,
        uneven=0.12,
        photo=Photo(tilt=0.03, curl_mm=0.6, shadow=0.2),
    )
    return [make_page(ACAT[1], random_fill(ACAT[1], 51, 0.5), paper, 51)]


def empty_form() -> list[SyntheticPage]:
    """Make a list that nobody has signed."""
    return [make_page(ACAT[1], (), Paper(dpi=150.0, noise=0), 61)]


def no_table() -> list[SyntheticPage]:
    """Make a letter without a table."""
    return [make_page(NO_TABLE, (), Paper(dpi=150.0, noise=0), 71)]


def look_alike(form: str, seed: int, paper: Paper) -> list[SyntheticPage]:
    """Make a page of another petition."""
    design = DESIGNS[form][0]
    return [make_page(design, random_fill(design, seed, 0.75), paper, seed)]


def main(folder: Path) -> None:
    """Write all samples and truth.csv to `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    colour = Paper(mode=Mode.COLOUR, skew_deg=0.7, noise=1.5, dust=15)
    plan: list[tuple[str, list[SyntheticPage], str]] = [
        ("acat-sheet.pdf", acat_sheet(), "clean"),
        ("batch.pdf", batch(), "office"),
        ("list-bitonal.tif", bitonal(), "office"),
        ("photo.jpg", photo(), "photo"),
        ("empty-form.png", empty_form(), "clean"),
        ("no-table.png", no_table(), "clean"),
        ("other-fr.pdf", look_alike("fr-plain", 81, colour), "office"),
        ("other-de.pdf", look_alike("de-wide", 91, OFFICE), "office"),
    ]
    lines: list[dict[str, str]] = []
    for name, pages, difficulty in plan:
        _save(folder / name, pages)
        for number, page in enumerate(pages, start=1):
            lines += truth_lines(name, number, page.truth, difficulty)
    write_truth(folder / "truth.csv", lines)


def _save(path: Path, pages: list[SyntheticPage]) -> None:
    match path.suffix:
        case ".pdf":
            save_pdf(path, pages)
        case ".tif":
            save_tiff(path, pages)
        case ".jpg":
            save_photo(path, pages[0])
        case _:
            save_png(path, pages[0])


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
