"""`digitize serve`: the pages of a campaign for a browser, and the inbox that feeds it."""

import logging
import secrets
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
import cv2
import numpy as np
import uvicorn

from digitize.address.directory import load_directory
from digitize.campaign.store import open_campaign
from digitize.cli.watch import reading
from digitize.errors import BadStore, CampaignBusy, ExitCode
from digitize.images import encode
from digitize.load import load_page
from digitize.web.app import create_app
from digitize.web.context import Desk, Services
from digitize.web.security import Door

LOOPBACK = "127.0.0.1"
ANY_HOST = ("0.0.0.0", "::", "")
ORIGINAL_QUALITY = 65  # of the scan as it came: it is looked at beside the straightened page
ORIGINAL_LONG_SIDE_PX = 2400
LAST_REQUESTS_S = 2  # given to requests under way when the server ends
PASSWORD_LEAST = 8  # characters
TABLES_WITHIN_S = 900  # for writing the tables: a process that takes longer hangs


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line said."""

    folder: Path
    port: int
    host: str
    password_file: Path | None
    second_look: float | None
    goal: int | None
    form: str
    workers: int | None


def serve(options: Options) -> ExitCode:
    """Show the pages until Ctrl-C; raises BadStore, BadForm, MissingProgram."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    password = _password(options)
    with open_campaign(options.folder, create=True) as campaign:
        if options.second_look is not None:
            campaign.review.set_second_look(options.second_look)
    listening = _listen(options)
    port = listening.getsockname()[1]
    door = _door(options.host, port, password)
    with _inbox(options) as restart:
        services = Services(_original, lambda: _write_tables(options.folder), restart)
        desk = Desk.of(options.folder, services, options.goal)
        threading.Thread(target=load_directory, daemon=True).start()  # the first search need not wait for it
        desk.changed()  # decisions whose tables a sudden end has prevented
        _greet(options, door, port)
        config = uvicorn.Config(
            create_app(desk, door),
            access_log=False,
            log_level="critical",
            server_header=False,
            timeout_graceful_shutdown=LAST_REQUESTS_S,
        )
        try:
            uvicorn.Server(config).run(sockets=[listening])
        except KeyboardInterrupt:
            pass
        finally:
            in_step = desk.tables.settle()
    click.echo("Ended. Everything that was decided is kept.")
    if not in_step:
        raise BadStore(
            f"The tables in {options.folder} do not hold the last decisions: run digitize tally "
            f"{options.folder} when the reason above is mended."
        )
    return ExitCode.OK


def _password(options: Options) -> str:
    """The password for others in the network; raises click's errors where it is missing or weak."""
    if options.host == LOOPBACK and options.password_file is None:
        return ""
    if options.password_file is None:
        raise click.UsageError(
            "--host lets other machines in: give them a password with --password-file FILE (first line)."
        )
    if options.host in ANY_HOST:
        raise click.BadParameter(
            "name one address of this machine in the office network.", param_hint="--host"
        )
    lines = options.password_file.read_text(encoding="utf-8").splitlines()
    password = lines[0].strip() if lines else ""
    if len(password) < PASSWORD_LEAST:
        raise click.BadParameter(
            f"its first line must hold at least {PASSWORD_LEAST} characters.", param_hint="--password-file"
        )
    return password


def _listen(options: Options) -> socket.socket:
    """A socket at the address; bound here, so that the link can name a free port."""
    try:
        family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
        listening = socket.create_server((options.host, options.port), family=family)
    except OSError as error:
        raise click.BadParameter(
            f"{options.host}, port {options.port} cannot be used: {error.strerror}.",
            param_hint="--host/--port",
        ) from error
    listening.set_inheritable(False)
    return listening


def _door(host: str, port: int, password: str) -> Door:
    shown = f"[{host}]" if ":" in host else host
    hosts = {f"{shown}:{port}"} | ({f"localhost:{port}"} if host == LOOPBACK else set[str]())
    return Door(hosts, secrets.token_urlsafe(24), password, cookie=f"digitize-{port}")


def _greet(options: Options, door: Door, port: int) -> None:
    host = f"[{options.host}]" if ":" in options.host else options.host
    click.echo(f"Open in a browser on this machine: http://{host}:{port}/?token={door.token}")
    click.echo("The link holds the key: whoever has it sees names and addresses. Ctrl-C ends the pages.")
    if options.host != LOOPBACK:
        click.echo(
            f"Others in the network open http://{host}:{port}/ and need the password. What travels there is "
            "not encrypted: whoever can listen in that network sees names and addresses. Use it in a network "
            "you trust, and end it when the work is done."
        )


@contextmanager
def _inbox(options: Options) -> Iterator[Callable[[], None]]:
    """Scans that are dropped or uploaded are read as long as the pages are served."""
    with ExitStack() as stack:
        with open_campaign(options.folder) as campaign:
            erased = campaign.erased_at()
        if erased is not None:
            click.echo("The texts of this campaign are erased; nothing can be added.")
            yield _nothing
            return
        try:
            inbox = stack.enter_context(reading(options.folder, options.form, options.workers))
        except CampaignBusy:
            click.echo("Another digitize watches this folder already; it reads what is added here.")
            yield _nothing
            return
        yield inbox.restart


def _nothing() -> None:
    """Nothing is read here."""


def _original(path: str, number: int) -> bytes:
    """A page of a scan as it came, small enough to be looked at beside the straightened one."""
    pixels = load_page(Path(path), number).pixels
    scale = min(1.0, ORIGINAL_LONG_SIDE_PX / max(pixels.shape[:2]))
    size = round(pixels.shape[1] * scale), round(pixels.shape[0] * scale)
    small = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    return encode(small, ".jpg", ORIGINAL_QUALITY)


def _write_tables(folder: Path) -> None:
    """In a process of its own: a large campaign takes seconds, in which the pages must answer.

    Raises BadStore.  Pages that are still being read are no fault.
    """
    command = [sys.executable, "-m", "digitize", "tally", "--partial", "--", str(folder)]
    nowhere, kept = subprocess.DEVNULL, subprocess.PIPE
    try:
        done = subprocess.run(
            command, stdin=nowhere, stdout=nowhere, stderr=kept, check=False, timeout=TABLES_WITHIN_S
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BadStore(f"digitize tally {folder} did not end ({type(error).__name__}).") from error
    if done.returncode != ExitCode.OK:
        told = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise BadStore(told[-1] if told else f"digitize tally {folder} ended with {done.returncode}.")
