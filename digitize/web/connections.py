"""HTTP and HTTPS connections that do not let silent clients keep the server busy."""

import asyncio
import ssl
from collections import defaultdict
from typing import Any, ClassVar

from uvicorn.protocols.http.h11_impl import H11Protocol

HEADERS_WITHIN_S = 15.0  # from opening a connection, or from the first byte of a further request
FAREWELL_S = 2.0  # for the end of TLS; a silent client never says goodbye
CLIENT_MAX = 64  # connections of one address; a browser opens six


class LimitedConnection(H11Protocol):
    """Closes connections that send no complete request, and limits those of one address.

    Uvicorn times out only connections that have been answered once.  For HTTPS, `over_tls` sets the
    certificate.  The handshake is done here and not by the listening socket, so that connections
    without one are counted and closed like the others.
    """

    tls: ClassVar[ssl.SSLContext | None] = None

    _open: ClassVar["defaultdict[str, dict[LimitedConnection, None]]"] = defaultdict(dict)  # oldest first
    _address = ""
    _timer: asyncio.TimerHandle | None = None
    _handshake: asyncio.Task[None] | None = None
    _early: bytes | None = None  # arrived with the end of the handshake

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._count(transport)
        if self.tls is None:
            super().connection_made(transport)
            self._watch()
            return
        self.transport, self._early = transport, b""
        self._handshake = self.loop.create_task(self._secure(transport, self.tls))

    def _count(self, transport: asyncio.Transport) -> None:
        peer: Any = transport.get_extra_info("peername")
        self._address = str(peer[0]) if peer else ""
        same_client = self._open[self._address]
        same_client[self] = None
        if len(same_client) > CLIENT_MAX:
            silent = next((each for each in same_client if each.without_request), self)
            silent.close()

    async def _secure(self, plain: asyncio.Transport, context: ssl.SSLContext) -> None:
        """Do the TLS handshake; a client that does not finish it is gone."""
        try:
            secure = await self.loop.start_tls(
                plain,
                self,
                context,
                server_side=True,
                ssl_handshake_timeout=HEADERS_WITHIN_S,
                ssl_shutdown_timeout=FAREWELL_S,
            )
        except (OSError, asyncio.CancelledError):  # TimeoutError and SSLError are OSErrors
            secure = None
        if secure is None or secure.is_closing():
            self._forget()
            plain.abort()
            return
        early, self._early = self._early, None
        super().connection_made(secure)
        self._watch()
        if early:
            self.data_received(early)

    def data_received(self, data: bytes) -> None:
        if self._early is not None:
            self._early += data
            return
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        self._forget()
        if self.flow is not None:  # otherwise it ended during the handshake
            super().connection_lost(exc)

    def _forget(self) -> None:
        same_client = self._open[self._address]
        same_client.pop(self, None)
        if not same_client:
            del self._open[self._address]

    @property
    def without_request(self) -> bool:
        """Whether no request has arrived since the last answer."""
        return self.cycle is None or self.cycle.response_complete

    def close(self) -> None:
        """Close the connection without an answer."""
        self._stop_timer()
        self._forget()
        if self._early is not None and self._handshake is not None:
            self._handshake.cancel()
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


def over_tls(context: ssl.SSLContext) -> type[LimitedConnection]:
    """Return the connections of a server that speaks HTTPS."""

    class SecureConnection(LimitedConnection):
        tls = context

    return SecureConnection
