"""Helpers to drop scans into a campaign folder and check what became of them."""

import time
from collections.abc import Callable
from pathlib import Path

from digitize.campaign.store import open_campaign
from digitize.campaign.store.scan_folders import DONE, FAILED, INBOX, SCANS, TAKEN
from digitize.campaign.store.watch_progress import Progress, Work
from digitize.inbox import Inbox
from digitize.page.pipeline import Settings
from digitize.records import Failure
from tests.inbox import doubles

PATIENCE_S = 30.0
SETTLED_S = 0.3


def drop(folder: Path, name: str, content: str = "1") -> Path:
    """Write a scan to the inbox; the number at the start of its content is its page count."""
    path = folder / INBOX / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


def watcher(folder: Path, **how: object) -> Inbox:
    given = {"after": doubles.nothing, "run": doubles.RUN, "settled_s": SETTLED_S} | how
    return Inbox(folder, Settings(), 0, **given)  # type: ignore[arg-type]


def work_off(inbox: Inbox, until: Callable[[Progress], bool] | None = None) -> list[Progress]:
    """Step until nothing is left, the inbox stops or `until` holds; return the progress reports."""
    told: list[Progress] = []
    end_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < end_s:
        told.append(inbox.step())
        if until(told[-1]) if until else told[-1].work is Work.STOPPED or not inbox.waits:
            return told
        time.sleep(0.05)
    raise AssertionError(f"not finished in time: {told[-1]}")


def lying(folder: Path) -> dict[str, list[str]]:
    """Return the file names in each folder that is not empty."""
    found = {place: sorted(p.name for p in (folder / place).rglob("*") if p.is_file()) for place in PLACES}
    return {place: names for place, names in found.items() if names}


PLACES = (INBOX, *TAKEN)


def stored(folder: Path) -> list[tuple[str, int, str]]:
    """Return (path, page, kind) of every stored page, checking that its file is there unchanged."""
    with open_campaign(folder) as campaign:
        found = []
        sizes = {entry.path: entry.size_bytes for entry in campaign.inputs.all()}
        for outcome in campaign.pages.outcomes():
            path = Path(outcome.id.file)
            assert path.stat().st_size == sizes[outcome.id.file]
            kind = outcome.kind if isinstance(outcome, Failure) else outcome.kind.value
            found.append((path.relative_to(folder).as_posix(), outcome.id.page, kind))
        return sorted(found)


def pages(name: str, count: int, place: str = DONE) -> list[tuple[str, int, str]]:
    return [(f"{place}/{name}", page + 1, "list") for page in range(count)]


__all__ = ["DONE", "FAILED", "INBOX", "SCANS", "drop", "lying", "pages", "stored", "watcher", "work_off"]
