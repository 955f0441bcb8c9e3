"""Errors that the user can do something about, and the exit codes of the commands.

The message of each error is one sentence: what is wrong, where, and what to do next.  It never contains
text read from a scan, so that names and addresses stay out of every log.
"""

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of every `digitize` command."""

    OK = 0
    PAGES_FAILED = 1  # the run finished, but some pages or files could not be processed
    USAGE = 2  # wrong option or argument (also click's own code for it)
    NO_INPUT = 3  # nothing to do: no scan among the inputs
    MISSING_PROGRAM = 4  # tesseract or poppler is not installed
    BAD_FORM = 5  # the form file cannot be used
    BAD_STORE = 6  # the output folder holds something that is not a usable campaign
    SUMS_DIFFER = 7  # pages in and pages out do not balance: the tally must not be used
    BAD_CLUSTER = 8  # the cluster cannot be used or was lost
    FAULT = 70  # an error in digitize itself (EX_SOFTWARE of sysexits.h)
    INTERRUPTED = 130  # Ctrl-C; finished pages are kept


class DigitizeError(Exception):
    """Base of all errors; `kind` is the stable word that is stored with a failure."""

    kind = "error"
    exit_code = ExitCode.PAGES_FAILED


class UnreadableScan(DigitizeError):
    """The file is damaged, empty or not what its name says."""

    kind = "unreadable"


class UnsupportedScan(DigitizeError):
    """The file has a format that digitize does not read."""

    kind = "unsupported"


class EncryptedScan(DigitizeError):
    """The PDF requires a password."""

    kind = "encrypted"


class TooLargeScan(DigitizeError):
    """The page or file exceeds a size limit."""

    kind = "too-large"


class UnusablePage(DigitizeError):
    """The page was decoded but cannot be processed (truncated, resolution too low, ...)."""

    kind = "unusable"


class TruncatedTable(UnusablePage):
    """The rules of the table run out of the picture, or what looked like them did."""


class ReaderFailed(DigitizeError):
    """The recognition engine failed on a page."""

    kind = "reader"


class WorkerDied(DigitizeError):
    """A worker process ended while it was working on this page."""

    kind = "worker-died"


class BadCluster(DigitizeError):
    """A cluster cannot be reached or was lost, or its workers cannot be used."""

    kind = "cluster"
    exit_code = ExitCode.BAD_CLUSTER


class NoInput(DigitizeError):
    """No scan was found among the inputs."""

    kind = "no-input"
    exit_code = ExitCode.NO_INPUT


class BadSource(NoInput):
    """Scans cannot be fetched from an address."""

    kind = "source"


class MissingProgram(DigitizeError):
    """A program outside Python is not installed."""

    kind = "missing-program"
    exit_code = ExitCode.MISSING_PROGRAM


class BadForm(DigitizeError):
    """A form file is wrong; the message names the file, the key, and what is allowed."""

    kind = "bad-form"
    exit_code = ExitCode.BAD_FORM


class BadSheet(DigitizeError):
    """No sheet can be printed as it is wanted; the message says what does not fit.

    `template` is the sentence before its values were put in, which is what catalogues translate.
    """

    kind = "bad-sheet"
    exit_code = ExitCode.USAGE

    def __init__(self, template: str, **values: str | int) -> None:
        super().__init__(template.format(**values))
        self.template, self.values = template, values


class BadStore(DigitizeError):
    """The output folder cannot be used as a campaign."""

    kind = "bad-store"
    exit_code = ExitCode.BAD_STORE


class CampaignBusy(BadStore):
    """Another run is working on the campaign."""

    kind = "busy"


class CampaignErased(BadStore):
    """The names and pictures of the campaign were erased; nothing can be added or decided."""

    kind = "erased"


class BadTable(DigitizeError):
    """A table of rows, or of what is written on the sheets, cannot be read or lacks a column."""

    kind = "bad-table"
    exit_code = ExitCode.USAGE


class SumsDiffer(DigitizeError):
    """The tables do not account for every page."""

    kind = "sums-differ"
    exit_code = ExitCode.SUMS_DIFFER


class BadDecision(DigitizeError):
    """A decision cannot be stored: its row is gone, or its value is invalid.

    `at` is the position of the decision among those sent together, None for a single one.
    """

    kind = "bad-decision"
    exit_code = ExitCode.USAGE
    at: int | None = None


class BadAddress(DigitizeError):
    """The pages cannot be served at the address given."""

    kind = "bad-address"
    exit_code = ExitCode.USAGE


class BadCertificate(DigitizeError):
    """A certificate or its key cannot be used, or none can be made."""

    kind = "bad-certificate"
    exit_code = ExitCode.USAGE
