"""HTTP connections that do not let silent clients keep the server busy."""

import asyncio
from collections import defaultdict
from typing import Any, ClassVar

from uvicorn.protocols.http.h11_impl import H11Protocol

HEADERS_WITHIN_S = 15.0  # from opening a connection, or from the first byte of a further request
CLIENT_MAX = 64  # connections of one address; a browser opens six


class LimitedConnection(H11Protocol):
    """Closes connections that send no complete request, and limits those of one address.

    Uvicorn times out only connections that have been answered once.
    """

    _open: ClassVar["defaultdict[str, dict[LimitedConnection, None]]"] = defaultdict(dict)  # oldest first
    _address = ""
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        peer: Any = transport.get_extra_info("peername")
        self._address = str(peer[0]) if peer else ""
        same_client = self._open[self._address]
        same_client[self] = None
        if len(same_client) > CLIENT_MAX:
            silent = next((each for each in same_client if each.without_request), self)
            silent.close()
        self._watch()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        same_client = self._open[self._address]
        same_client.pop(self, None)
        if not same_client:
            del self._open[self._address]
        super().connection_lost(exc)

    @property
    def without_request(self) -> bool:
        """Whether no request has arrived since the last answer."""
        return self.cycle is None or self.cycle.response_complete

    def close(self) -> None:
        """Close the connection without an answer."""
        self._stop_timer()
        self._open[self._address].pop(self, None)
        self.transport.close()

    def _watch(self) -> None:
        """Start the timer while a request is awaited, and stop it once its headers are complete."""
        if not self.without_request:
            self._stop_timer()
        elif self._timer is None and not self.transport.is_closing():
            self._timer = self.loop.call_later(HEADERS_WITHIN_S, self._close_silent)

    def _close_silent(self) -> None:
        self._timer = None
        if self.without_request:
            self.close()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
