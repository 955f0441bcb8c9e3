"""The web application: routes, middleware and error pages."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.convertors import IntegerConvertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from digitize.errors import CampaignErased, DigitizeError
from digitize.problems import problem_of
from digitize.web import (
    audit_page,
    count_page,
    files_page,
    log_page,
    login,
    matches_page,
    page_views,
    report_page,
    review_views,
    row_view,
    search_page,
    sessions_page,
    settings_page,
    settle_views,
    sheet_page,
    uploads,
)
from digitize.web.context import WebContext
from digitize.web.login_throttle import LoginThrottle
from digitize.web.render import Frame, page
from digitize.web.security import AccessMiddleware, AccessPolicy
from digitize.web.sessions import Sessions

STATIC = Path(__file__).parent / "static"
UNAVAILABLE, RETRY_AFTER_S = 503, "10"
GONE = 410


class IdConvertor(IntegerConvertor):
    """Numbers in addresses, only as large as SQLite can look up (below 2**63)."""

    regex = "[0-9]{1,18}"


register_url_convertor("id", IdConvertor())


def create_app(
    context: WebContext, policy: AccessPolicy, sessions: Sessions | None = None, list_port: int = 0
) -> Starlette:
    """Create the application that shows one campaign; without `sessions` they last as long as it.

    `list_port` is that of the list of campaigns, 0 if this is the only one.
    """
    sessions = sessions or Sessions()
    app = Starlette(
        routes=[
            Route("/", count_page.front),
            Route("/login", login.login, methods=["GET", "POST"]),
            Route("/hello", login.hello, methods=["GET", "POST"]),
            Route("/logout", login.logout, methods=["POST"]),
            Route("/sessions", sessions_page.listing),
            Route("/sessions/end", sessions_page.end, methods=["POST"]),
            Route("/figures", count_page.figures),
            Route("/pictures/{name}.svg", report_page.picture),
            Route("/report.{kind}", report_page.report),
            Route("/progress", uploads.progress),
            Route("/scans", uploads.add, methods=["POST"]),
            Route("/scans/refused", files_page.refused, methods=["POST"]),
            Route("/files", files_page.files),
            Route("/restart", uploads.restart, methods=["POST"]),
            Route("/pages", page_views.page_list),
            Route("/pages/{page_id:id}", page_views.one_page),
            Route("/pages/{page_id:id}/picture", page_views.picture),
            Route("/pages/{page_id:id}/thumbnail", page_views.thumbnail),
            Route("/pages/{page_id:id}/original", page_views.original),
            Route("/pages/{page_id:id}/cut", page_views.crop),
            Route("/pages/{page_id:id}/settle", settle_views.settle_page),
            Route("/pages/{page_id:id}/settle", settle_views.settle, methods=["POST"]),
            Route("/search", search_page.search),
            Route("/again", settle_views.to_scan_again),
            Route("/pages/{page_id:id}/rows/{index:id}", row_view.detail),
            Route("/pages/{page_id:id}/rows/{index:id}", row_view.correct, methods=["POST"]),
            Route("/pages/{page_id:id}/rows/{index:id}/back", row_view.put_back, methods=["POST"]),
            Route("/review", review_views.overview),
            Route("/review/pages", settle_views.next_page),
            Route("/review/next", review_views.following),
            Route("/review/decisions", review_views.decide, methods=["POST"]),
            Route("/review/undo", review_views.undo, methods=["POST"]),
            Route("/review/release", review_views.release, methods=["POST"]),
            Route("/review/{view}", review_views.view),
            Route("/places", review_views.places),
            Route("/settings", settings_page.settings),
            Route("/settings", settings_page.save, methods=["POST"]),
            Route("/settings/form", settings_page.add_form, methods=["POST"]),
            Route("/settings/received", settings_page.save_received, methods=["POST"]),
            Route("/audit", audit_page.show),
            Route("/audit", audit_page.answer, methods=["POST"]),
            Route("/sheet", sheet_page.show),
            Route("/sheet", sheet_page.make, methods=["POST"]),
            Route("/matches", matches_page.show),
            Route("/matches", matches_page.answer, methods=["POST"]),
            Route("/log", log_page.log),
            Route("/tables/log.csv", log_page.log_table),
            Route("/tables/{name}.csv", log_page.table),
            Route("/tables/{name}.xlsx", log_page.workbook),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        middleware=[Middleware(AccessMiddleware, policy=policy, sessions=sessions, refuse=login.refuse)],
        exception_handlers={
            HTTPException: missing,
            CampaignErased: _erased,
            DigitizeError: unavailable,
        },
    )
    app.state.context, app.state.policy, app.state.sessions = context, policy, sessions
    app.state.throttle = LoginThrottle()
    app.state.frame = Frame(context.folder.resolve().name, list_port)
    return app


def missing(request: Request, error: Exception) -> Response:
    """Say that there is no such page."""
    status = error.status_code if isinstance(error, HTTPException) else 404
    return page(request, "missing.html", status, fault=False)


def _erased(request: Request, _error: Exception) -> Response:
    return login.refuse(request, GONE, "erased")


def unavailable(request: Request, error: Exception) -> Response:
    """Say that the campaign cannot be opened, and why."""
    answer = page(request, "unavailable.html", UNAVAILABLE, problem=problem_of(error))
    answer.headers["retry-after"] = RETRY_AFTER_S
    return answer
