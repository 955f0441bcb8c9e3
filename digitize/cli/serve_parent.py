"""`digitize serve` on a folder of campaigns: a list of them, each opened when somebody asks for it."""

import threading
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digitize.cli.serve_access import tell_access
from digitize.cli.serve_site import Entrance, Options, campaign_site
from digitize.errors import BadStore, DigitizeError, ExitCode

if TYPE_CHECKING:
    import uvicorn

PORT_FILE = "serve.port"  # of the list, so that a bookmark stays good
STARTS_WITHIN_S = 20.0


def holds_campaigns(folder: Path) -> bool:
    """Return whether a folder is no campaign itself but holds some."""
    from digitize.campaign.store import DATABASE

    if not folder.is_dir() or (folder / DATABASE).exists():
        return False
    return any((child / DATABASE).is_file() for child in folder.iterdir())


def serve_campaigns(options: Options) -> ExitCode:
    """Serve a list of the campaigns in a folder until Ctrl-C.

    Raises BadAddress, BadCertificate, BadStore.
    """
    from digitize.web.addresses import bind
    from digitize.web.campaign_list import CampaignList, create_list_app

    folder = options.folder
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise BadStore(f"{folder} cannot be used: {error.strerror}.") from error
    entrance = Entrance.of(options.access, folder)
    listening = bind(entrance.host, options.access.port, _kept_port(folder))
    port = listening.getsockname()[1]
    with suppress(OSError):
        (folder / PORT_FILE).write_text(str(port))
    entrance = replace(entrance, first_port=port)
    policy = entrance.policy(port)
    opened = _Opened(options, entrance)
    app = create_list_app(CampaignList(folder, opened.open), policy, entrance.sessions)
    tell_access(entrance.access, entrance.host, port, policy, entrance.certificate)
    try:
        entrance.server(app).run(sockets=[listening])
    except KeyboardInterrupt:
        pass
    finally:
        problems = opened.close()
    click.echo("Stopped. Every decision is kept.")
    if problems:
        raise BadStore(" ".join(problems))
    return ExitCode.OK


class _Opened:
    """The campaigns that are being served, each in a thread of its own."""

    def __init__(self, options: Options, entrance: Entrance) -> None:
        self._options, self._entrance = options, entrance
        self._lock = threading.Lock()
        self._running: dict[str, _Running] = {}

    def open(self, name: str) -> int:
        """Serve a campaign, unless it is already; return its port.  Raises DigitizeError."""
        with self._lock:
            running = self._running.get(name)
            if running is None or not running.thread.is_alive():
                options = replace(self._options, folder=self._options.folder / name)
                running = _Running(options, self._entrance)
                running.start()
                self._running[name] = running
            return running.port

    def close(self) -> list[str]:
        """Stop all; return what went wrong."""
        with self._lock:
            for running in self._running.values():
                running.stop()
            for running in self._running.values():
                running.thread.join()
            return [running.problem for running in self._running.values() if running.problem]


class _Running:
    """One campaign being served."""

    def __init__(self, options: Options, entrance: Entrance) -> None:
        self._options, self._entrance = options, entrance
        self._ready = threading.Event()
        self._server: uvicorn.Server | None = None
        self._error: DigitizeError | None = None
        self.thread = threading.Thread(target=self._run, name=f"campaign {options.folder.name}")
        self.port = 0
        self.problem = ""  # that was met when it was stopped

    def start(self) -> None:
        self.thread.start()
        if not self._ready.wait(STARTS_WITHIN_S):
            raise BadStore(f"{self._options.folder} could not be opened in time; try again.")
        if self._error is not None:
            raise self._error

    def stop(self) -> None:
        if self._server is not None:
            self._server.should_exit = True

    def _run(self) -> None:
        try:
            with campaign_site(self._options, self._entrance) as site:
                self.port = site.port
                self._server = self._entrance.server(site.app)
                self._ready.set()
                self._server.run(sockets=[site.listening])
        except DigitizeError as error:
            self._error, self.problem = error, str(error) if self._ready.is_set() else ""
        finally:
            self._ready.set()


def _kept_port(folder: Path) -> int:
    try:
        return int((folder / PORT_FILE).read_text())
    except (OSError, ValueError):
        return 0
