"""Sessions: one per browser, kept in memory until the server stops."""

import itertools
import secrets
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

from digitize.web.roles import UserRole

SESSIONS_MAX = 500  # an office has a handful; more is a sign of abuse
PRESENT_S = 600.0  # after ten minutes without a request a person counts as away

_numbers = itertools.count(1)


@dataclass
class Session:
    """One browser that signed in with the link or a password.  `number` names it to the coordinator."""

    role: UserRole = UserRole.VIEWER
    client: str = ""  # its address in the network
    id: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    csrf: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    number: int = field(default_factory=lambda: next(_numbers))
    who: str = ""  # name stored with decisions; empty until the person has entered it
    language: str = ""  # chosen by the person; empty: taken from the browser
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    seen_s: float = field(default_factory=time.monotonic)

    @property
    def present(self) -> bool:
        """Whether the browser sent a request within the last PRESENT_S seconds."""
        return self.quiet_s < PRESENT_S

    @property
    def quiet_s(self) -> float:
        """Seconds since the last request of the browser."""
        return time.monotonic() - self.seen_s

    @property
    def reviews(self) -> bool:
        return self.role >= UserRole.REVIEWER

    @property
    def coordinates(self) -> bool:
        return self.role >= UserRole.COORDINATOR


class Sessions:
    """All sessions of this server."""

    def __init__(self) -> None:
        self._by_id: dict[str, Session] = {}

    def start(self, role: UserRole, client: str, before: Session | None = None) -> Session:
        """Create a session; if there are too many, drop the one that has been idle longest.

        `before` is the browser's earlier session.  It goes on in the same role, and in another it ends, so
        that no tab keeps rights that are gone.
        """
        if before is not None and before.id in self._by_id:
            if before.role is role:
                return before
            self.end(before)
        if len(self._by_id) >= SESSIONS_MAX:
            self.end(min(self._by_id.values(), key=lambda session: session.seen_s))
        session = Session(role, client)
        if before is not None:
            session.who, session.language = before.who, before.language
        self._by_id[session.id] = session
        return session

    def find(self, session_id: str) -> Session | None:
        """Return the session of a cookie and mark it as active, or None for an unknown cookie."""
        session = self._by_id.get(session_id)
        if session is not None:
            session.seen_s = time.monotonic()
        return session

    def all(self) -> list[Session]:
        """Return all sessions, the one active last first."""
        return sorted(self._by_id.values(), key=lambda session: session.quiet_s)

    def end(self, session: Session) -> None:
        """End a session; its browser has to sign in again."""
        self._by_id.pop(session.id, None)

    def others_named(self, who: str, than: Session) -> bool:
        """Whether another active session uses this name."""
        return any(
            other is not than and other.present and other.who.casefold() == who.casefold()
            for other in list(self._by_id.values())
        )
