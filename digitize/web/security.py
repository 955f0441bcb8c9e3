"""Access control and security headers for every request.

Pages of other sites must neither read nor change anything here, not even through
a host name that resolves to this machine (DNS rebinding).  Therefore every request
must carry the expected Host header, everything except signing in needs a session,
and every change needs this origin, the CSRF token of the session and a role that may make it.
"""

import hmac
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs, quote

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from digitize.debug_log import describe, place
from digitize.web.body_limits import FORM_MAX_BYTES, BodyTooLarge, BodyTooSlow, LimitedBody
from digitize.web.roles import READING, UserRole, needed_role
from digitize.web.sessions import Session, Sessions

CSRF_HEADER = "x-csrf-token"
CSRF_FIELD = "csrf"
OPEN_PATHS = ("/static/", "/login")
WITHOUT_NAME = ("/hello", "/login", "/logout")

HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",  # with "no-referrer" browsers send no Origin with our forms
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",  # no names and addresses in the cache of the browser
}

_log = logging.getLogger(__name__)

Refuse = Callable[[Request, int, str], Response]


@dataclass(frozen=True)
class AccessPolicy:
    """How people may sign in.

    `hosts` are the accepted Host headers ("127.0.0.1:8000").  `token` is the secret
    in the link, for the person at this machine, who coordinates.  `passwords` are for people elsewhere
    in the network, each for a role; without any nobody else may sign in.  `names_needed`
    says that people have to enter their name before they see anything.
    """

    hosts: Collection[str]
    token: str
    passwords: Mapping[UserRole, str] = field(default_factory=dict)
    cookie: str = "digitize"
    scheme: str = "http"
    names_needed: bool = False

    @property
    def secure(self) -> bool:
        """Whether the connection is encrypted."""
        return self.scheme == "https"

    def role_of(self, password: str) -> UserRole | None:
        """Return the role that a password gives, None if it is wrong; every password is compared."""
        found = [role for role, secret in self.passwords.items() if self.knows(password, secret)]
        return max(found, default=None)

    def knows(self, given: str, secret: str) -> bool:
        """Whether `given` equals the secret; takes the same time whether it does or not."""
        return bool(secret) and hmac.compare_digest(given.encode(), secret.encode())


class AccessMiddleware:
    """Middleware that checks every request and sets the headers of every answer."""

    def __init__(self, app: ASGIApp, policy: AccessPolicy, sessions: Sessions, refuse: Refuse) -> None:
        self._app, self._policy, self._sessions, self._refuse = app, policy, sessions, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        answer: ASGIApp | None = self._refuse_unknown(request)
        body = LimitedBody(scope, receive)
        if body.announced_too_large:
            answer = answer or self._refuse(request, 413, "large")
        await self._handle(answer, scope, body, _with_headers(send, body))

    async def _handle(self, answer: ASGIApp | None, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer an internal error with a page; the log never quotes text from a sheet."""
        begun = False

        async def noted(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            request = Request(scope, receive)
            if answer is None and request.method not in READING:
                answer, receive = await self._check_origin(request, receive)
            await (answer or self._app)(scope, receive, noted)
        except (BodyTooLarge, BodyTooSlow) as error:
            if not begun:
                status, reason = (413, "large") if isinstance(error, BodyTooLarge) else (408, "slow")
                await self._refuse(Request(scope), status, reason)(scope, receive, send)
        except ClientDisconnect:
            pass  # nobody is left to be answered
        except Exception as error:
            _log.error("fault in the pages: %s", place(error))
            _log.debug("%s", describe(error))
            if not begun:
                await self._refuse(Request(scope), 500, "fault")(scope, receive, send)

    def _refuse_unknown(self, request: Request) -> Response | None:
        """Return a refusal for a wrong host, a missing session or another role's page, otherwise None."""
        if request.headers.get("host", "") not in self._policy.hosts:
            return self._refuse(request, 421, "host")
        session = self._sessions.find(request.cookies.get(self._policy.cookie, ""))
        request.state.session = session
        signing_in = request.url.path == "/" and "token" in request.query_params
        if session is None and not signing_in and not request.url.path.startswith(OPEN_PATHS):
            if self._policy.passwords and request.method in READING:
                return RedirectResponse("/login", status_code=303)
            return self._refuse(request, 403, "session")
        if session is not None and not signing_in:
            return self._refuse_role(request, session)
        return None

    def _refuse_role(self, request: Request, session: Session) -> Response | None:
        path = request.url.path
        if session.role < needed_role(request.method, path):
            return self._refuse(request, 403, "role")
        unnamed = self._policy.names_needed and not session.who
        if unnamed and path not in WITHOUT_NAME and not path.startswith(OPEN_PATHS):
            return RedirectResponse(f"/hello?back={quote(path)}", status_code=303)
        return None

    async def _check_origin(self, request: Request, receive: Receive) -> tuple[Response | None, Receive]:
        """Return a refusal for a request that another site may have forged, and the body to read."""
        if request.headers.get("origin", "") != f"{self._policy.scheme}://{request.headers['host']}":
            return self._refuse(request, 403, "origin"), receive
        session = request.state.session
        if session is None:
            return None, receive  # signing in: there is nothing to protect yet
        given = request.headers.get(CSRF_HEADER)
        if given is None:
            body = await _form_body(request)
            if body is None:
                return self._refuse(request, 403, "csrf"), receive
            given = parse_qs(body.decode("utf-8", "replace")).get(CSRF_FIELD, [""])[0]
            receive = _replay(body, receive)
        if not hmac.compare_digest(given.encode(), session.csrf.encode()):
            return self._refuse(request, 403, "csrf"), receive
        return None, receive


async def _form_body(request: Request) -> bytes | None:
    """Return the body of a form, or None if it is not a form or too long."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return None
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > FORM_MAX_BYTES:
            return None
    return body


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that replays the body for the page that handles the form."""
    waiting = [body]

    async def replay() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return replay


def _with_headers(send: Send, body: LimitedBody) -> Callable[[Message], Awaitable[None]]:
    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            if not body.complete:
                headers["connection"] = "close"  # otherwise the server would go on receiving the body
        await send(message)

    return guarded
