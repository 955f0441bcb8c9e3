"""How far a run has come, by what it has told."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

from digitize.inbox.run_process import Begun, Ended, FileStored, Message, PagesStored, PageStored, Run


class Tracked:
    """A run and what it has told so far."""

    def __init__(self, run: Run, clock: Callable[[], float]) -> None:
        self.run = run
        self._clock = clock
        self._begun_s = clock()
        self.pages = self.done = 0
        self.of_file: Counter[str] = Counter()  # pages finished
        self.finishing = False
        self.ended: Ended | None = None

    def follow(self) -> list[Path]:
        """Hear what the run has told since the last time; returns the scans whose pages are all stored."""
        stored = []
        for message in self.run.messages():
            self._hear(message)
            if isinstance(message, FileStored):
                stored.append(Path(message.file))
        return stored

    def _hear(self, message: Message) -> None:
        match message:
            case Begun(pages):
                self.pages, self._begun_s = pages, self._clock()
            case PageStored(file):
                self.done += 1
                self.of_file[file] += 1
            case PagesStored():
                self.finishing = True
            case Ended():
                self.ended = message
            case FileStored():
                pass

    def seconds_left(self) -> float | None:
        """By the pace so far; None before the first page."""
        if not self.done:
            return None
        return (self._clock() - self._begun_s) / self.done * (self.pages - self.done)
