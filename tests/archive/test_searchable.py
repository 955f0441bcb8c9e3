"""Searchable copies look like the scans, are found by what is printed and written, and are PDF/A."""

import io
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader

from digitize.archive.searchable import PageText, SearchableCopy, Word, searchable_copy
from digitize.geometry import Box
from samples.synthetic import ACAT, Mode, Paper, SyntheticPage, make_page, random_fill
from samples.synthetic.scan_files import save_png

AT = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
HAND = Word("Müller Ada\nLœtschenstr. 3", Box(400.0, 900.0, 900.0, 980.0))
NAMESPACES = {
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
}


def filled(paper: Paper) -> SyntheticPage:
    return make_page(ACAT[0], random_fill(ACAT[0], 3), paper, 3)


def copy_of(folder: Path, paper: Paper, known: PageText) -> tuple[SearchableCopy, Path]:
    scan = folder / "scan.png"
    save_png(scan, filled(paper))
    made = searchable_copy(scan, 1, {1: known}, 'Scan <1> & "2".png', AT)
    path = folder / "copy.pdf"
    path.write_bytes(made.data)
    return made, path


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_of(tmp_path_factory.mktemp("copy"), Paper(dpi=200.0), PageText(0, (HAND,)))[1]


def poppler(program: str, *arguments: object) -> str:
    return subprocess.run([program, *map(str, arguments)], check=True, capture_output=True, text=True).stdout


def test_print_and_handwriting_are_found(pdf: Path) -> None:
    text = poppler("pdftotext", "-raw", pdf, "-")  # in the order of the file: other words lie beside these
    assert "Minister" in text and "Signature" in text
    assert "Müller Ada" in text and "Lœtschenstr. 3" in text


def test_the_handwriting_is_where_it_was_written(pdf: Path) -> None:
    page = poppler("pdftotext", "-bbox", pdf, "-")
    line = next(line for line in page.splitlines() if "Müller" in line)
    left, top = (float(line.split(f'{name}="')[1].split('"')[0]) for name in ("xMin", "yMin"))
    assert left == pytest.approx(400 * 72 / 200, abs=2) and top == pytest.approx(900 * 72 / 200, abs=8)


def test_nothing_of_the_text_is_seen(tmp_path: Path) -> None:
    with_text = copy_of(tmp_path, Paper(dpi=100.0), PageText(0, (HAND,)))[1].read_bytes()
    without = copy_of(tmp_path, Paper(dpi=100.0), PageText())[1].read_bytes()
    shown = []
    for name, data in (("a", with_text), ("b", without)):
        (tmp_path / f"{name}.pdf").write_bytes(data)
        poppler("pdftoppm", "-r", 50, "-gray", "-singlefile", tmp_path / f"{name}.pdf", tmp_path / name)
        shown.append(np.array(Image.open(tmp_path / f"{name}.pgm")))
    assert (shown[0] == shown[1]).all()


@pytest.mark.parametrize("turn_deg", [90, 180, 270])
def test_pages_stand_upright_with_their_text(turn_deg: int, tmp_path: Path) -> None:
    paper = Paper(dpi=150.0, rotation_deg=turn_deg)
    upright = make_page(ACAT[0], (), replace(paper, rotation_deg=0), 3)
    height, width = upright.pixels.shape[:2]
    left, top, right, low = 300.0, 600.0, 700.0, 660.0
    turned = {  # where that lies on the scan, which was turned clockwise
        90: Box(height - low, left, height - top, right),
        180: Box(width - right, height - low, width - left, height - top),
        270: Box(top, width - right, low, width - left),
    }[turn_deg]
    _, path = copy_of(tmp_path, paper, PageText(turn_deg, (Word("Zwyssig", turned),)))
    page = PdfReader(path).pages[0]
    assert page.mediabox.height > page.mediabox.width
    assert "Minister" in poppler("pdftotext", path, "-")
    line = next(line for line in poppler("pdftotext", "-bbox", path, "-").splitlines() if "Zwyssig" in line)
    at = [float(line.split(f'{name}="')[1].split('"')[0]) for name in ("xMin", "yMin")]
    assert at == pytest.approx([left * 72 / 150, top * 72 / 150], abs=9)


