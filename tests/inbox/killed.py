"""A watcher that kills itself at a given point; tests run it in its own process."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from digitize.campaign.store.inputs import Inputs
from digitize.inbox import intake
from tests.inbox import doubles
from tests.inbox.folder import watcher, work_off


def kill(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def before(call: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *given: (kill(), call(*given))


def after(call: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *given: (call(*given), kill())


def main(folder: Path, point: str) -> None:
    how: dict[str, Any] = {}
    if point == "before it is taken":
        intake.take = before(intake.take)
    elif point == "after it is taken":
        intake.take = after(intake.take)
    elif point == "before it is put away":
        intake.put_away = before(intake.put_away)
    elif point == "after it is put away":
        intake.put_away = after(intake.put_away)
    elif point == "after it is noted where it lies":
        Inputs.move = after(Inputs.move)  # type: ignore[method-assign]
    elif point == "while the tables are written":
        how["after"] = doubles.kill_parent
    with watcher(folder, **how) as inbox:
        if point == "amid the pages":
            work_off(inbox, until=lambda told: told.pages_done >= 2)
            kill()
        work_off(inbox)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
