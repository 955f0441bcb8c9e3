"""The page on which the recogniser learns from what people corrected."""

import threading

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from digitize.learning import FILE, forget
from digitize.learning.state import SHEETS_MIN, TEXTS_MIN, LearnState, Stage
from digitize.web.context import Learn, context_of
from digitize.web.render import page


class LearnJob:
    """Learning in the background, one at a time, and how far it has come."""

    def __init__(self) -> None:
        self.state = LearnState()
        self._lock = threading.Lock()

    @property
    def runs(self) -> bool:
        return self.state.stage is Stage.RUNNING

    def start(self, learn: Learn) -> None:
        """Begin, unless it is under way."""
        with self._lock:
            if self.runs:
                return
            self.state = LearnState(Stage.RUNNING)
        threading.Thread(target=learn, args=(self._tell,), name="learn", daemon=True).start()

    def forget(self) -> None:
        with self._lock:
            if not self.runs:
                self.state = LearnState()

    def _tell(self, state: LearnState) -> None:
        self.state = state


def show(request: Request) -> Response:
    """Show what learning is, how far it has come, and what came of it."""
    if context_of(request).services.learn is None:
        raise HTTPException(404)
    with context_of(request).campaign() as campaign:
        erased = campaign.erased_at()
    job: LearnJob = request.app.state.learning
    learned = (context_of(request).folder / FILE).is_file()
    limits = {"least_texts": TEXTS_MIN, "least_sheets": SHEETS_MIN}
    return page(request, "learn.html", state=job.state, learned=learned, erased=erased, **limits)


def start(request: Request) -> Response:
    """Begin to learn."""
    learn = context_of(request).services.learn
    if learn is None:
        raise HTTPException(404)
    job: LearnJob = request.app.state.learning
    job.start(learn)
    return _back()


async def forget_learned(request: Request) -> Response:
    """Read as the shipped recogniser does again."""
    job: LearnJob = request.app.state.learning
    if not job.runs:
        await run_in_threadpool(forget, context_of(request).folder)
        job.forget()
    return _back()


def read_again(request: Request) -> Response:
    """Read all pages again, those that people have decided on as well; decisions stay."""
    context_of(request).services.read_again()
    return RedirectResponse("/files", status_code=303)


def _back() -> Response:
    return RedirectResponse("/learn", status_code=303)
