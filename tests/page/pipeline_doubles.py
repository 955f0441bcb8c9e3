"""Test doubles of the pipeline, for what a real page does only by accident.

All are module-level functions of (file, page, settings), because workers import them by name.
Their "scan" is a text file whose words control what happens.
"""

import multiprocessing
import os
import signal
import time
from pathlib import Path
from unittest import mock

from digitize.page import pipeline
from digitize.page.pipeline import Settings
from digitize.records import Digitized, Failure, Note, NoteCode, PageId, Status
from tests.outcomes import row, sheet_page

SLEEP_S = 0.3


def count_pages(path: Path) -> int:
    """The number that the scan begins with."""
    return int(path.read_text().split()[0])


def digitize(file: str, page: int, _settings: Settings) -> Digitized:
    """One signed row on every page."""
    line = row(1, Status.SIGNED, name="Ada Muster", review=page == 1)
    return Digitized(sheet_page(file, page, line), f"{Path(file).name} {page}".encode())


def fail(file: str, page: int, settings: Settings) -> Digitized:
    """Page 2 cannot be processed."""
    if page == 2:
        return Digitized(Failure(PageId(file, page), "grid", "unusable", "Cut off."))
    return digitize(file, page, settings)


def babble(file: str, page: int, settings: Settings) -> Digitized:
    """Prints, then hands back the result of another page, then something that is no result."""
    print("Ada Muster, Dorfstrasse 1")
    os.write(2, b"Ada Muster, Dorfstrasse 1\n")
    if page == 1:
        return digitize(file, 7, settings)
    if page == 2:
        return "Ada Muster"  # type: ignore[return-value]
    if page == 3:
        return Digitized(sheet_page(file, page, row(1, Status.SIGNED, name="\ud800")))
    return digitize(file, page, settings)


def die(file: str, page: int, settings: Settings) -> Digitized:
    """Page 2 ends its process, page 4 is killed as when memory runs out, page 6 raises what it should not."""
    if page == 2:
        os._exit(3)
    if page == 4:
        os.kill(os.getpid(), signal.SIGKILL)
    if page == 6:
        raise RuntimeError("Ada Muster")
    return digitize(file, page, settings)


def die_once(file: str, page: int, settings: Settings) -> Digitized:
    """Page 2 ends its process, but only the first time."""
    trace = Path(file).with_suffix(".died")
    if page == 2 and not trace.exists():
        trace.touch()
        os._exit(3)
    return digitize(file, page, settings)


def hang(file: str, page: int, settings: Settings) -> Digitized:
    """Page 2 never ends, and tells which process that is."""
    if page == 2:
        Path(file).with_suffix(".trace").write_text(f"{os.getpid()}\n")
        time.sleep(3600)
    return digitize(file, page, settings)


def slow(file: str, page: int, settings: Settings) -> Digitized:
    """Every page takes its time and leaves a trace each time it is done."""
    time.sleep(SLEEP_S)
    trace = Path(file).with_suffix(".trace")
    with trace.open("a") as lines:
        lines.write(f"{page} {os.getpid()}\n")
    return digitize(file, page, settings)


def interrupt(file: str, page: int, settings: Settings) -> Digitized:
    """Somebody presses Ctrl-C at page 3."""
    if page == 3:
        raise KeyboardInterrupt
    return digitize(file, page, settings)


def threads(file: str, page: int, _settings: Settings) -> Digitized:
    """Reports the threads its process may use in the note."""
    import cv2  # noqa: PLC0415

    limits = [os.environ.get(name, "-") for name in ("OMP_NUM_THREADS", "OMP_THREAD_LIMIT")]
    return Digitized(
        sheet_page(
            file, page, notes=(Note.of(NoteCode.TEXT, text=f"{cv2.getNumThreads()} {' '.join(limits)}"),)
        )
    )


def forked(file: str, page: int, _settings: Settings) -> Digitized:
    """Reports in the note whether its process was forked from one that knows the recogniser."""
    parent = os.getppid()
    maps = Path(f"/proc/{parent}/maps").read_text()
    found = parent != multiprocessing.parent_process().pid and "openvino" in maps
    return Digitized(sheet_page(file, page, notes=(Note.of(NoteCode.TEXT, text=str(found)),)))


def fault(_file: str, _page: int, _settings: Settings) -> Digitized:
    """A fault of the program itself, whose text quotes a cell."""
    raise RuntimeError("Ada Muster")


def fault_in_page(file: str, page: int, settings: Settings) -> Digitized:
    """An error within the real pipeline, whose message quotes a cell."""
    planted = ValueError("Anna Muster")
    planted.add_note("Anna Muster")
    with mock.patch.object(pipeline, "load_page", side_effect=planted):
        return pipeline.digitize_file(file, page, settings)
