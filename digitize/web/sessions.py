"""Who is at the pages: one session per browser, in memory only, gone when the server ends."""

import secrets
import time
from dataclasses import dataclass, field

SESSIONS_MAX = 500  # an office has a handful; more means somebody tries something
PRESENT_S = 600.0  # a person who did nothing for ten minutes has left the desk


@dataclass
class Session:
    """One browser that came in by the link or the password."""

    id: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    csrf: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    who: str = ""  # name under which decisions are kept; empty until the person has said it
    language: str = ""  # chosen by the person; empty: that of the browser
    seen_s: float = field(default_factory=time.monotonic)

    @property
    def present(self) -> bool:
        """Whether the browser asked for something within the last minutes."""
        return time.monotonic() - self.seen_s < PRESENT_S


class Sessions:
    """All sessions of this server."""

    def __init__(self) -> None:
        self._by_id: dict[str, Session] = {}

    def start(self) -> Session:
        """A new session; the one longest away makes room when there are too many."""
        if len(self._by_id) >= SESSIONS_MAX:
            oldest = min(self._by_id.values(), key=lambda session: session.seen_s)
            del self._by_id[oldest.id]
        session = Session()
        self._by_id[session.id] = session
        return session

    def find(self, session_id: str) -> Session | None:
        """The session of a cookie, marked as present; None where the cookie is not one of ours."""
        session = self._by_id.get(session_id)
        if session is not None:
            session.seen_s = time.monotonic()
        return session

    def others_named(self, who: str, than: Session) -> bool:
        """Whether somebody else at the pages goes by this name."""
        return any(
            other is not than and other.present and other.who.casefold() == who.casefold()
            for other in list(self._by_id.values())
        )
