"""The real application behind a real socket, run in a thread, and a simple client for it."""

import http.client
import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
import uvicorn

from digitize.campaign.store import open_campaign
from digitize.images import encode
from digitize.learning.state import LearnState
from digitize.load import looks_like_scan
from digitize.report.table_files import as_xlsx
from digitize.tally.publish import told_tables
from digitize.translations import catalogue
from digitize.web.app import create_app
from digitize.web.connections import LimitedConnection
from digitize.web.context import Services, WebContext
from digitize.web.roles import UserRole
from digitize.web.security import AccessPolicy

SCAN = encode(np.full((60, 40), 200, np.uint8), ".jpg")  # returned as any original scan
TOKEN = "the-token-of-the-tests"
STARTS_WITHIN_S = 10.0


@dataclass
class Site:
    """A running site over the campaign in `folder`."""

    folder: Path
    port: int
    calls: list[str] = field(default_factory=list)  # services that were called
    fails: Exception | None = None  # raised when the tables are written
    original_fails: Exception | None = None  # raised when an original scan is rendered
    learning: list[LearnState] = field(default_factory=list)  # what learning tells, one state a turn
    may_go_on: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))  # turns

    def original(self, _path: str, number: int) -> bytes:
        self.calls.append(f"original {number}")
        if self.original_fails:
            raise self.original_fails
        return SCAN

    def write_tables(self) -> None:
        self.calls.append("write_tables")
        if self.fails:
            raise self.fails

    def workbook(self, language: str, name: str) -> bytes:
        with open_campaign(self.folder) as campaign:
            return as_xlsx(told_tables(campaign, catalogue(language).gettext), name, language)

    def learn(self, told: Callable[[LearnState], None]) -> None:
        """Tell the states that a test has prepared, each when the test lets it."""
        for state in self.learning:
            self.may_go_on.acquire(timeout=STARTS_WITHIN_S)
            told(state)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    @property
    def link(self) -> str:
        return f"{self.url}/?token={TOKEN}"


@contextmanager
def running(
    folder: Path,
    passwords: Mapping[UserRole, str] | None = None,
    goal: int | None = None,
    log_views: bool = False,
) -> Iterator[Site]:
    """Serve the campaign until the block ends."""
    listening = socket.create_server(("127.0.0.1", 0))
    site = Site(folder, listening.getsockname()[1])
    services = Services(
        original=site.original,
        write_tables=site.write_tables,
        restart=lambda: site.calls.append("restart"),
        is_scan=looks_like_scan,
        workbook=site.workbook,
        learn=site.learn,
        read_again=lambda: site.calls.append("read again"),
    )
    policy = AccessPolicy(
        {site.host}, TOKEN, passwords or {}, f"digitize-{site.port}", names_needed=log_views
    )
    app = create_app(WebContext.of(folder, services, goal, log_views), policy)
    config = uvicorn.Config(app, log_level="critical", access_log=False, http=LimitedConnection)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    until_s = time.monotonic() + STARTS_WITHIN_S
    while not server.started and time.monotonic() < until_s:
        time.sleep(0.01)
    try:
        yield site
    finally:
        server.should_exit = server.force_exit = True
        thread.join(5)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    @property
    def json(self) -> dict[str, object]:
        return dict(json.loads(self.body))


class Client:
    """A minimal HTTP client that keeps the session cookie and the CSRF token."""

    def __init__(self, site: Site) -> None:
        self.site, self.cookie, self.csrf = site, "", ""

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """Send one request exactly as given; header names are written with underscores."""
        connection = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=20)
        sent = {"Host": self.site.host} | ({"Cookie": self.cookie} if self.cookie else {})
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, sent)
        answer = connection.getresponse()
        got = Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        connection.close()
        return got

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: bytes = b"", **headers: str) -> Answer:
        """Send a request like the scripts of the pages."""
        sent = {"Origin": self.site.url, "X_CSRF_Token": self.csrf, "Content_Type": "application/json"}
        return self.ask("POST", path, body, **(sent | headers))

    def enter(self, who: str = "Ada", language: str = "en") -> "Client":
        """Sign in with the link and enter a name."""
        cookie = self.get(f"/?token={TOKEN}").headers["set-cookie"]
        return self._introduce(cookie, who, language)

    def sign_in(self, password: str, who: str = "Ada") -> "Client":
        """Sign in with a password and enter a name."""
        form, kind = (
            urlencode({"password": password, "csrf": self.csrf}).encode(),
            "application/x-www-form-urlencoded",
        )
        answer = self.ask("POST", "/login", form, Origin=self.site.url, Content_Type=kind)
        return self._introduce(answer.headers["set-cookie"], who)

    def _introduce(self, cookie: str, who: str, language: str = "en") -> "Client":
        self.cookie = cookie.split(";", maxsplit=1)[0]
        found = re.search(r'name="csrf" content="([^"]+)"', self.get("/hello").text)
        assert found
        self.csrf = found.group(1)
        form = urlencode({"csrf": self.csrf, "who": who, "language": language}).encode()
        kind = "application/x-www-form-urlencoded"
        self.ask("POST", "/hello", form, Origin=self.site.url, Content_Type=kind)
        return self
