"""The site of one campaign: its pages, its tables, and the inbox that feeds it."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digitize.cli.exposure import warn_if_exposed
from digitize.cli.serve_access import Access, policy_for, read_passwords, tls_certificate
from digitize.cli.sheet import print_in_process
from digitize.cli.subcommand import run_digitize
from digitize.errors import BadStore

if TYPE_CHECKING:
    from collections.abc import Mapping

    import uvicorn
    from starlette.applications import Starlette

    from digitize.inbox import Inbox
    from digitize.web.addresses import Host
    from digitize.web.certificate import Certificate
    from digitize.web.roles import UserRole
    from digitize.web.security import AccessPolicy
    from digitize.web.session_file import SessionFile
    from digitize.web.sessions import Sessions

LAST_REQUESTS_S = 2  # for requests that are under way when the server stops


@dataclass(frozen=True, slots=True)
class Options:
    """What was given on the command line."""

    folder: Path
    access: Access
    second_look: float | None
    goal: int | None
    form: str | None  # None: that of the settings
    workers: int | None


@dataclass(frozen=True)
class Entrance:
    """Who may come in, and how: the same for all campaigns of one server."""

    access: Access
    host: "Host"
    passwords: "Mapping[UserRole, str]"
    certificate: "Certificate | None"
    kept: "SessionFile"
    sessions: "Sessions"
    first_port: int = 0  # where people sign in; 0: each campaign is a server of its own

    @classmethod
    def of(cls, access: Access, sessions_folder: Path | None) -> "Entrance":
        """Resolve address, passwords and certificate; sessions are kept in the folder, if there is one.

        Raises BadAddress, BadCertificate, click's errors.
        """
        from digitize.web.addresses import resolve
        from digitize.web.session_file import FILE, SessionFile
        from digitize.web.sessions import Sessions

        access.check()
        host = resolve(access.host)
        passwords = read_passwords(access, host)
        file = None if sessions_folder is None else sessions_folder / FILE
        kept = SessionFile.open(file, passwords, access.new_link)
        certificate = tls_certificate(access, host)
        return cls(access, host, passwords, certificate, kept, Sessions(kept))

    def policy(self, port: int) -> "AccessPolicy":
        """Return the policy for one port; the cookie is that of the port where people sign in."""
        of_port = policy_for(self.access, self.host, port, self.passwords, self.certificate, self.kept.token)
        if not self.first_port or self.first_port == port:
            return of_port
        return replace(of_port, cookie=self.policy(self.first_port).cookie)

    def server(self, app: "Starlette") -> "uvicorn.Server":
        import uvicorn

        from digitize.web.connections import LimitedConnection, over_tls

        config = uvicorn.Config(
            app,
            access_log=False,
            log_level="critical",
            server_header=False,
            proxy_headers=False,
            http=over_tls(self.certificate.context) if self.certificate else LimitedConnection,
            lifespan="off",
            timeout_graceful_shutdown=LAST_REQUESTS_S,
        )
        return uvicorn.Server(config)


@dataclass(frozen=True)
class CampaignSite:
    """A campaign that is ready to be served."""

    app: "Starlette"
    listening: socket.socket
    policy: "AccessPolicy"

    @property
    def port(self) -> int:
        return int(self.listening.getsockname()[1])


@contextmanager
def campaign_site(options: Options, entrance: Entrance, port: int = 0) -> Iterator[CampaignSite]:
    """Make the site of a campaign and digitize what is added to it, until the block ends.

    Without a port it is that of the last time.  Raises BadAddress, BadStore, BadForm,
    MissingProgram; BadStore also if the last decisions are not in the tables.
    """
    from digitize.batch import render_preview
    from digitize.campaign.store import open_campaign
    from digitize.cli.learn_process import learn_in_process
    from digitize.load import looks_like_scan
    from digitize.web.addresses import bind
    from digitize.web.app import create_app
    from digitize.web.context import Services, WebContext

    folder = options.folder
    with open_campaign(folder, create=True) as campaign:
        if options.second_look is not None:
            campaign.review.set_second_look(options.second_look)
        erased = campaign.erased_at() is not None  # no name is stored any more, not even that of a reader
        if options.goal is not None:
            campaign.settings.save(replace(campaign.settings.wanted(), goal=options.goal))
        usual_port = campaign.settings.port()
    warn_if_exposed(folder)
    listening = bind(entrance.host, port, usual_port)
    with open_campaign(folder) as campaign:
        campaign.settings.keep_port(listening.getsockname()[1])
    with _inbox(options) as inbox:
        services = Services(
            render_preview,
            lambda: _write_tables(folder),
            inbox.restart if inbox else _do_nothing,
            looks_like_scan,
            lambda language, kind: _report(options, language, kind),
            lambda language, name: _workbook(folder, language, name),
            print_in_process,
            partial(learn_in_process, folder),
            inbox.read_all_again if inbox else _do_nothing,
        )
        log_views = entrance.access.log_views and not erased
        context = WebContext.of(folder, services, options.goal, log_views)
        context.changed()  # decisions made just before a crash may be missing from the tables
        policy = entrance.policy(listening.getsockname()[1])
        try:
            app = create_app(context, policy, entrance.sessions, entrance.first_port)
            yield CampaignSite(app, listening, policy)
        finally:
            up_to_date = context.tables.settle()
    if not up_to_date:
        raise BadStore(
            f"The tables in {folder} lack the last decisions: fix the problem reported above and run "
            f"digitize tally {folder}."
        )


@contextmanager
def _inbox(options: Options) -> "Iterator[Inbox | None]":
    """Digitize scans that are dropped or uploaded while the pages are served; yields what does so, if any."""
    from digitize.campaign.store import open_campaign
    from digitize.cli.watch import reading
    from digitize.errors import CampaignBusy

    with ExitStack() as stack:
        with open_campaign(options.folder) as campaign:
            erased = campaign.erased_at()
        if erased is not None:
            click.echo("The names and pictures of this campaign were erased; no scans can be added.")
            yield None
            return
        try:
            inbox = stack.enter_context(reading(options.folder, options.form, options.workers))
        except CampaignBusy:
            click.echo("Another digitize already watches this folder and digitizes the scans added here.")
            yield None
            return
        yield inbox


def _do_nothing() -> None:
    """There is no inbox that could do it."""


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


def _workbook(folder: Path, language: str, name: str) -> bytes:
    """Make a table as a workbook in a separate process.  Raises BadStore."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="digitize-") as target:
        run_digitize("tally", "--partial", "--xlsx", language, "--xlsx-to", target, "--", str(folder))
        return (Path(target) / f"{name}-{language}.xlsx").read_bytes()
