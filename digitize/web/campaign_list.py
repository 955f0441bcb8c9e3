"""The list of campaigns: what each has counted and what is open; campaigns are opened and created here."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from digitize.campaign.store import DATABASE, Totals, open_campaign
from digitize.errors import DigitizeError
from digitize.problems import Problem, problem_of
from digitize.web import login, sessions_page
from digitize.web.app import STATIC, missing, unavailable
from digitize.web.login_throttle import LoginThrottle
from digitize.web.render import Frame, page, url_at
from digitize.web.security import AccessMiddleware, AccessPolicy
from digitize.web.sessions import Sessions

NAME_MAX = 60  # characters
FORBIDDEN = '/\\:*?"<>|'  # in names of folders, on some system
WRONG = 422


@dataclass(frozen=True, slots=True)
class CampaignLine:
    """One campaign of the list; `totals` is None if it cannot be opened, for the reason in `problem`."""

    name: str
    title: str = ""
    totals: Totals | None = None
    erased: bool = False
    problem: Problem | None = None

    @property
    def open(self) -> int:
        """Number of open questions, pages to be settled included."""
        return self.totals.unsettled + sum(self.totals.open.values()) if self.totals else 0


@dataclass(frozen=True)
class CampaignList:
    """The campaigns in a folder.  `open` serves one and returns its port; raises DigitizeError."""

    folder: Path
    open: Callable[[str], int]

    def names(self) -> list[str]:
        """Return the names of the campaigns, in alphabetical order."""
        found = (path for path in self.folder.iterdir() if (path / DATABASE).is_file())
        return sorted((path.name for path in found if not path.name.startswith(".")), key=str.casefold)

    def lines(self) -> list[CampaignLine]:
        """Return the campaigns with what they have counted."""
        return [self._line(name) for name in self.names()]

    def create(self, name: str) -> None:
        """Make a new campaign.  Raises DigitizeError."""
        with open_campaign(self.folder / name, create=True):
            pass

    def wrong_name(self, name: str) -> str:
        """Return why a name cannot be that of a new campaign ("name" or "taken"), "" if it can."""
        if not name:
            return "name"
        forbidden = not name.isprintable() or set(name) & set(FORBIDDEN) or name[0] in ".-" or name[-1] == "."
        if len(name) > NAME_MAX or forbidden:
            return "name"
        taken = {path.name.casefold() for path in self.folder.iterdir()}
        return "taken" if name.casefold() in taken else ""

    def _line(self, name: str) -> CampaignLine:
        try:
            with open_campaign(self.folder / name) as campaign:
                title = campaign.settings.wanted().title
                return CampaignLine(name, title, campaign.review.totals(), campaign.erased_at() is not None)
        except DigitizeError as error:
            return CampaignLine(name, problem=problem_of(error))


def create_list_app(campaigns: CampaignList, policy: AccessPolicy, sessions: Sessions) -> Starlette:
    """Create the application that shows the list."""
    app = Starlette(
        routes=[
            Route("/", front),
            Route("/login", login.login, methods=["GET", "POST"]),
            Route("/hello", login.hello, methods=["GET", "POST"]),
            Route("/logout", login.logout, methods=["POST"]),
            Route("/sessions", sessions_page.listing),
            Route("/sessions/end", sessions_page.end, methods=["POST"]),
            Route("/campaigns", create, methods=["POST"]),
            Route("/campaigns/{name}", open_one),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        middleware=[Middleware(AccessMiddleware, policy=policy, sessions=sessions, refuse=login.refuse)],
        exception_handlers={HTTPException: missing, DigitizeError: unavailable},
    )
    app.state.campaigns, app.state.policy, app.state.sessions = campaigns, policy, sessions
    app.state.throttle = LoginThrottle()
    app.state.frame = Frame(campaigns.folder.resolve().name, is_list=True)
    return app


def front(request: Request) -> Response:
    """Show the list, or sign in a browser that followed the link."""
    return login.sign_in_by_link(request) or _shown(request)


def open_one(request: Request) -> Response:
    """Open a campaign and go there."""
    campaigns: CampaignList = request.app.state.campaigns
    name = request.path_params["name"]
    if name not in campaigns.names():
        raise HTTPException(404)
    return RedirectResponse(url_at(request, campaigns.open(name)), status_code=303)


async def create(request: Request) -> Response:
    """Make a new campaign and show it in the list."""
    form = await request.form()
    text = form.get("name", "")
    return await run_in_threadpool(_create, request, " ".join(text.split()) if isinstance(text, str) else "")


def _create(request: Request, name: str) -> Response:
    campaigns: CampaignList = request.app.state.campaigns
    wrong = campaigns.wrong_name(name)
    if wrong:
        return _shown(request, WRONG, name=name, wrong=wrong)
    campaigns.create(name)
    return _shown(request, new=name)


def _shown(request: Request, status: int = 200, name: str = "", wrong: str = "", new: str = "") -> Response:
    campaigns: CampaignList = request.app.state.campaigns
    lines = campaigns.lines()
    return page(request, "campaigns.html", status, lines=lines, name=name, wrong=wrong, new=new)
