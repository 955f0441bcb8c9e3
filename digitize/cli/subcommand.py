"""Run another command of digitize in a process of its own."""

import sys

from digitize.cli.output import ERROR_PREFIX
from digitize.errors import BadStore, ExitCode

ENDS_WITHIN_S = 900  # tables and report of a large campaign take seconds


def run_digitize(command: str, *arguments: str) -> None:
    """Run a command in a process of its own; raises BadStore with its sentence if it fails."""
    import subprocess

    from digitize import debug_log

    debug = ["--debug"] if debug_log.current() else []
    nowhere, kept = subprocess.DEVNULL, subprocess.PIPE
    try:
        done = subprocess.run(
            [sys.executable, "-m", "digitize", *debug, command, *arguments],
            stdin=nowhere,
            stdout=nowhere,
            stderr=kept,
            check=False,
            timeout=ENDS_WITHIN_S,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BadStore(f"digitize {command} did not end ({type(error).__name__}).") from error
    if done.returncode != ExitCode.OK:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        problem = lines[-1] if lines else f"digitize {command} ended with {done.returncode}."
        raise BadStore(problem.removeprefix(ERROR_PREFIX))
