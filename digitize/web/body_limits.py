"""Limits on the size and pace of request bodies, applied before anything parses them."""

import asyncio

from starlette.types import Message, Receive, Scope

FORM_MAX_BYTES = 64_000  # a form has only a few fields and no files
JSON_MAX_BYTES = 200_000  # 60 decisions with texts
FILE_MAX_BYTES = 1_000_000_000  # a whole box of sheets scanned in colour into one PDF
MAX_BYTES = {"/scans": FILE_MAX_BYTES, "/review/decisions": JSON_MAX_BYTES}  # all other paths: a form
PAUSE_MAX_S = 30.0  # between two chunks; a client that stands still longer is given up


class BodyTooLarge(Exception):
    """The body exceeds the limit of its path."""


class BodyTooSlow(Exception):
    """The client stopped sending in the middle of the body."""


def limit_bytes(path: str) -> int:
    """Return the largest body that a path accepts, in bytes."""
    return MAX_BYTES.get(path, FORM_MAX_BYTES)


class LimitedBody:
    """A `receive` that raises BodyTooLarge or BodyTooSlow; `complete` once the whole body was read."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        headers = dict(scope["headers"])
        length = headers.get(b"content-length", b"0")
        self._receive = receive
        self._left = limit_bytes(scope["path"])
        self.announced_too_large = not length.isdigit() or len(length) > 18 or int(length) > self._left
        self.complete = length == b"0" and b"transfer-encoding" not in headers

    async def __call__(self) -> Message:
        if self.complete:  # the next message is the end of the connection
            return await self._receive()
        try:
            message = await asyncio.wait_for(self._receive(), PAUSE_MAX_S)
        except TimeoutError as error:
            raise BodyTooSlow from error
        self._left -= len(message.get("body", b""))
        self.complete = not message.get("more_body", False)
        if self._left < 0:
            raise BodyTooLarge
        return message
