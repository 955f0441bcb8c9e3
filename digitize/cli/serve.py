"""`digitize serve`: the web pages of a campaign, or of a folder of campaigns."""

import sys
from contextlib import suppress
from pathlib import Path

import click

from digitize.cli.debug import Command
from digitize.cli.options import EXISTING_FILE, FOLDER, campaign_form_option
from digitize.cli.serve_access import Access, tell_access
from digitize.cli.serve_site import Entrance, Options, campaign_site
from digitize.errors import ExitCode

LOOPBACK = "127.0.0.1"


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
    "--campaigns", is_flag=True, help="DIR holds campaigns, or will: show a list that opens and creates them."
)
@click.option(
    "--new-link", is_flag=True, help="Make a new link and end all sessions that were begun with the old one."
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
@campaign_form_option
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
    campaigns: bool,
    new_link: bool,
    second_look: float | None,
    goal: int | None,
    form: str | None,
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
      digitize serve petitions     (a folder of campaigns: shows a list of them)
      digitize serve friday --host 192.168.1.20 --port 8000 --password-file passwords.txt
    """
    access = Access(host, port, password_file, tls_cert, tls_key, plain_http, log_views, new_link)
    options = Options(folder, access, second_look, goal, form, workers)
    sys.exit(serve_pages(options, several=campaigns))


def serve_pages(options: Options, several: bool = False) -> ExitCode:
    """Serve the pages until Ctrl-C; `several`: the folder is one of campaigns, even if it is empty.

    Raises BadAddress, BadCertificate, BadStore, BadForm, MissingProgram.
    """
    import logging
    import threading

    from digitize.address.directory import load_directory
    from digitize.cli.serve_parent import holds_campaigns, serve_campaigns

    warnings = logging.StreamHandler()
    warnings.setLevel(logging.WARNING)  # the debug log wants more than the terminal
    logging.basicConfig(format="%(message)s", handlers=[warnings])
    threading.Thread(target=load_directory, daemon=True).start()  # so that the first search is fast
    if several or holds_campaigns(options.folder):
        if options.goal is not None or options.second_look is not None:
            raise click.UsageError("--goal and --second-look are for one campaign; serve it by itself once.")
        return serve_campaigns(options)
    return _serve_campaign(options)


def _serve_campaign(options: Options) -> ExitCode:
    from digitize.campaign.store import open_campaign

    with open_campaign(options.folder, create=True) as campaign:
        erased = campaign.erased_at() is not None
    entrance = Entrance.of(options.access, None if erased else options.folder)
    with campaign_site(options, entrance, options.access.port) as site:
        tell_access(options.access, entrance.host, site.port, site.policy, entrance.certificate)
        with suppress(KeyboardInterrupt):
            entrance.server(site.app).run(sockets=[site.listening])
    click.echo("Stopped. Every decision is kept.")
    return ExitCode.OK
