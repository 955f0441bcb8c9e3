"""Test doubles for pipeline and tables, imported by name in the process of a run."""

import os
import signal
import time
from functools import partial
from pathlib import Path

from digitize import batch
from digitize.campaign.store import Campaign
from digitize.errors import SumsDiffer
from digitize.page.pipeline import Settings
from digitize.records import Digitized, Failure, PageId
from digitize.tally.publish import finish
from tests.page import pipeline_doubles
from tests.page.pipeline_doubles import count_pages

PAGE_S = 0.15
TRACE = "pages-done"  # beside the campaign's folder: one line per page that was digitized


def nothing(_campaign: Campaign) -> None:
    """No tables."""


def kill_parent(_campaign: Campaign) -> None:
    """Kill the watcher while the tables are written."""
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(3600)


def fault(_campaign: Campaign) -> None:
    """Raise an internal error whose message quotes a cell."""
    raise KeyError("Ada Muster")


def differ(_campaign: Campaign) -> None:
    raise SumsDiffer("The tables disagree.")


def fault_once(campaign: Campaign) -> None:
    """Fail to write the tables the first time."""
    mark = campaign.folder.with_name("tried")
    if not mark.exists():
        mark.touch()
        fault(campaign)
    finish(campaign)


def traced(file: str, page: int, settings: Settings) -> Digitized:
    """Digitize slowly and record the page in the trace file."""
    time.sleep(PAGE_S)
    with trace_of(file).open("a") as lines:
        lines.write(f"{Path(file).name} {page}\n")
    return pipeline_doubles.digitize(file, page, settings)


def trace_of(file: str) -> Path:
    """Return the trace file next to the campaign, which is two folders above a scan."""
    return Path(file).parent.parent.parent / TRACE


def all_fail(file: str, page: int, _settings: Settings) -> Digitized:
    return Digitized(Failure(PageId(file, page), "grid", "unusable", "Cut off."))


def die(_file: str, _page: int, _settings: Settings) -> Digitized:
    """Kill this process: without workers that of the run."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def die_once(file: str, page: int, settings: Settings) -> Digitized:
    mark = trace_of(file).with_name("died")
    if page == 2 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return traced(file, page, settings)


def quote(_file: str, _page: int, _settings: Settings) -> Digitized:
    raise RuntimeError("Ada Muster")


RUN = partial(batch.run, digitize_file=traced, count_pages=count_pages)
FAIL_PAGE_2 = partial(batch.run, digitize_file=pipeline_doubles.fail, count_pages=count_pages)
FAIL_ALL = partial(batch.run, digitize_file=all_fail, count_pages=count_pages)
DIE = partial(batch.run, digitize_file=die, count_pages=count_pages)
DIE_ONCE = partial(batch.run, digitize_file=die_once, count_pages=count_pages)
QUOTE = partial(batch.run, digitize_file=quote, count_pages=count_pages)
