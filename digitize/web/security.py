"""The door: who may ask, from where, and what the browser may do with the answer.

A page of another site must neither read nor do anything here, nor may another
machine that talks to this one under a name of its own (DNS rebinding).  So
every request must name this host; all but the entrance needs a session; and
whatever changes something needs our own origin and the session's token.
"""

import hmac
import logging
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from urllib.parse import parse_qs

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from digitize.debug_log import describe, place
from digitize.web.sessions import Sessions

CSRF_HEADER = "x-csrf-token"
CSRF_FIELD = "csrf"
FORM_MAX_BYTES = 64_000  # of a form without files: a few fields
OPEN_PATHS = ("/static/", "/login")
READING = frozenset({"GET", "HEAD"})

HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",  # "no-referrer" would make browsers hide the origin of our own forms
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",  # names and addresses must not stay behind in the browser's cache
}

_log = logging.getLogger(__name__)

Refuse = Callable[[Request, int, str], Response]


@dataclass(frozen=True)
class Door:
    """How one may come in.

    `hosts` are the Host headers under which this server answers ("127.0.0.1:8000").
    `token` is the secret of the link; `password` that of people elsewhere in the
    network, empty where nobody else may come in.
    """

    hosts: Collection[str]
    token: str
    password: str = ""
    cookie: str = "digitize"

    def knows(self, given: str, secret: str) -> bool:
        """Whether `given` is the secret; takes as long whether right or wrong."""
        return bool(secret) and hmac.compare_digest(given.encode(), secret.encode())


class Guard:
    """Checks every request before the pages see it, and sets the headers of every answer."""

    def __init__(self, app: ASGIApp, door: Door, sessions: Sessions, refuse: Refuse) -> None:
        self._app, self._door, self._sessions, self._refuse = app, door, sessions, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        answer: ASGIApp | None = self._stranger(request)
        if answer is None and request.method not in READING:
            answer, receive = await self._synthetic(request, receive)
        await self._answered(answer or self._app, scope, receive, _with_headers(send))

    async def _answered(self, answer: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """A fault becomes a calm page; what is told of it never quotes what was read."""
        begun = False

        async def noted(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await answer(scope, receive, noted)
        except Exception as error:
            _log.error("fault in the pages: %s", place(error))
            _log.debug("%s", describe(error))
            if not begun:
                await self._refuse(Request(scope), 500, "fault")(scope, receive, send)

    def _stranger(self, request: Request) -> Response | None:
        """A refusal for whom the pages are not meant."""
        if request.headers.get("host", "") not in self._door.hosts:
            return self._refuse(request, 421, "host")
        session = self._sessions.find(request.cookies.get(self._door.cookie, ""))
        request.state.session = session
        entering = request.url.path == "/" and "token" in request.query_params
        if session is None and not entering and not request.url.path.startswith(OPEN_PATHS):
            if self._door.password and request.method in READING:
                return RedirectResponse("/login", status_code=303)
            return self._refuse(request, 403, "session")
        return None

    async def _synthetic(self, request: Request, receive: Receive) -> tuple[Response | None, Receive]:
        """A refusal for what another site may have sent through this browser."""
        if request.headers.get("origin", "") != f"http://{request.headers['host']}":
            return self._refuse(request, 403, "origin"), receive
        session = request.state.session
        if session is None:
            return None, receive  # the entrance, which has nothing to protect yet
        given = request.headers.get(CSRF_HEADER)
        if given is None:
            body = await _small_body(request)
            if body is None:
                return self._refuse(request, 403, "csrf"), receive
            given = parse_qs(body.decode("utf-8", "replace")).get(CSRF_FIELD, [""])[0]
            receive = _again(body, receive)
        if not hmac.compare_digest(given.encode(), session.csrf.encode()):
            return self._refuse(request, 403, "csrf"), receive
        return None, receive


async def _small_body(request: Request) -> bytes | None:
    """The body of an ordinary form, None where it is something else or too long for one."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return None
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > FORM_MAX_BYTES:
            return None
    return body


def _again(body: bytes, receive: Receive) -> Receive:
    """The body once more for the page that handles the form."""
    waiting = [body]

    async def replay() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return replay


def _with_headers(send: Send) -> Callable[[Message], Awaitable[None]]:
    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return guarded
