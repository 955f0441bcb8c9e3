"""The list of sessions, for coordinators: who is signed in, from where, and how to end it."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from digitize.web.render import page
from digitize.web.sessions import Sessions


def listing(request: Request) -> Response:
    """List all sessions, the one active last first."""
    sessions: Sessions = request.app.state.sessions
    return page(request, "sessions.html", sessions=sessions.all())


async def end(request: Request) -> Response:
    """End the session with the number in the form; one that has ended already is no error."""
    form = await request.form()
    number = form.get("number")
    sessions: Sessions = request.app.state.sessions
    for session in sessions.all():
        if str(session.number) == number:
            sessions.end(session)
    return RedirectResponse("/sessions", status_code=303)
