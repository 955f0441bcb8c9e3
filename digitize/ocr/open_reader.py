"""Open a recognition engine by its name."""

from pathlib import Path

from digitize.ocr.engines import Reader

READERS = ("rapid", "tesseract")  # engines for the handwriting
PRINT = "print"  # the engine for titles, headers and row numbers


def open_reader(name: str, model: Path | None = None) -> Reader:
    """Return the engine called `name`, one of READERS or PRINT; `model` replaces the network of "rapid".

    An engine is imported when it is opened because each takes a while to load.  Raises
    MissingProgram (tesseract) or ReaderFailed (a model that cannot be used).
    """
    if name in ("rapid", PRINT):
        from digitize.ocr.ppocr import HANDWRITING_MODEL, PRINT_MODEL, RapidReader  # noqa: PLC0415

        return RapidReader(PRINT_MODEL if name == PRINT else model or HANDWRITING_MODEL)
    if name == "tesseract":
        from digitize.ocr.tesseract import TesseractReader  # noqa: PLC0415

        return TesseractReader()
    raise ValueError(f'There is no reader called "{name}"; known are {", ".join(READERS)}.')
