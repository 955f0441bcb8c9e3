"""The errors that a user can do something about.

Each is raised with one sentence (what, where, what to do next) and has the exit code with which
a command ends if it can do no more.  Sentences never contain text read from a scan, so that
names and addresses stay out of every log.
"""

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of every `digitize` command."""

    OK = 0
    PAGES_FAILED = 1  # the run ended, but some pages or files could not be processed
    USAGE = 2  # wrong option or argument (also click's own code for it)
    NO_INPUT = 3  # nothing to do: no scan among the inputs
    MISSING_PROGRAM = 4  # tesseract or poppler is not installed
    BAD_FORM = 5  # the form file cannot be used
    BAD_STORE = 6  # the output folder is no usable campaign
    SUMS_DIFFER = 7  # the sums of pages do not agree: the tally must not be used
    FAULT = 70  # a fault in digitize itself (EX_SOFTWARE of sysexits.h)
    INTERRUPTED = 130  # Ctrl-C; finished pages are kept


class DigitizeError(Exception):
    """Base class of all errors; `kind` is the word stored with a failure and never changes."""

    kind = "error"
    exit_code = ExitCode.PAGES_FAILED


class UnreadableScan(DigitizeError):
    """The file is damaged, empty or not what its name says."""

    kind = "unreadable"


class UnsupportedScan(DigitizeError):
    """Files of this type are not read."""

    kind = "unsupported"


class EncryptedScan(DigitizeError):
    """The PDF needs a password."""

    kind = "encrypted"


class TooLargeScan(DigitizeError):
    """The page or file exceeds a limit on its size."""

    kind = "too-large"


class UnusablePage(DigitizeError):
    """The page was loaded but cannot be processed: it is cut off, blurred, ..."""

    kind = "unusable"


class ReaderFailed(DigitizeError):
    """The recogniser failed on a page."""

    kind = "reader"


class WorkerDied(DigitizeError):
    """A worker process ended while it was processing this page."""

    kind = "worker-died"


class NoInput(DigitizeError):
    """No scan was found among the inputs."""

    kind = "no-input"
    exit_code = ExitCode.NO_INPUT


class MissingProgram(DigitizeError):
    """An external program is not installed."""

    kind = "missing-program"
    exit_code = ExitCode.MISSING_PROGRAM


class BadForm(DigitizeError):
    """A form file is wrong; the sentence names file, key, the value found and the values allowed."""

    kind = "bad-form"
    exit_code = ExitCode.BAD_FORM


class BadStore(DigitizeError):
    """The output folder cannot be used as a campaign."""

    kind = "bad-store"
    exit_code = ExitCode.BAD_STORE


class CampaignBusy(BadStore):
    """Another run is working on the campaign."""

    kind = "busy"


class BadTable(DigitizeError):
    """A CSV table of results or of the truth cannot be read or lacks a column."""

    kind = "bad-table"
    exit_code = ExitCode.USAGE


class SumsDiffer(DigitizeError):
    """The number of pages processed is not the number of pages counted."""

    kind = "sums-differ"
    exit_code = ExitCode.SUMS_DIFFER


class BadDecision(DigitizeError):
    """A decision cannot be stored: its row is gone, or its value is not allowed."""

    kind = "bad-decision"
    exit_code = ExitCode.USAGE
