"""Signing in and out: the link with its token, the passwords, and the name stored with decisions."""

from math import ceil

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from digitize.web.login_throttle import LoginThrottle
from digitize.web.render import page
from digitize.web.roles import UserRole
from digitize.web.security import AccessPolicy
from digitize.web.session_file import LINK
from digitize.web.sessions import Session, Sessions
from digitize.web.translations import LANGUAGES

NAME_MAX = 40  # characters
TOO_MANY_REQUESTS = 429


def refuse(request: Request, status: int, reason: str) -> Response:
    """Return an error page that says what to do; for values of `reason` see refused.html, and "fault"."""
    if not hasattr(request.state, "session"):
        request.state.session = None
    if reason == "fault":
        return page(request, "missing.html", status, fault=True)
    return page(request, "refused.html", status, reason=reason)


def sign_in_by_link(request: Request) -> Response | None:
    """Sign in a browser that followed the link; return None if the request has no token."""
    token = request.query_params.get("token")
    if token is None:
        return None
    policy: AccessPolicy = request.app.state.policy
    if not policy.knows(token, policy.token):
        return refuse(request, 403, "session")
    return _signed_in(request, UserRole.COORDINATOR, LINK)


async def login(request: Request) -> Response:
    """Ask for the password and check it, for people elsewhere in the network."""
    policy: AccessPolicy = request.app.state.policy
    if not policy.passwords:
        return refuse(request, 404, "session")
    if request.method == "GET":
        return page(request, "login.html", wrong=False, wait_s=0)
    form = await request.form()
    throttle: LoginThrottle = request.app.state.throttle
    address = _client(request)
    wait_s = ceil(throttle.wait_s(address))
    if wait_s:  # not even compared: otherwise the right password would show among many
        answer = page(request, "login.html", TOO_MANY_REQUESTS, wrong=True, wait_s=wait_s)
        answer.headers["retry-after"] = str(wait_s)
        return answer
    role = policy.role_of(_text(form, "password"))
    if role is not None:
        throttle.succeeded(address)
        return _signed_in(request, role, role.name.lower())
    throttle.failed(address)
    return page(request, "login.html", 403, wrong=True, wait_s=0)


async def hello(request: Request) -> Response:
    """Ask for the name that is stored with decisions, and for the language."""
    session: Session = request.state.session
    back = _local_path(request.query_params.get("back", "/"))
    if request.method == "GET":
        return page(request, "hello.html", back=back, taken="")
    form = await request.form()
    language = _text(form, "language")
    session.language = language if language in LANGUAGES else ""
    who = _name(_text(form, "who"))
    sessions: Sessions = request.app.state.sessions
    if who and _text(form, "mine") != who and sessions.others_named(who, session):
        return page(request, "hello.html", 409, back=back, taken=who)
    session.who = who or session.who
    sessions.save()
    return RedirectResponse(back if session.who else request.url.path, status_code=303)


def given_name(request: Request, text: str) -> str:
    """Return the name that a person has typed for this session, "" if it is none or somebody else's."""
    sessions: Sessions = request.app.state.sessions
    who = _name(text)
    return "" if sessions.others_named(who, request.state.session) else who


def _name(text: str) -> str:
    who = " ".join(text.split())[:NAME_MAX]
    return who if who.isprintable() else ""


def logout(request: Request) -> Response:
    """End the session of this browser."""
    policy: AccessPolicy = request.app.state.policy
    sessions: Sessions = request.app.state.sessions
    sessions.end(request.state.session)
    answer = RedirectResponse("/", status_code=303)
    answer.delete_cookie(policy.cookie, path="/", secure=policy.secure, httponly=True, samesite="strict")
    return answer


def _signed_in(request: Request, role: UserRole, door: str) -> Response:
    """Redirect to the first page with a session cookie (HttpOnly, SameSite=Strict, over TLS Secure)."""
    policy: AccessPolicy = request.app.state.policy
    sessions: Sessions = request.app.state.sessions
    session = sessions.start(role, _client(request), request.state.session, door)
    answer = RedirectResponse("/", status_code=303)
    answer.set_cookie(
        policy.cookie, session.id, httponly=True, samesite="strict", path="/", secure=policy.secure
    )
    return answer


def _client(request: Request) -> str:
    """Return the address of the browser."""
    return request.client.host if request.client else ""


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


def _local_path(path: str) -> str:
    """Return the path if it belongs to these pages, else "/": never the address of another site."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else "/"
