"""`digitize doctor`: what is installed, what is missing, and how to get it."""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from digitize.cli.debug import Command
from digitize.cli.exposure import warn_if_exposed
from digitize.cli.options import FOLDER, cores
from digitize.cli.output import plural, printable
from digitize.errors import BadStore, ExitCode, MissingProgram

LANGUAGES = ("deu", "fra", "ita", "eng")
MODELS = ("handwriting.onnx", "recogniser.onnx")  # for handwriting and for print
MEMORY_PER_WORKER_MIB = 700  # the limit that digitize sets itself for a worker
PROGRAM_LIMIT_S = 20
DATABASE_CHECK = "database"
# What to import where it is not called like the package.
MODULES = {
    "opencv-python": "cv2",
    "pillow": "PIL",
    "openvino": "digitize.ocr.openvino_offline",  # by itself it sends usage statistics
}
PROGRAMS = (
    ("tesseract", "--version", "apt install tesseract-ocr"),
    ("pdftoppm", "-v", "apt install poppler-utils"),
    ("pdfinfo", "-v", "apt install poppler-utils"),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; `remedy` says what to do if it is not `ok`."""

    what: str
    state: str
    ok: bool = True
    remedy: str = ""


@click.command(cls=Command)
@click.argument("folder", metavar="[DIR]", type=FOLDER, default=".")
def doctor(folder: Path) -> None:
    """Check the installation.

    Lists what is installed, what is missing and how to get it, and whether results can be written to DIR. If
    DIR holds a campaign, checks its database for damage.

    \b
    Examples:
      digitize doctor
      digitize doctor friday
    """
    sys.exit(examine(folder))


def examine(folder: Path) -> ExitCode:
    """Print the report; raises MissingProgram if anything is missing, BadStore if the database is damaged."""
    findings = [*_python(), *_programs(), *_languages(), *_models(), *_machine(), *_writable(folder)]
    findings += _campaign(folder)
    for finding in findings:
        verdict = "ok" if finding.ok else "DAMAGED" if finding.what == DATABASE_CHECK else "MISSING"
        click.echo(printable(f"{verdict:7}  {finding.what:22} {finding.state}"))
        if not finding.ok:
            click.echo(f"{'':33}{finding.remedy}")
    missing = sum(not finding.ok for finding in findings if finding.what != DATABASE_CHECK)
    if missing:
        raise MissingProgram(
            f"{plural(missing, 'check')} failed; some of digitize will not work until that is fixed."
        )
    if not all(finding.ok for finding in findings):
        raise BadStore(
            f"The database in {folder} is damaged; digitize repair {folder} saves what can be saved."
        )
    warn_if_exposed(folder)
    click.echo("Everything is installed.")
    return ExitCode.OK


def _python() -> Iterator[Finding]:
    """Check Python and the packages that digitize requires."""
    import importlib
    import re
    from importlib import metadata

    yield Finding("python", sys.version.split()[0])
    for requirement in metadata.requires("digitize") or ():
        if "extra ==" in requirement:
            continue
        name = re.split(r"[\s<>=!~;\[]", requirement, maxsplit=1)[0]
        remedy = f"pip install '{requirement}'"
        try:
            version = metadata.version(name)
            importlib.import_module(MODULES.get(name, name.replace("-", "_")))
        except metadata.PackageNotFoundError:
            yield Finding(name, "not installed", False, remedy)
        except ImportError as error:
            remedy = "apt install libgl1 libglib2.0-0" if "lib" in str(error) else remedy
            yield Finding(name, f"{version} cannot be loaded: {error}", False, remedy)
        else:
            yield Finding(name, version)


def _programs() -> Iterator[Finding]:
    import shutil

    for name, option, remedy in PROGRAMS:
        if shutil.which(name) is None:
            yield Finding(name, "not installed", False, remedy)
        else:
            yield Finding(name, _first_line(name, option))


def _languages() -> Iterator[Finding]:
    """Check the languages of tesseract, which only matter if it is there."""
    import shutil

    if shutil.which("tesseract") is None:
        return
    listed = _output("tesseract", "--list-langs").split()
    for language in LANGUAGES:
        remedy = f"apt install tesseract-ocr-{language}"
        state = "installed" if language in listed else "not installed"
        yield Finding(f"tesseract {language}", state, language in listed, remedy)


def _models() -> Iterator[Finding]:
    from importlib import resources

    remedy = "reinstall digitize: the package is incomplete"
    for name in MODELS:
        found = (resources.files("digitize.data") / name).is_file()
        yield Finding("recogniser", name if found else f"{name} not found", found, remedy)


def _machine() -> Iterator[Finding]:
    """Report cores and memory, and how many workers the memory is enough for."""
    workers = cores()
    yield Finding("cores", str(workers))
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        memory_mib = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2**20
        fitting = max(1, memory_mib // MEMORY_PER_WORKER_MIB)
        advice = f"; too little for {workers} workers, use --workers {fitting}" if fitting < workers else ""
        yield Finding("memory", f"{memory_mib} MiB{advice}")


def _writable(folder: Path) -> Iterator[Finding]:
    import tempfile

    for place in (folder, Path(tempfile.gettempdir())):
        try:
            with tempfile.TemporaryFile(dir=place):
                pass
        except OSError as error:
            remedy = "choose another folder"
            yield Finding(f"{place}/", error.strerror or "not writable", False, remedy)
        else:
            yield Finding(f"{place}/", "writable")


def _campaign(folder: Path) -> Iterator[Finding]:
    """Check the database of the campaign in the folder, if there is one."""
    from digitize.campaign.store.repair import check
    from digitize.campaign.store.store_errors import DATABASE

    if (problem := check(folder)) is None:
        return
    remedy = f"digitize repair {folder} saves what can be saved"
    yield Finding(DATABASE_CHECK, f"{folder / DATABASE}: {problem or 'sound'}", not problem, remedy)


def _first_line(*command: str) -> str:
    return next(iter(_output(*command).splitlines()), "installed")


def _output(*command: str) -> str:
    """Return everything that a program prints, empty if it cannot be run."""
    import subprocess

    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=PROGRAM_LIMIT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout + done.stderr
