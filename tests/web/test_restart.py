"""After a restart the pages are at the same address."""

import socket
from pathlib import Path
from urllib.parse import urlsplit

from tests.web.served import served


def test_the_port_is_that_of_the_last_time_unless_it_is_taken(tmp_path: Path) -> None:
    with served(tmp_path / "friday") as first:
        port = urlsplit(first.link).port
    with served(tmp_path / "friday") as again:
        assert urlsplit(again.link).port == port
    with socket.create_server(("127.0.0.1", port or 0)), served(tmp_path / "friday") as other:
        assert urlsplit(other.link).port != port