def test_it_is_what_pdf_a_2b_asks_for(pdf: Path) -> None:
    reader = PdfReader(pdf)
    assert pdf.read_bytes().startswith(b"%PDF-1.7")
    assert not reader.is_encrypted and len(reader.trailer["/ID"]) == 2
    root = reader.root_object
    intent = root["/OutputIntents"][0].get_object()
    assert intent["/S"] == "/GTS_PDFA1"
    profile = intent["/DestOutputProfile"].get_object()
    assert profile["/N"] == 3 and profile.get_data()[36:40] == b"acsp"
    xmp = ElementTree.fromstring(root["/Metadata"].get_object().get_data())
    told = {name: xmp.find(f".//{name}", NAMESPACES) for name in ("pdfaid:part", "pdfaid:conformance")}
    assert {name: element.text for name, element in told.items() if element is not None} == {
        "pdfaid:part": "2",
        "pdfaid:conformance": "B",
    }
    # What the metadata say twice they say alike.
    assert reader.metadata is not None
    title = "".join(xmp.find(".//dc:title", NAMESPACES).itertext()).strip()  # type: ignore[union-attr]
    assert title == reader.metadata.title == 'Scan <1> & "2".png'
    assert xmp.find(".//xmp:CreateDate", NAMESPACES).text == "2026-11-29T12:00:00+00:00"  # type: ignore[union-attr]
    assert reader.metadata.creation_date == AT
    fonts = poppler("pdffonts", pdf).splitlines()[2:]
    assert fonts and all(line.split()[-5] == "yes" for line in fonts)
    for page in reader.pages:
        assert not {"/AA", "/Annots", "/Group"} & set(page)
        for image in page["/Resources"]["/XObject"].values():
            assert not {"/Interpolate", "/Alternates", "/OPI", "/SMask"} & set(image.get_object())
            assert image.get_object()["/ColorSpace"] in ("/DeviceGray", "/DeviceRGB")


@pytest.mark.parametrize(
    ("paper", "space", "bits"),
    [
        (Paper(dpi=100.0), "/DeviceGray", 8),
        (Paper(dpi=100.0, mode=Mode.COLOUR), "/DeviceRGB", 8),
        (Paper(dpi=150.0, mode=Mode.BITONAL), "/DeviceGray", 1),
    ],
)
def test_the_picture_is_that_of_the_scan(paper: Paper, space: str, bits: int, tmp_path: Path) -> None:
    _, path = copy_of(tmp_path, paper, PageText())
    page = filled(paper)
    image = PdfReader(path).pages[0]["/Resources"]["/XObject"]["/Im0"].get_object()
    assert (image["/ColorSpace"], image["/BitsPerComponent"]) == (space, bits)
    shown = np.array(Image.open(io.BytesIO(PdfReader(path).pages[0].images[0].data)).convert("L"), int)
    rgb = page.pixels[..., ::-1] if page.pixels.ndim == 3 else page.pixels
    truth = np.array(Image.fromarray(rgb).convert("L"), int)
    assert shown.shape == truth.shape and np.abs(shown - truth).mean() < 4


def test_pages_that_cannot_be_decoded_are_told(tmp_path: Path) -> None:
    scan = tmp_path / "scan.png"
    save_png(scan, make_page(ACAT[0], (), Paper(dpi=100.0), 3))
    made = searchable_copy(scan, 2, {}, "scan", AT)
    assert made.lost == (2,) and len(PdfReader(io.BytesIO(made.data)).pages) == 1
    scan.write_bytes(scan.read_bytes()[:500])
    made = searchable_copy(scan, 1, {}, "scan", AT)
    assert (made.data, made.lost) == (b"", (1,))
