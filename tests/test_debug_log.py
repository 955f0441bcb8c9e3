"""The debug log keeps types and places of errors, and drops their messages."""

import logging
from collections.abc import Iterator
from multiprocessing import get_context
from pathlib import Path

import pytest

from digitize import debug_log
from digitize.errors import BadForm

LINES = 200  # per process: enough for writes to overlap


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    with debug_log.writing_to(tmp_path / "digitize.log") as handler:
        yield handler.path


def raised(error: Exception, cause: Exception | None = None) -> Exception:
    try:
        try:
            if cause is not None:
                raise cause
        finally:
            raise error
    except Exception as caught:
        return caught


def test_the_message_of_an_error_and_of_its_cause_are_left_out() -> None:
    text = debug_log.describe(raised(ValueError("Ada"), KeyError("Muster")))
    names = [line for line in text.splitlines() if not line.startswith(("Traceback", "  "))]
    assert names == ["KeyError", "ValueError"]
    assert f"  {__name__}:" in text
    assert "Ada" not in text and "Muster" not in text


def test_own_messages_are_kept_because_they_never_quote_a_sheet() -> None:
    assert debug_log.describe(BadForm("my.toml: no name.")).endswith("BadForm: my.toml: no name.")


def test_an_error_of_the_system_is_named_by_its_number() -> None:
    assert debug_log.describe(OSError(28, "Ada Muster")).endswith("OSError: No space left on device")


def test_a_cycle_of_causes_ends() -> None:
    first, second = ValueError(), KeyError()
    first.__cause__, second.__cause__ = second, first
    assert debug_log.describe(first).count("Traceback") == 2


def test_exc_info_is_written_without_its_message(log: Path) -> None:
    logger = logging.getLogger("digitize.test")
    try:
        raise ValueError("Ada Muster")
    except ValueError:
        logger.exception("it failed")
    text = log.read_text()
    assert "ERROR digitize.test: it failed\nTraceback" in text
    assert text.endswith("\nValueError\n")


def test_an_error_that_ends_the_block_is_logged(tmp_path: Path) -> None:
    path = tmp_path / "digitize.log"
    with pytest.raises(ValueError), debug_log.writing_to(path):
        raise ValueError("Ada Muster")
    assert path.read_text().endswith("\nValueError\n")
    assert debug_log.current() is None


def test_nothing_is_logged_after_the_block(tmp_path: Path) -> None:
    with debug_log.writing_to(tmp_path / "digitize.log") as handler:
        assert debug_log.current() == handler.path
    before = handler.path.read_bytes()
    logging.getLogger("digitize.test").error("late")
    assert handler.path.read_bytes() == before


def test_records_wait_for_their_folder(tmp_path: Path) -> None:
    logger = logging.getLogger("digitize.test")
    with debug_log.writing_to(tmp_path / "out" / "digitize.log") as handler:
        logger.info("early")
        assert not (tmp_path / "out").exists()
        (tmp_path / "out").mkdir()
        logger.info("late")
    text = handler.path.read_text()
    assert text.index("early") < text.index("late")


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "digitize.log").mkdir()
    with debug_log.writing_to(tmp_path / "digitize.log"):
        logging.getLogger("digitize.test").error("it failed")


def write_lines(path: Path, word: str) -> None:
    with debug_log.in_worker(path):
        for _ in range(LINES):
            logging.getLogger("digitize.test").info(word * 50)


def test_records_of_several_processes_do_not_mix(tmp_path: Path) -> None:
    path, context = tmp_path / "digitize.log", get_context("spawn")
    processes = [context.Process(target=write_lines, args=(path, word)) for word in ("ab", "cd")]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    texts = [line.rsplit(" ", 1)[-1] for line in path.read_text().splitlines() if "digitize.test" in line]
    assert sorted(texts) == ["ab" * 50] * LINES + ["cd" * 50] * LINES


def test_a_library_prints_nothing_by_itself(capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("digitize.test").error("it failed")
    assert capsys.readouterr() == ("", "")
