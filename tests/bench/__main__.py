"""Measure speed and memory: `python -m tests.bench`; takes about five minutes.

Digitize and the plain pipeline process the same synthetic pages, each with one worker on one thread.  Elapsed
time depends on what else runs on the machine; CPU time hardly does.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import mean
from typing import Any

from digitize.batch.worker_pool import ONE_THREAD
from tests.bench.kinds import make_mixed_pdf
from tests.bench.pages import make_pdf
from tests.plain_pipeline import LANGUAGES

PAGES = 2  # the plain pipeline takes up to half a minute for each
SIDES = 30  # of all kinds, for the whole program
STARTS = 5
Measured = dict[str, Any]


def main() -> None:
    say(f"Making {PAGES} filled lists of 27 rows at 300 dpi ...")
    with tempfile.TemporaryDirectory(prefix="digitize-bench-") as folder:
        pdf = Path(folder) / "lists.pdf"
        make_pdf(pdf, PAGES)
        say("One worker of digitize ...")
        ours = measured("tests.bench.ours", str(pdf), str(PAGES), str(time.monotonic()))
        say("A page of each kind ...")
        kinds = measured("tests.bench.kinds")
        say(f"The whole program on all cores, {SIDES} sides of all kinds ...")
        mixed = Path(folder) / "mixed.pdf"
        make_mixed_pdf(mixed, SIDES)
        together_s = seconds("run", str(mixed), "--out", str(Path(folder) / "out"))
        say("The plain pipeline, in four languages and in one ...")
        plain = measured("tests.bench.plain", str(pdf), str(PAGES), LANGUAGES)
        plain_german = measured("tests.bench.plain", str(pdf), str(PAGES), "deu")
    help_s = min(seconds("--help") for _ in range(STARTS))
    print_stages(ours)
    print_kinds(kinds)
    print_comparison(ours, {"plain": plain, "plain, German only": plain_german})
    first_s = ours["first"]["wall_s"]
    print(f"\nA worker is ready after {ours['ready_s']:.2f} s; its first page takes {first_s:.2f} s")
    print(
        f"digitize run, {SIDES} sides of all kinds on {os.cpu_count()} cores, from command to tables: "
        f"{together_s:.1f} s, {60 * SIDES / together_s:.0f} a minute"
    )
    print(f"digitize --help, best of {STARTS}: {help_s:.2f} s")


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def measured(module: str, *given: str) -> Measured:
    """Run a module in a new process on one thread, and return what it measures of itself."""
    command = [sys.executable, "-m", module, *given]
    done = subprocess.run(
        command, env={**os.environ, **ONE_THREAD}, stdout=subprocess.PIPE, text=True, check=True
    )
    found: Measured = json.loads(done.stdout)
    return found


def seconds(*arguments: str) -> float:
    """Return the elapsed time of a digitize command, start-up included."""
    start_s = time.perf_counter()
    command = [sys.executable, "-m", "digitize", *arguments]
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start_s


def print_stages(ours: Measured) -> None:
    """Print the mean time of each stage, without the first page."""
    pages = len(ours["pages"])
    print(f"\n{'stage':<12}{'calls/page':>11}{'ms/call':>10}{'s/page':>9}{'CPU s/page':>12}")
    for stage, spent in ours["stages"].items():
        calls, wall_s, cpu_s = spent["calls"], spent["wall_s"] / pages, spent["cpu_s"] / pages
        print(
            f"{stage:<12}{calls / pages:>11.1f}{1000 * spent['wall_s'] / max(calls, 1):>10.1f}"
            f"{wall_s:>9.2f}{cpu_s:>12.2f}"
        )


def print_kinds(kinds: Measured) -> None:
    """Print the time of a page of each kind."""
    print(f"\n{'page':<24}{'rows':>5}{'CPU s':>8}")
    for kind, page in kinds.items():
        print(f"{kind:<24}{page['rows']:>5.0f}{page['cpu_s']:>8.2f}")


def print_comparison(ours: Measured, plain: dict[str, Measured]) -> None:
    """Print digitize and the plain pipelines side by side, with ratios in brackets."""
    print(f"\n{'one worker':<20}{'digitize':>12}" + "".join(f"{name:>24}" for name in plain))

    def line(
        title: str, ours_value: float, plain_values: list[float], form: str, upwards: bool = False
    ) -> None:
        ratios = [ours_value / value if upwards else value / ours_value for value in plain_values]
        cells = (f"{value:{form}} ({ratio:.1f}x)" for value, ratio in zip(plain_values, ratios, strict=True))
        print(f"{title:<20}{ours_value:>12{form}}" + "".join(f"{cell:>24}" for cell in cells))

    for title, key in (("s per page", "wall_s"), ("CPU s per page", "cpu_s")):
        values = [mean(page[key] for page in found["pages"]) for found in (ours, *plain.values())]
        line(title, values[0], values[1:], ".2f")
        if key == "wall_s":
            rates = [60 / value for value in values]
            line("pages per minute", rates[0], rates[1:], ".1f", upwards=True)
    # Without the memory of tesseract, which is a separate process for every cell.
    line("peak memory MB", ours["peak_mb"], [found["peak_mb"] for found in plain.values()], ".0f")
    rows = [sum(page["rows"] for page in found["pages"]) for found in (ours, *plain.values())]
    print(f"{'rows found':<20}{rows[0]:>12}" + "".join(f"{count:>24}" for count in rows[1:]))


if __name__ == "__main__":
    main()
