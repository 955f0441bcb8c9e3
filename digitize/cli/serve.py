"""`digitize serve`: the web pages of a campaign, and the inbox that feeds it."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digitize.cli.debug import Command
from digitize.cli.options import EXISTING_FILE, FOLDER, form_option
from digitize.cli.subcommand import run_digitize
from digitize.errors import BadStore, ExitCode

if TYPE_CHECKING:
    import socket

    from digitize.web.security import AccessPolicy

LOOPBACK = "127.0.0.1"
ANY_HOST = ("0.0.0.0", "::", "")
LAST_REQUESTS_S = 2  # for requests that are under way when the server stops
PASSWORD_LEAST = 8  # characters


def share(_context: click.Context, _option: click.Parameter, text: str | None) -> float | None:
    """Parse 5% or 0.05; raises click's BadParameter."""
    if text is None:
        return None
    try:
        value = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise click.BadParameter("expected a share such as 5%.")
    return value


@click.command(cls=Command)
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option(
    "--port", type=click.IntRange(0, 65535), metavar="PORT", default=0, help="Port.  [default: any free one]"
)
@click.option(
    "--host",
    metavar="ADDRESS",
    default=LOOPBACK,
    show_default=True,
    help="Address of this machine at which others in the office network may open the pages; requires "
    "--password-file. The connection is not encrypted.",
)
@click.option(
    "--password-file",
    type=EXISTING_FILE,
    help="File whose first line is the password for others in the network.",
)
@click.option(
    "--second-look",
    metavar="SHARE",
    callback=share,
    help="Share of the confirmed rows that another person checks without knowing the first decision, "
    "such as 5%.  [default: as before; at first none]",
)
@click.option(
    "--goal", type=click.IntRange(1), metavar="N", help="Number of signatures wanted, for the progress bar."
)
@form_option
@click.option(
    "--workers",
    type=click.IntRange(1),
    metavar="N",
    default=None,
    help="Number of worker processes that read scans.  [default: cores]",
)
def serve(
    folder: Path,
    port: int,
    host: str,
    password_file: Path | None,
    second_look: float | None,
    goal: int | None,
    form: str,
    workers: int | None,
) -> None:
    """Review a campaign in the browser.

    Shows the campaign in DIR: add scans, watch the count, look at pages, decide what is doubtful. The
    pages can be opened on this machine only, through a link with a key. Scans that are dropped onto the
    page or put into DIR/inbox are digitized while it runs.

    \b
    Examples:
      digitize serve friday
      digitize serve friday --goal 10000 --second-look 5%
      digitize serve friday --host 192.168.1.20 --port 8000 --password-file password.txt
    """
    options = Options(folder, port, host, password_file, second_look, goal, form, workers)
    sys.exit(serve_pages(options))


@dataclass(frozen=True, slots=True)
class Options:
    """What was given on the command line."""

    folder: Path
    port: int
    host: str
    password_file: Path | None
    second_look: float | None
    goal: int | None
    form: str
    workers: int | None


def serve_pages(options: Options) -> ExitCode:
    """Serve the pages until Ctrl-C; raises BadStore, BadForm, MissingProgram."""
    import logging
    import threading

    import uvicorn

    from digitize.address.directory import load_directory
    from digitize.batch import render_preview
    from digitize.campaign.store import open_campaign
    from digitize.web.app import create_app
    from digitize.web.connections import LimitedConnection
    from digitize.web.context import Services, WebContext

    warnings = logging.StreamHandler()
    warnings.setLevel(logging.WARNING)  # the debug log wants more than the terminal
    logging.basicConfig(format="%(message)s", handlers=[warnings])
    password = _password(options)
    with open_campaign(options.folder, create=True) as campaign:
        if options.second_look is not None:
            campaign.review.set_second_look(options.second_look)
    listening = _listen(options)
    port = listening.getsockname()[1]
    policy = _access_policy(options.host, port, password)
    with _inbox(options) as restart:
        services = Services(
            render_preview,
            lambda: _write_tables(options.folder),
            restart,
            lambda language, kind: _report(options, language, kind),
        )
        context = WebContext.of(options.folder, services, options.goal)
        threading.Thread(target=load_directory, daemon=True).start()  # so that the first search is fast
        context.changed()  # decisions made just before a crash may be missing from the tables
        _greet(options, policy, port)
        config = uvicorn.Config(
            create_app(context, policy),
            access_log=False,
            log_level="critical",
            server_header=False,
            proxy_headers=False,
            http=LimitedConnection,
            lifespan="off",
            timeout_graceful_shutdown=LAST_REQUESTS_S,
        )
        try:
            uvicorn.Server(config).run(sockets=[listening])
        except KeyboardInterrupt:
            pass
        finally:
            up_to_date = context.tables.settle()
    click.echo("Stopped. Every decision is kept.")
    if not up_to_date:
        raise BadStore(
            f"The tables in {options.folder} lack the last decisions: fix the problem reported above and run "
            f"digitize tally {options.folder}."
        )
    return ExitCode.OK


