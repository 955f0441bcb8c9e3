"""The web application: routes, middleware and error pages."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from digitize.web import count_page, log_page, login, page_views, review_views, row_view, uploads
from digitize.web.context import Desk
from digitize.web.render import Frame, page
from digitize.web.security import Door, Guard
from digitize.web.sessions import Sessions

STATIC = Path(__file__).parent / "static"


def create_app(desk: Desk, door: Door) -> Starlette:
    """Create the application that shows one campaign."""
    sessions = Sessions()
    app = Starlette(
        routes=[
            Route("/", count_page.front),
            Route("/login", login.login, methods=["GET", "POST"]),
            Route("/hello", login.hello, methods=["GET", "POST"]),
            Route("/figures", count_page.figures),
            Route("/progress", uploads.progress),
            Route("/scans", uploads.add, methods=["POST"]),
            Route("/restart", uploads.restart, methods=["POST"]),
            Route("/pages", page_views.page_list),
            Route("/pages/{page_id:int}", page_views.one_page),
            Route("/pages/{page_id:int}/picture", page_views.picture),
            Route("/pages/{page_id:int}/thumbnail", page_views.thumbnail),
            Route("/pages/{page_id:int}/original", page_views.original),
            Route("/pages/{page_id:int}/cut", page_views.crop),
            Route("/pages/{page_id:int}/rows/{index:int}", row_view.detail),
            Route("/pages/{page_id:int}/rows/{index:int}", row_view.correct, methods=["POST"]),
            Route("/review", review_views.overview),
            Route("/review/next", review_views.following),
            Route("/review/decisions", review_views.decide, methods=["POST"]),
            Route("/review/undo", review_views.undo, methods=["POST"]),
            Route("/review/release", review_views.release, methods=["POST"]),
            Route("/review/{view}", review_views.view),
            Route("/places", review_views.places),
            Route("/log", log_page.log),
            Route("/tables/log.csv", log_page.log_table),
            Route("/tables/{name}.csv", log_page.table),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        middleware=[Middleware(Guard, door=door, sessions=sessions, refuse=login.refuse)],
        exception_handlers={HTTPException: _missing},
    )
    app.state.desk, app.state.door, app.state.sessions = desk, door, sessions
    app.state.frame = Frame(desk.folder.resolve().name)
    return app


def _missing(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    return page(request, "missing.html", status, fault=False)
