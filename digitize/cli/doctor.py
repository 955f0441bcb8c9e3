"""`digitize doctor`: what is installed, what is missing, and how to get it."""

import importlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata, resources
from pathlib import Path

import click

from digitize.cli.machine import cores
from digitize.errors import ExitCode

LANGUAGES = ("deu", "fra", "ita", "eng")
MODELS = ("handwriting.onnx", "recogniser.onnx")  # for handwriting and for print
MEMORY_PER_WORKER_MIB = 700  # the limit that digitize sets itself for a worker
PROGRAM_LIMIT_S = 20
# What to import where it is not called like the package.
MODULES = {
    "opencv-python": "cv2",
    "pillow": "PIL",
    "python-multipart": "python_multipart",
    "openvino": "digitize.ocr.openvino_offline",  # by itself it sends usage statistics
}
PROGRAMS = (
    ("tesseract", "--version", "apt install tesseract-ocr"),
    ("pdftoppm", "-v", "apt install poppler-utils"),
    ("pdfinfo", "-v", "apt install poppler-utils"),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; `remedy` says what to do where it is not well."""

    what: str
    state: str
    well: bool = True
    remedy: str = ""


def examine(folder: Path) -> ExitCode:
    """Print what is there; MISSING_PROGRAM when digitize cannot do its whole job here."""
    findings = [*_python(), *_programs(), *_languages(), *_model(), *_machine(), *_writable(folder)]
    for finding in findings:
        click.echo(f"{'ok     ' if finding.well else 'MISSING'}  {finding.what:22} {finding.state}")
        if not finding.well:
            click.echo(f"{'':33}{finding.remedy}")
    missing = sum(not finding.well for finding in findings)
    if not missing:
        click.echo("Everything is there.")
        return ExitCode.OK
    click.echo(f"{missing} things are missing; digitize cannot do all its work without them.", err=True)
    return ExitCode.MISSING_PROGRAM


def _python() -> Iterator[Finding]:
    yield Finding("python", sys.version.split()[0])
    for requirement in metadata.requires("digitize") or ():
        if "extra ==" in requirement:
            continue
        name = re.split(r"[\s<>=!~;\[]", requirement, maxsplit=1)[0]
        remedy = f"pip install '{requirement}'"
        try:
            version = metadata.version(name)
            importlib.import_module(MODULES.get(name, name))
        except metadata.PackageNotFoundError:
            yield Finding(name, "not installed", False, remedy)
        except ImportError as error:
            remedy = "apt install libgl1 libglib2.0-0" if "lib" in str(error) else remedy
            yield Finding(name, f"{version} cannot be loaded: {error}", False, remedy)
        else:
            yield Finding(name, version)


def _programs() -> Iterator[Finding]:
    for name, option, remedy in PROGRAMS:
        if shutil.which(name) is None:
            yield Finding(name, "not installed", False, remedy)
        else:
            yield Finding(name, _first_line(name, option))


def _languages() -> Iterator[Finding]:
    if shutil.which("tesseract") is None:
        return
    listed = _output("tesseract", "--list-langs").split()
    for language in LANGUAGES:
        remedy = f"apt install tesseract-ocr-{language}"
        state = "installed" if language in listed else "not installed"
        yield Finding(f"tesseract {language}", state, language in listed, remedy)


def _model() -> Iterator[Finding]:
    remedy = "install digitize again: the package is incomplete"
    for name in MODELS:
        there = (resources.files("digitize.data") / name).is_file()
        yield Finding("recogniser", name if there else f"{name} is not there", there, remedy)


def _machine() -> Iterator[Finding]:
    workers = cores()
    yield Finding("cores", str(workers))
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        memory_mib = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2**20
        fitting = max(1, memory_mib // MEMORY_PER_WORKER_MIB)
        advice = f"; little for {workers} workers, use --workers {fitting}" if fitting < workers else ""
        yield Finding("memory", f"{memory_mib} MiB{advice}")


def _writable(folder: Path) -> Iterator[Finding]:
    for place in (folder, Path(tempfile.gettempdir())):
        try:
            with tempfile.TemporaryFile(dir=place):
                pass
        except OSError as error:
            remedy = "choose another folder with --out"
            yield Finding(f"{place}/", error.strerror or "not writable", False, remedy)
        else:
            yield Finding(f"{place}/", "writable")


def _first_line(*command: str) -> str:
    return next(iter(_output(*command).splitlines()), "installed")


def _output(*command: str) -> str:
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=PROGRAM_LIMIT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout + done.stderr
