"""Where the pages are served: names and numbers are resolved first, and the address is then judged."""

import ipaddress
import socket
from contextlib import suppress
from dataclasses import dataclass

from digitize.errors import BadAddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

NAME_ONE = "name one address of this machine in the office network"


@dataclass(frozen=True)
class Host:
    """Where the pages are served.  `given` is the address or name that was asked for."""

    given: str
    address: Address

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach it."""
        return self.address.is_loopback

    @property
    def names(self) -> tuple[str, ...]:
        """Names and addresses under which browsers may ask for the pages, the best first."""
        own = "localhost" if self.loopback else socket.gethostname()
        names = (str(self.address), self.given.lower(), own.lower())
        return tuple(dict.fromkeys(name.partition("%")[0] for name in names if name.isascii()))


def with_port(host: str, port: int) -> str:
    """Return host and port as in a link; an IPv6 address is put into brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def resolve(host: str) -> Host:
    """Find the address that a name or number means; raises BadAddress.

    Systems read "0", "0x0" and "0.0" as 0.0.0.0, and a name may stand for any address, so that only
    what they resolve to tells whether all networks of the machine would be let in.
    """
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM) if host else []
        addresses = [_plain(ipaddress.ip_address(str(each[4][0]))) for each in found]
    except (
        OSError,
        ValueError,
    ) as error:  # UnicodeError, of names that no system can look up, is a ValueError
        raise BadAddress(f"--host {host} cannot be found; {NAME_ONE}.") from error
    if not addresses or any(each.is_unspecified or each.is_multicast for each in addresses):
        raise BadAddress(f"--host {host or '(empty)'} does not mean a single address; {NAME_ONE}.")
    return Host(host, addresses[0])


def bind(host: Host, port: int, usual_port: int = 0) -> socket.socket:
    """Bind a socket, so that the link can name a free port; raises BadAddress.

    Without a port it is the usual one, if that is free: tabs and bookmarks stay good.
    """
    if not port and usual_port:
        with suppress(BadAddress):
            return bind(host, usual_port)
    family = socket.AF_INET6 if host.address.version == 6 else socket.AF_INET
    try:
        bound = socket.create_server((str(host.address), port), family=family)
    except OSError as error:
        raise BadAddress(f"--host {host.given} --port {port} cannot be used: {error.strerror}.") from error
    bound.set_inheritable(False)
    return bound


def _plain(address: Address) -> Address:
    """Return the IPv4 address of one that is mapped into IPv6: ::ffff:0.0.0.0 is 0.0.0.0."""
    return getattr(address, "ipv4_mapped", None) or address
