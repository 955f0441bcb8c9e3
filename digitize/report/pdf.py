"""Turn a report into a PDF with WeasyPrint, without network, typefaces of the system or files left behind."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from digitize.errors import MissingProgram
from digitize.report.drawing import EXTRA_MISSING

LIBRARIES_MISSING = (
    "The library pango is missing, which makes PDFs: apt install libpango-1.0-0 libpangoft2-1.0-0 "
    "libharfbuzz-subset0; or ask for the report as html."
)


PX_PER_MM = 96 / 25.4  # of CSS


def as_pdf(html: str) -> bytes:
    """Return an HTML page as a tagged PDF.  Raises MissingProgram if WeasyPrint or pango is not installed.

    Only the typefaces of matplotlib are used, so that the result is the same on every machine.
    """
    with _laid_out(html) as document:
        written = document.write_pdf(pdf_tags=True)
    assert isinstance(written, bytes)
    return written


def place_mm(html: str, name: str) -> tuple[int, float]:
    """Return page (from 1) and distance from its top (mm) of the element with this id."""
    with _laid_out(html) as document:
        for number, page in enumerate(document.pages, 1):
            if name in page.anchors:
                return number, page.anchors[name][1] / PX_PER_MM
    raise ValueError(name)


@contextmanager
def _laid_out(html: str) -> Iterator[Any]:
    """Lay an HTML page out on paper."""
    with _own_typefaces():
        try:
            from weasyprint import HTML  # noqa: PLC0415 (slow, and an extra)
            from weasyprint.urls import URLFetcher  # noqa: PLC0415
        except ImportError as error:
            raise MissingProgram(EXTRA_MISSING) from error
        except OSError as error:  # from the loader of shared libraries
            raise MissingProgram(LIBRARIES_MISSING) from error
        yield HTML(string=html, url_fetcher=URLFetcher(allowed_protocols=())).render()


@contextmanager
def _own_typefaces() -> Iterator[None]:
    """Have fontconfig know the typefaces of matplotlib only, and keep its cache in a temporary folder."""
    matplotlib = find_spec("matplotlib")  # an import would leave files in the home folder
    if matplotlib is None or matplotlib.origin is None:
        raise MissingProgram(EXTRA_MISSING)
    typefaces = Path(matplotlib.origin).parent / "mpl-data" / "fonts" / "ttf"
    before = os.environ.get("FONTCONFIG_FILE")
    with tempfile.TemporaryDirectory(prefix="digitize-") as folder:
        settings = Path(folder) / "fonts.conf"
        settings.write_text(
            '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
            f"<dir>{escape(str(typefaces))}</dir><cachedir>{escape(folder)}</cachedir></fontconfig>",
            encoding="utf-8",
        )
        os.environ["FONTCONFIG_FILE"] = str(settings)
        try:
            yield
        finally:
            if before is None:
                del os.environ["FONTCONFIG_FILE"]
            else:
                os.environ["FONTCONFIG_FILE"] = before
