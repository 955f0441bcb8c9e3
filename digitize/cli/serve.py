"""`digitize serve`: the web pages of a campaign, and the inbox that feeds it."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import click

from digitize.cli.debug import Command
from digitize.cli.exposure import warn_if_exposed
from digitize.cli.options import EXISTING_FILE, FOLDER, form_option
from digitize.cli.serve_access import Access, policy_for, read_passwords, tell_access, tls_certificate
from digitize.cli.sheet import print_in_process
from digitize.cli.subcommand import run_digitize
from digitize.errors import BadStore, ExitCode

LOOPBACK = "127.0.0.1"
LAST_REQUESTS_S = 2  # for requests that are under way when the server stops


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
    "--port", type=click.IntRange(0, 65535), metavar="PORT", default=0, help="Port.  [default: as last time]"
)
@click.option(
    "--host",
    metavar="ADDRESS",
    default=LOOPBACK,
    show_default=True,
    help="Address of this machine at which others in the office network may open the pages; requires "
    "--password-file. The connection is encrypted.",
)
@click.option(
    "--password-file",
    type=EXISTING_FILE,
    help="File with the passwords for others in the network, one line for each role: coordinator: PASSWORD, "
    "reviewer: PASSWORD, viewer: PASSWORD. A first line without a role is the password of reviewers.",
)
@click.option(
    "--tls-cert", type=EXISTING_FILE, help="Certificate (PEM).  [default: one made for this machine]"
)
@click.option("--tls-key", type=EXISTING_FILE, help="Key of the certificate (PEM, without a password).")
@click.option("--plain-http", is_flag=True, help="Do not encrypt; anyone in the network can then read along.")
@click.option("--log-views", is_flag=True, help="Log who looks at which pages and rows in DIR/views.csv.")
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
    tls_cert: Path | None,
    tls_key: Path | None,
    plain_http: bool,
    log_views: bool,
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
      digitize serve friday --host 192.168.1.20 --port 8000 --password-file passwords.txt
    """
    access = Access(host, port, password_file, tls_cert, tls_key, plain_http, log_views)
    options = Options(folder, access, second_look, goal, form, workers)
    sys.exit(serve_pages(options))


@dataclass(frozen=True, slots=True)
class Options:
    """What was given on the command line."""

    folder: Path
    access: Access
    second_look: float | None
    goal: int | None
    form: str
    workers: int | None


def serve_pages(options: Options) -> ExitCode:
    """Serve the pages until Ctrl-C.

    Raises BadAddress, BadCertificate, BadStore, BadForm, MissingProgram.
    """
    import logging
    import threading

    import uvicorn

    from digitize.address.directory import load_directory
    from digitize.batch import render_preview
    from digitize.campaign.store import open_campaign
    from digitize.load import looks_like_scan
    from digitize.web.addresses import bind, resolve
    from digitize.web.app import create_app
    from digitize.web.connections import LimitedConnection, over_tls
    from digitize.web.context import Services, WebContext

    warnings = logging.StreamHandler()
    warnings.setLevel(logging.WARNING)  # the debug log wants more than the terminal
    logging.basicConfig(format="%(message)s", handlers=[warnings])
    access = options.access
    access.check()
    host = resolve(access.host)
    passwords = read_passwords(access, host)
    certificate = tls_certificate(access, host)
    with open_campaign(options.folder, create=True) as campaign:
        if options.second_look is not None:
            campaign.review.set_second_look(options.second_look)
        erased = campaign.erased_at() is not None  # no name is stored any more, not even that of a reader
        if options.goal is not None:
            campaign.settings.save(replace(campaign.settings.wanted(), goal=options.goal))
        usual_port = campaign.settings.port()
    warn_if_exposed(options.folder)
    listening = bind(host, access.port, usual_port)
    port = listening.getsockname()[1]
    with open_campaign(options.folder) as campaign:
        campaign.settings.keep_port(port)
    policy = policy_for(access, host, port, passwords, certificate)
    with _inbox(options) as restart:
        services = Services(
            render_preview,
            lambda: _write_tables(options.folder),
            restart,
            looks_like_scan,
            lambda language, kind: _report(options, language, kind),
            print_in_process,
        )
        context = WebContext.of(options.folder, services, options.goal, access.log_views and not erased)
        threading.Thread(target=load_directory, daemon=True).start()  # so that the first search is fast
        context.changed()  # decisions made just before a crash may be missing from the tables
        tell_access(access, host, port, policy, certificate)
        config = uvicorn.Config(
            create_app(context, policy),
            access_log=False,
            log_level="critical",
            server_header=False,
            proxy_headers=False,
            http=over_tls(certificate.context) if certificate else LimitedConnection,
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
        chosen = ("--language", language, "--format", kind, "--out", folder)
        run_digitize("report", *chosen, "--", str(options.folder))
        name = "count" if kind == "xlsx" else "report"
        return (Path(folder) / f"{name}-{language}.{kind}").read_bytes()
