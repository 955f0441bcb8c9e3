"""Slow down password guessing, separately for each client address."""

import ipaddress
import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

FREE_ATTEMPTS = 3  # typing errors cost nothing
WAIT_FIRST_S, WAIT_MAX_S = 1.0, 300.0  # after further failures; the wait doubles each time
ADDRESSES_MAX = 10_000  # remembered; the ones that have been quiet longest are forgotten
REPORTED = (5, 20, 100, 1000)  # consecutive failures that are worth a line on the terminal
IPV6_PREFIX = 64  # bits: one customer can use any address of such a network

_log = logging.getLogger(__name__)


@dataclass
class _Failures:
    count: int = 0
    blocked_until_s: float = 0.0


class LoginThrottle:
    """Counts wrong passwords per address.  `now` returns a time in seconds."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._failures: OrderedDict[str, _Failures] = OrderedDict()

    def wait_s(self, address: str) -> float:
        """Return how long the address has to wait before its next attempt, 0 if not at all."""
        failures = self._failures.get(_network(address))
        return max(0.0, failures.blocked_until_s - self._now()) if failures else 0.0

    def failed(self, address: str) -> None:
        """Record a wrong password."""
        network = _network(address)
        failures = self._failures.setdefault(network, _Failures())
        self._failures.move_to_end(network)
        if len(self._failures) > ADDRESSES_MAX:
            self._failures.popitem(last=False)
        failures.count += 1
        excess = failures.count - FREE_ATTEMPTS
        if excess > 0:
            wait_s = min(WAIT_MAX_S, WAIT_FIRST_S * 2 ** min(excess - 1, 16))
            failures.blocked_until_s = self._now() + wait_s
        if failures.count in REPORTED:
            _log.warning(
                "%s: %d wrong passwords in a row; further attempts are slowed down.", network, failures.count
            )

    def succeeded(self, address: str) -> None:
        """Forget the failures of an address."""
        self._failures.pop(_network(address), None)


def _network(address: str) -> str:
    """Return an IPv4 address as it is, an IPv6 address as its network."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, IPV6_PREFIX), strict=False))
