"""The embedded Valkey: the doorbell of the jobs and the cache. It speaks on a unix socket only."""

from __future__ import annotations

import contextlib
import socket
from dataclasses import dataclass

from config.launcher.binaries import Binaries
from config.launcher.layout import Layout

REPLY_LIMIT = 1 << 20


@dataclass(frozen=True)
class Valkey:
    """One server in one data folder."""

    layout: Layout
    binaries: Binaries
    durable: bool = True

    def command(self) -> list[str]:
        """What the supervisor runs. Eviction must never touch the broker: noeviction."""
        return [
            str(self.binaries.valkey), "--port", "0", "--unixsocket", str(self.layout.valkey_socket),
            "--unixsocketperm", "700", "--dir", str(self.layout.valkey), "--save", "",
            "--appendonly", "yes" if self.durable else "no", "--maxmemory-policy", "noeviction",
            "--daemonize", "no",
        ]  # fmt: skip

    def url(self) -> str:
        """Address in the form that Celery reads."""
        return f"redis+socket://{self.layout.valkey_socket}"

    def cache_url(self) -> str:
        """Another database of the same server: clearing the cache must not wipe the queues."""
        return f"unix://{self.layout.valkey_socket}?db=1"

    def is_ready(self) -> bool:
        """True when the server answers PING (not while it still loads its file)."""
        return self._ask("PING").startswith(b"+PONG")

    def has_waiting_worker(self) -> bool:
        """True when a Celery worker waits at a queue: it hangs in BRPOP."""
        return b"cmd=brpop" in self._ask("CLIENT", "LIST")

    def _ask(self, *words: str) -> bytes:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
            link.settimeout(2)
            link.connect(str(self.layout.valkey_socket))
            parts = "".join(f"${len(word)}\r\n{word}\r\n" for word in words)
            link.sendall(f"*{len(words)}\r\n{parts}".encode("ascii"))
            return _reply(link)
        return b""


def _reply(link: socket.socket) -> bytes:
    """One simple or bulk reply."""
    data = link.recv(65536)
    if data.startswith(b"$"):
        head, _, _ = data.partition(b"\r\n")
        wanted = min(int(head[1:]), REPLY_LIMIT) + len(head) + 4
        while len(data) < wanted and (more := link.recv(65536)):
            data += more
    return data
