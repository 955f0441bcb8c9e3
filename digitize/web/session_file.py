"""The file with the key of the link and the sessions, so that both outlive a restart of the server.

Of a session only a digest of its cookie is kept: who reads the file cannot take the session over.  Sessions
end with the secret through which they were begun: a new link, or another password of the role.
"""

import hashlib
import json
import logging
import os
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from digitize.web.roles import UserRole

FILE = "sessions.json"  # in the folder of the campaign; `digitize erase` deletes it
LINK = "link"  # the door of sessions that were begun with the link; the others are names of roles
TOKEN_BYTES = 24
SCRYPT = {"n": 2**14, "r": 8, "p": 1}  # as in the Python documentation: 16 MiB and some 50 ms a guess

_log = logging.getLogger(__name__)

Entry = Mapping[str, Any]


@dataclass
class SessionFile:
    """The key in the link, and the sessions of before.  Without a path nothing is kept."""

    token: str
    path: Path | None = None
    sessions: list[Entry] = field(default_factory=list)
    _doors: dict[str, str] = field(default_factory=dict)
    _salt: str = ""

    @classmethod
    def open(cls, path: Path | None, passwords: Mapping[UserRole, str], new_link: bool = False) -> Self:
        """Read the file; what is missing, damaged or begun with another secret is made or left out."""
        kept = _read(path) if path is not None else {}
        salt = str(kept.get("salt") or secrets.token_hex(16))
        token = "" if new_link else str(kept.get("token", ""))
        token = token or secrets.token_urlsafe(TOKEN_BYTES)
        doors = {LINK: _mark(token, salt)}
        doors |= {role.name.lower(): _mark(secret, salt) for role, secret in passwords.items()}
        before = kept.get("doors", {})
        same = {door for door, mark in doors.items() if before.get(door) == mark}
        sessions = [each for each in kept.get("sessions", []) if each.get("door") in same]
        return cls(token, path, sessions, doors, salt)

    def save(self, sessions: Iterable[Entry]) -> None:
        """Replace the file; a failure is logged, and the sessions then last as long as the server."""
        if self.path is None:
            return
        content = {"token": self.token, "salt": self._salt, "doors": self._doors, "sessions": list(sessions)}
        unfinished = self.path.with_name(f".{self.path.name}.{os.getpid()}.unfinished")
        try:
            descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(content, file)
            unfinished.replace(self.path)
        except OSError as error:
            _log.warning("%s cannot be written (%s).", self.path.name, error.strerror)


def digest(cookie: str) -> str:
    """Return what is kept of a cookie."""
    return hashlib.sha256(cookie.encode("utf-8", "replace")).hexdigest()


def _mark(secret: str, salt: str) -> str:
    return hashlib.scrypt(secret.encode(), salt=salt.encode(), **SCRYPT).hex()


def _read(path: Path) -> dict[str, Any]:
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(kept, dict) or not all(isinstance(each, dict) for each in kept["sessions"]):
            return {}
        return kept if isinstance(kept["doors"], dict) else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
