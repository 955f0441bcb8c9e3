"""Sessions: one per browser, kept in memory until the server stops."""

import secrets
import time
from dataclasses import dataclass, field

SESSIONS_MAX = 500  # an office has a handful; more is a sign of abuse
PRESENT_S = 600.0  # after ten minutes without a request a person counts as away


@dataclass
class Session:
    """One browser that signed in with the link or the password."""

    id: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    csrf: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    who: str = ""  # name stored with decisions; empty until the person has entered it
    language: str = ""  # chosen by the person; empty: taken from the browser
    seen_s: float = field(default_factory=time.monotonic)

    @property
    def present(self) -> bool:
        """Whether the browser sent a request within the last PRESENT_S seconds."""
        return time.monotonic() - self.seen_s < PRESENT_S


class Sessions:
    """All sessions of this server."""

    def __init__(self) -> None:
        self._by_id: dict[str, Session] = {}

    def start(self) -> Session:
        """Create a session; if there are too many, drop the one that has been idle longest."""
        if len(self._by_id) >= SESSIONS_MAX:
            oldest = min(self._by_id.values(), key=lambda session: session.seen_s)
            del self._by_id[oldest.id]
        session = Session()
        self._by_id[session.id] = session
        return session

    def find(self, session_id: str) -> Session | None:
        """Return the session of a cookie and mark it as active, or None for an unknown cookie."""
        session = self._by_id.get(session_id)
        if session is not None:
            session.seen_s = time.monotonic()
        return session

    def others_named(self, who: str, than: Session) -> bool:
        """Whether another active session uses this name."""
        return any(
            other is not than and other.present and other.who.casefold() == who.casefold()
            for other in list(self._by_id.values())
        )
