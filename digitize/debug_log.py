"""The debug log: what went wrong and where, without a word from a sheet.

Modules log to `logging.getLogger(__name__)` as usual.  Nothing is printed or written unless a program that
imports digitize configures logging, or a log file is asked for with `--debug` or DIGITIZE_DEBUG=1.

The message of an exception may quote a cell, so it must not reach any log.  `describe` gives types and stack
frames only (module, line, function; no source lines, no values), and the messages of DigitizeError, which
never contain text from a scan.  Log an exception as `_log.error("...: %s", describe(error))`, not with
`exc_info`: handlers of other programs would write the message.
"""

import faulthandler
import logging
import os
import platform
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from digitize.errors import DigitizeError

FILE_NAME = "digitize.log"
VARIABLE = "DIGITIZE_DEBUG"  # environment variable
_TRUE = ("1", "true", "yes", "on")
_PRIVATE = 0o600  # file names may say something about people

_log = logging.getLogger(__name__)
_package = logging.getLogger("digitize")
_package.addHandler(logging.NullHandler())  # a library prints nothing of its own accord
_formatter = logging.Formatter()


def place(error: BaseException) -> str:
    """Return type and line of an exception, such as "ValueError in numbering.py, line 12"."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "digitize" in Path(frame.filename).parts] or list(frames)
    where = f" in {Path(ours[-1].filename).name}, line {ours[-1].lineno}" if ours else ""
    return f"{type(error).__name__}{where}"


def describe(error: BaseException) -> str:
    """Return types and stack frames of an exception and of its causes, the first cause first."""
    chain = [error]
    while (cause := _cause(chain[-1])) is not None and cause not in chain:
        chain.append(cause)
    return "\n".join(line for link in reversed(chain) for line in _lines(link))


def _cause(error: BaseException) -> BaseException | None:
    return error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _lines(error: BaseException) -> Iterator[str]:
    yield "Traceback (most recent call last):"
    for frame, line in traceback.walk_tb(error.__traceback__):
        yield f"  {frame.f_globals.get('__name__', '?')}:{line} in {frame.f_code.co_name}"
    name = type(error).__name__
    if isinstance(error, DigitizeError):
        yield f"{name}: {error}"
    elif isinstance(error, OSError) and error.errno is not None:
        yield f"{name}: {os.strerror(error.errno)}"  # not the message, which may be anything
    else:
        yield name


class DebugLog(logging.Handler):
    """Appends records to a file that several processes may share.

    Every record is one write to a file opened for appending, so records of different processes do not mix.
    The file is created once its folder exists; if that does not happen before `close`, in the current folder.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = Path(os.path.abspath(path))  # noqa: PTH100 (keeps links)
        self._file: int | None = None
        self._pending: list[bytes] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record; a full disk must not stop a run through its log, so errors are ignored."""
        self._pending.append(f"{_format(record)}\n".encode("utf-8", "replace"))
        if self._file is not None or self.path.parent.is_dir():
            self._write()

    def close(self) -> None:
        if self._pending and self._file is None:
            if not self.path.parent.is_dir():
                self.path = Path.cwd() / FILE_NAME
            self._write()
        if self._file is not None:
            os.close(self._file)
            self._file = None
        super().close()

    def catch_crashes(self) -> None:
        """Also write the stack of this process when it crashes in a library (a segmentation fault)."""
        if self._file is not None:
            faulthandler.enable(self._file)

    def _write(self) -> None:
        try:
            if self._file is None:
                self._file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, _PRIVATE)
            while self._pending:
                os.write(self._file, self._pending.pop(0))
        except OSError:
            self._pending.clear()


def _format(record: logging.LogRecord) -> str:
    """Return the record in one line; unlike logging.Formatter, never with the message of an exception."""
    time = _formatter.formatTime(record)
    text = f"{time} {record.process} {record.levelname} {record.name}: {record.getMessage()}"
    error = record.exc_info[1] if record.exc_info else None
    return text if error is None else f"{text}\n{describe(error)}"


def is_requested() -> bool:
    """Return whether the environment asks for a log."""
    return os.environ.get(VARIABLE, "").strip().lower() in _TRUE


def current() -> Path | None:
    """Return the path of the log that is being written, None if there is none."""
    return next((handler.path for handler in _package.handlers if isinstance(handler, DebugLog)), None)


@contextmanager
def writing_to(path: Path) -> Iterator[DebugLog]:
    """Write a log for the length of the block, an exception that ends it included."""
    log, level = DebugLog(path), _package.level
    _package.addHandler(log)
    _package.setLevel(logging.DEBUG)
    try:
        _log.info("Python %s on %s", platform.python_version(), platform.system())
        yield log
    except Exception as error:
        _log.error("stopped by %s", describe(error))
        raise
    finally:
        _package.setLevel(level)
        _package.removeHandler(log)
        log.close()


@contextmanager
def writing_if_requested(folder: Path) -> Iterator[None]:
    """Write a log for the length of the block if the environment asks for one and none is open."""
    if current() is not None or not is_requested():
        yield
        return
    with writing_to(folder / FILE_NAME):
        yield


@contextmanager
def in_worker(path: Path | None) -> Iterator[None]:
    """Write to the log of the parent process, None if it writes none; crashes are logged too."""
    if path is None:
        yield
        return
    with writing_to(path) as log:
        log.catch_crashes()
        yield
