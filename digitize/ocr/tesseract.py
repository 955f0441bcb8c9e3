"""The Tesseract engine, an alternative to the built-in recogniser."""

import os
import subprocess

import numpy as np
import pytesseract

from digitize import images
from digitize.errors import MissingProgram, ReaderFailed
from digitize.images import Pixels
from digitize.ocr.engines import Line

LANGUAGES = ("deu", "fra", "ita", "eng")
SINGLE_LINE = ("--psm", "7")
LINE_MAX_S = 60.0  # a line takes 0.1 s
CONFIDENCE_FIELD, TEXT_FIELD = 10, 11  # of a line of its output
MARGIN_PX = 10  # tesseract misses letters that touch the border of the picture
LEAST_CONTRAST = 40  # grey levels; on blank paper tesseract finds letters in the noise
PACKAGES = "tesseract-ocr " + " ".join(f"tesseract-ocr-{language}" for language in LANGUAGES)


class TesseractReader:
    """Read lines with the tesseract program, one single-threaded process per line.

    Raises MissingProgram if tesseract or one of its languages is not installed.
    """

    def __init__(self) -> None:
        os.environ["OMP_THREAD_LIMIT"] = "1"  # inherited by the program; pages are processed in parallel
        try:
            version = pytesseract.get_tesseract_version()
            installed = set(pytesseract.get_languages(config=""))
        except (pytesseract.TesseractNotFoundError, subprocess.SubprocessError, OSError) as error:
            raise MissingProgram(
                f"tesseract is not installed; on Debian or Ubuntu: apt install {PACKAGES}."
            ) from error
        missing = [language for language in LANGUAGES if language not in installed]
        if missing:
            packages = " ".join(f"tesseract-ocr-{language}" for language in missing)
            raise MissingProgram(
                f"tesseract lacks the language {', '.join(missing)}; "
                f"on Debian or Ubuntu: apt install {packages}."
            )
        self._name = f"tesseract {version} {'+'.join(LANGUAGES)}"

    @property
    def name(self) -> str:
        return self._name

    def read_line(self, crop: Pixels) -> Line:
        """See `digitize.ocr.engines.Reader`; there are no `log_probs`."""
        if not crop.size or int(crop.max()) - int(crop.min()) < LEAST_CONTRAST:
            return Line("", 0.0)
        output = self._run(images.encode(np.pad(crop, MARGIN_PX, constant_values=255), ".png"))
        fields = [line.split("\t") for line in output.splitlines()[1:]]
        words = [
            (values[TEXT_FIELD].strip(), float(values[CONFIDENCE_FIELD]) / 100)
            for values in fields
            if len(values) > TEXT_FIELD and values[TEXT_FIELD].strip()
        ]
        confidence = float(np.mean([share for _, share in words])) if words else 0.0
        return Line(" ".join(text for text, _ in words), min(max(confidence, 0.0), 1.0))

    def _run(self, picture: bytes) -> str:
        """Return the words that tesseract finds, as tab-separated lines.

        Through pipes: pytesseract leaves pictures of lines in the temporary folder when it is killed.
        """
        program = pytesseract.pytesseract.tesseract_cmd
        arguments = ["stdin", "stdout", "-l", "+".join(LANGUAGES), *SINGLE_LINE, "tsv"]
        try:
            done = subprocess.run(
                [program, *arguments], input=picture, capture_output=True, check=True, timeout=LINE_MAX_S
            )
        except (subprocess.SubprocessError, OSError) as error:
            raise ReaderFailed("tesseract broke down; run the page again or report it.") from error
        return done.stdout.decode("utf-8", "replace")
