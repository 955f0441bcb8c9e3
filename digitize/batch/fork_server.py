"""Imported by the process that workers are forked from: it tidies up after a run that was killed.

`multiprocessing` makes a folder with a socket for it, which only the run itself would remove.  Workers leave
without this: they end with `os._exit`.
"""

import atexit
from contextlib import suppress
from multiprocessing import forkserver
from pathlib import Path


def _remove_socket() -> None:
    """Remove the socket that the process listened on, and its folder."""
    address = getattr(forkserver._forkserver, "_forkserver_address", None)
    if isinstance(address, str) and not address.startswith("\0"):
        with suppress(OSError):  # the run has removed it
            Path(address).unlink(missing_ok=True)
            Path(address).parent.rmdir()


atexit.register(_remove_socket)
