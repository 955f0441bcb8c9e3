"""Who may do what: three roles, and the one that each request needs."""

from enum import IntEnum

READING = frozenset({"GET", "HEAD"})
FOR_EVERYBODY = ("/login", "/logout", "/hello")  # signing in and out, and the own name
OF_COORDINATORS = (
    "/log",
    "/tables/log.csv",
    "/sessions",
    "/sessions/end",
    "/settings",
    "/settings/form",
    "/settings/received",
    "/campaigns",
    "/sheet",
)


class UserRole(IntEnum):
    """What a person may do; each role includes those before it."""

    VIEWER = 1  # see everything that is counted
    REVIEWER = 2  # add scans and decide
    COORDINATOR = 3  # see who decided and who is signed in, end sessions


def needed_role(method: str, path: str) -> UserRole:
    """Return the least role that a request needs."""
    if path in FOR_EVERYBODY:
        return UserRole.VIEWER
    if path in OF_COORDINATORS:
        return UserRole.COORDINATOR
    deciding = (
        path in ("/review", "/audit", "/matches") or path.startswith("/review/") or path.endswith("/settle")
    )
    if method not in READING or deciding:
        return UserRole.REVIEWER  # looking at a question reserves it
    return UserRole.VIEWER
