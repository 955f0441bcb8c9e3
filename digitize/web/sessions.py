"""Sessions: one per browser, kept over a restart of the server."""

import hmac
import itertools
import secrets
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from digitize.web.roles import UserRole
from digitize.web.session_file import LINK, Entry, SessionFile, digest

SESSIONS_MAX = 500  # an office has a handful; more is a sign of abuse
KEPT = timedelta(days=30)  # a session without any request
WRITTEN_AGAIN_S = 3600.0  # how old the last request may be in the file
PRESENT_S = 600.0  # after ten minutes without a request a person counts as away

_numbers = itertools.count(1)


@dataclass
class Session:
    """One browser that signed in with the link or a password.  `number` names it to the coordinator.

    `id` is its cookie, "" after a restart until the browser comes back.  `door` is the secret with which it
    was begun: "link", or the name of a role.
    """

    role: UserRole = UserRole.VIEWER
    client: str = ""  # its address in the network
    id: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    door: str = LINK
    number: int = field(default_factory=lambda: next(_numbers))
    who: str = ""  # name stored with decisions; empty until the person has entered it
    language: str = ""  # chosen by the person; empty: taken from the browser
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    seen_s: float = field(default_factory=time.monotonic)

    @property
    def csrf(self) -> str:
        """The secret in the forms of this session; it follows from the cookie, so open tabs stay good."""
        return hmac.digest(self.id.encode(), b"csrf", "sha256").hex()

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
    """All sessions of this server, by the digest of their cookies."""

    def __init__(self, file: SessionFile | None = None) -> None:
        self._file = file
        self._writing = threading.Lock()
        self._written_s = time.monotonic()
        self._by_digest: dict[str, Session] = {}
        for entry in file.sessions if file else ():
            with suppress(KeyError, TypeError, ValueError):  # of another version
                session = _session_of(entry)
                if session.quiet_s < KEPT.total_seconds():
                    self._by_digest[str(entry["digest"])] = session

    def start(self, role: UserRole, client: str, before: Session | None = None, door: str = LINK) -> Session:
        """Create a session; if there are too many, drop the one that has been idle longest.

        `before` is the browser's earlier session.  It goes on in the same role, and in another it ends, so
        that no tab keeps rights that are gone.
        """
        if before is not None and digest(before.id) in self._by_digest:
            if before.role is role and before.door == door:
                return before
            self.end(before)
        if len(self._by_digest) >= SESSIONS_MAX:
            self._end_idle()
        session = Session(role, client, door=door)
        if before is not None:
            session.who, session.language = before.who, before.language
        self._by_digest[digest(session.id)] = session
        self.save()
        return session

    def find(self, session_id: str) -> Session | None:
        """Return the session of a cookie and mark it as active, or None for an unknown cookie."""
        session = self._by_digest.get(digest(session_id)) if session_id else None
        if session is not None:
            session.id = session_id
            session.seen_s = time.monotonic()
            if session.seen_s - self._written_s > WRITTEN_AGAIN_S:
                self.save()
        return session

    def all(self) -> list[Session]:
        """Return all sessions, the one active last first."""
        return sorted(self._by_digest.values(), key=lambda session: session.quiet_s)

    def end(self, session: Session) -> None:
        """End a session; its browser has to sign in again."""
        for key, other in list(self._by_digest.items()):
            if other is session:
                self._by_digest.pop(key, None)
        self.save()

    def save(self) -> None:
        """Write the sessions to their file."""
        if self._file is None:
            return
        with self._writing:
            self._written_s = time.monotonic()
            self._file.save([_entry(key, session) for key, session in list(self._by_digest.items())])

    def others_named(self, who: str, than: Session) -> bool:
        """Whether another active session uses this name."""
        return any(
            other is not than and other.present and other.who.casefold() == who.casefold()
            for other in list(self._by_digest.values())
        )

    def _end_idle(self) -> None:
        self.end(min(self._by_digest.values(), key=lambda session: session.seen_s))


def _entry(key: str, session: Session) -> Entry:
    """Return what is kept of a session."""
    seen = datetime.now(UTC) - timedelta(seconds=session.quiet_s)
    return {
        "digest": key,
        "role": session.role.name,
        "door": session.door,
        "client": session.client,
        "who": session.who,
        "language": session.language,
        "started": session.started.isoformat(timespec="seconds"),
        "seen": seen.isoformat(timespec="seconds"),
    }


def _session_of(entry: Entry) -> Session:
    """Return a session of before; raises KeyError, TypeError or ValueError."""
    texts: dict[str, Any] = {name: str(entry[name]) for name in ("door", "client", "who", "language")}
    quiet = datetime.now(UTC) - datetime.fromisoformat(entry["seen"])
    return Session(
        role=UserRole[entry["role"]],
        id="",
        started=datetime.fromisoformat(entry["started"]),
        seen_s=time.monotonic() - quiet.total_seconds(),
        **texts,
    )
