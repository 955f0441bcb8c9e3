"""Commands as a user starts them, in a home folder of their own, and what they ask of the network.

strace sees every system call of the command and of the processes it starts, so
also those of compiled libraries, which Python knows nothing of.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from os import defpath, environ
from pathlib import Path

from tests.cli.terminal import ROOT

# D: signals reach the command itself; f: the processes that it starts are watched, too.
STRACE = ("strace", "-Dfq", "--seccomp-bpf", "--string-limit=0", "--signal=none", "--trace=%network")
PATIENCE_S = 120.0
LOCAL_FAMILIES = {"AF_UNIX", "AF_NETLINK"}  # they end on this machine
NAME_SERVICE = re.compile(r'sun_path="[^"]*/(systemd/resolve|avahi-daemon)/')  # local, but asks others
ADDRESS = re.compile(r'port=htons\((\d+)\),.*?(?:inet_addr\(|inet_pton\(AF_INET6, )"([^"]+)"')
DNS_PORT = 53


class Sandbox:
    """A folder to work in, an empty home folder, and the trace of the last command."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.home = folder / "work", folder / "home"
        self.folder.mkdir()
        self.home.mkdir()
        self._trace = folder / "trace"

    def digitize(self, *arguments: str) -> int:
        """Run a command to its end; returns the exit code."""
        return self.python("-m", "digitize", *arguments)

    def python(self, *arguments: str) -> int:
        """Run Python to its end; returns the exit code."""
        with self.started(*arguments) as process:
            process.communicate(timeout=PATIENCE_S)
        return process.returncode

    @contextmanager
    def started(self, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
        """Python with these arguments; nothing of it is left when the block ends."""
        self._trace.unlink(missing_ok=True)
        # Nothing else: packages keep quiet where variables tell that this is a build server.
        environment = {"HOME": str(self.home), "PATH": environ.get("PATH", defpath), "PYTHONPATH": str(ROOT)}
        process = subprocess.Popen(
            [*STRACE, f"--output={self._trace}", sys.executable, "-u", *arguments],
            cwd=self.folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,  # strace holds it too: when it ends, the trace is complete
            text=True,
        )
        try:
            yield process
        finally:
            process.kill()
            process.communicate()

    @property
    def left_at_home(self) -> list[str]:
        return sorted(path.name for path in self.home.rglob("*"))

    @property
    def network_calls(self) -> list[str]:
        """Calls for sockets that may lead to other machines, and look-ups of names."""
        lines = self._trace.read_text().splitlines()
        assert any("+++ exited with" in line for line in lines), "strace may not trace here: allow ptrace"
        return [
            line
            for line in lines
            if set(re.findall(r"\bAF_[A-Z0-9]+", line)) - LOCAL_FAMILIES or NAME_SERVICE.search(line)
        ]

    @property
    def addresses(self) -> set[str]:
        """Of this machine and of others; a look-up of a name counts, wherever the name server is."""
        found = [match for line in self.network_calls for match in ADDRESS.findall(line)]
        return {"name server" if int(port) == DNS_PORT else host for port, host in found}
