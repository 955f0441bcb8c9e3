"""Open a recognition engine by its name."""

from pathlib import Path

from digitize.ocr.engines import LEARNED_SUFFIX, Reader, model_mark

READERS = ("rapid", "tesseract")  # engines for the handwriting
PRINT = "print"  # the engine for titles, headers and row numbers


def open_reader(name: str, model: Path | None = None) -> Reader:
    """Return the engine called `name`, one of READERS or PRINT; `model` replaces the network of "rapid",
    or only its last layer if it is a file of `digitize learn`.

    An engine is imported when it is opened because each takes a while to load.  Raises
    MissingProgram (tesseract) or ReaderFailed (a model that cannot be used).
    """
    if name in ("rapid", PRINT):
        from digitize.ocr.ppocr import HANDWRITING_MODEL, PRINT_MODEL, RapidReader  # noqa: PLC0415

        if name == PRINT:
            return RapidReader(PRINT_MODEL)
        if model is not None and model.suffix == LEARNED_SUFFIX:
            from digitize.ocr.last_layer import LastLayer  # noqa: PLC0415

            return RapidReader(HANDWRITING_MODEL, LastLayer.load(model), model_mark(model))
        return RapidReader(model or HANDWRITING_MODEL)
    if name == "tesseract":
        from digitize.ocr.tesseract import TesseractReader  # noqa: PLC0415

        return TesseractReader()
    raise ValueError(f'There is no reader called "{name}"; known are {", ".join(READERS)}.')