def _password(options: Options) -> str:
    """Return the password for others in the network; raises click's errors if it is missing or too short."""
    if options.host == LOOPBACK and options.password_file is None:
        return ""
    if options.password_file is None:
        raise click.UsageError(
            "--host gives other machines access: set a password with --password-file FILE (its first line)."
        )
    if options.host in ANY_HOST:
        raise click.BadParameter(
            "name one address of this machine in the office network.", param_hint="--host"
        )
    lines = options.password_file.read_text(encoding="utf-8").splitlines()
    password = lines[0].strip() if lines else ""
    if len(password) < PASSWORD_LEAST:
        raise click.BadParameter(
            f"its first line must have at least {PASSWORD_LEAST} characters.", param_hint="--password-file"
        )
    return password


def _listen(options: Options) -> "socket.socket":
    """Bind the socket before the server starts, so that the link can name a free port."""
    import socket

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


def _access_policy(host: str, port: int, password: str) -> "AccessPolicy":
    import secrets

    from digitize.web.security import AccessPolicy

    shown = f"[{host}]" if ":" in host else host
    hosts = {f"{shown}:{port}"} | ({f"localhost:{port}"} if host == LOOPBACK else set[str]())
    return AccessPolicy(hosts, secrets.token_urlsafe(24), password, cookie=f"digitize-{port}")


def _greet(options: Options, policy: "AccessPolicy", port: int) -> None:
    host = f"[{options.host}]" if ":" in options.host else options.host
    click.echo(f"Open in a browser on this machine: http://{host}:{port}/?token={policy.token}")
    click.echo("Anyone with this link can see names and addresses. Press Ctrl-C to stop.")
    if options.host != LOOPBACK:
        click.echo(
            f"Others in the network open http://{host}:{port}/ and need the password. The connection is not "
            "encrypted: anyone who can listen in on that network sees names and addresses. Use it only in a "
            "network you trust, and stop it when the work is done."
        )


@contextmanager
def _inbox(options: Options) -> Iterator[Callable[[], None]]:
    """Digitize scans that are dropped or uploaded while the pages are served; yields how to restart that."""
    from digitize.campaign.store import open_campaign
    from digitize.cli.watch import reading
    from digitize.errors import CampaignBusy

    with ExitStack() as stack:
        with open_campaign(options.folder) as campaign:
            erased = campaign.erased_at()
        if erased is not None:
            click.echo("The names and pictures of this campaign were erased; no scans can be added.")
            yield _do_nothing
            return
        try:
            inbox = stack.enter_context(reading(options.folder, options.form, options.workers))
        except CampaignBusy:
            click.echo("Another digitize already watches this folder and digitizes the scans added here.")
            yield _do_nothing
            return
        yield inbox.restart


def _do_nothing() -> None:
    """There is no inbox to restart."""


def _write_tables(folder: Path) -> None:
    """Write the tables in a separate process: a large campaign takes seconds, and the pages must respond.

    Pages that are not processed yet are no error.  Raises BadStore.
    """
    run_digitize("tally", "--partial", "--", str(folder))


def _report(options: Options, language: str, kind: str) -> bytes:
    """Make the report, or the workbook, in a separate process.  Raises BadStore."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="digitize-") as folder:
        goal = ["--goal", str(options.goal)] if options.goal else []
        chosen = ("--language", language, "--format", kind, "--out", folder)
        run_digitize("report", *chosen, *goal, "--", str(options.folder))
        name = "count" if kind == "xlsx" else "report"
        return (Path(folder) / f"{name}-{language}.{kind}").read_bytes()
