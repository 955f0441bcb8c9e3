"""The web application: its addresses, and who stands at the door."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from digitize.review import count, entrance, log, pages, questions, rows, uploads
from digitize.review.desk import Desk
from digitize.review.guard import Door, Guard
from digitize.review.render import Frame, page
from digitize.review.sessions import Sessions

STATIC = Path(__file__).parent / "static"


def create_app(desk: Desk, door: Door) -> Starlette:
    """The pages over one campaign."""
    sessions = Sessions()
    app = Starlette(
        routes=[
            Route("/", count.front),
            Route("/login", entrance.login, methods=["GET", "POST"]),
            Route("/hello", entrance.hello, methods=["GET", "POST"]),
            Route("/figures", count.figures),
            Route("/progress", uploads.progress),
            Route("/scans", uploads.add, methods=["POST"]),
            Route("/restart", uploads.restart, methods=["POST"]),
            Route("/pages", pages.page_list),
            Route("/pages/{page_id:int}", pages.one_page),
            Route("/pages/{page_id:int}/picture", pages.picture),
            Route("/pages/{page_id:int}/thumbnail", pages.thumbnail),
            Route("/pages/{page_id:int}/original", pages.original),
            Route("/pages/{page_id:int}/cut", pages.cut),
            Route("/pages/{page_id:int}/rows/{index:int}", rows.detail),
            Route("/pages/{page_id:int}/rows/{index:int}", rows.correct, methods=["POST"]),
            Route("/review", questions.overview),
            Route("/review/next", questions.following),
            Route("/review/decisions", questions.decide, methods=["POST"]),
            Route("/review/undo", questions.undo, methods=["POST"]),
            Route("/review/release", questions.release, methods=["POST"]),
            Route("/review/{view}", questions.view),
            Route("/places", questions.places),
            Route("/log", log.trail),
            Route("/tables/log.csv", log.trail_table),
            Route("/tables/{name}.csv", log.table),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        middleware=[Middleware(Guard, door=door, sessions=sessions, refuse=entrance.refuse)],
        exception_handlers={HTTPException: _missing},
    )
    app.state.desk, app.state.door, app.state.sessions = desk, door, sessions
    app.state.frame = Frame(desk.folder.resolve().name)
    return app


def _missing(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    return page(request, "missing.html", status, fault=False)
