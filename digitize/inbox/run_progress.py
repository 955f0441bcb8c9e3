"""Progress of a run, derived from the messages it sends."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

from digitize.inbox.run_process import Ended, FileStored, Message, PagesStored, PageStored, Run, Started


class TrackedRun:
    """A run and its progress so far."""

    def __init__(self, run: Run, clock: Callable[[], float]) -> None:
        self.run = run
        self._clock = clock
        self._started_s = clock()
        self.pages = self.done = 0
        self.of_file: Counter[str] = Counter()  # finished pages per file
        self.finishing = False
        self.ended: Ended | None = None

    def update(self) -> list[Path]:
        """Process new messages; return the scans whose pages have all been stored."""
        stored = []
        for message in self.run.messages():
            self._process(message)
            if isinstance(message, FileStored):
                stored.append(Path(message.file))
        return stored

    def _process(self, message: Message) -> None:
        match message:
            case Started(pages):
                self.pages, self._started_s = pages, self._clock()
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
        """Return the estimated time left from the pace so far, or None before the first page."""
        if not self.done:
            return None
        return (self._clock() - self._started_s) / self.done * (self.pages - self.done)
