"""A bad mobile line between the tablet and the server: silent, losing answers, cutting uploads in the middle.

What it does to the n-th request of the interface follows from the seed alone.
"""

from __future__ import annotations

import random
import socket
import socketserver
import threading
from collections import Counter
from collections.abc import Callable

LOST, CUT = "answer lost", "upload cut"
_WAIT = 60
_LONG = 50_000
"""Bytes from which a body is worth cutting."""


class Line(socketserver.ThreadingTCPServer):
    """`down`: nobody answers. `bad`: the share of answers lost; of long uploads three times as many are cut in the middle.

    `before` sees every request first and may refuse it.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, seed: int) -> None:
        super().__init__(("127.0.0.1", 0), _Call)
        self.server_port: int = self.server_address[1]
        self.target, self.down, self.bad = 0, False, 0.0
        self.before: Callable[[str, str], bool] = lambda method, path: True
        self.done: Counter[str] = Counter()
        self._chance, self._lock = random.Random(seed), threading.Lock()
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def fate(self, path: str, size: int) -> str:
        """What happens to the next request of the interface: nothing, as a rule."""
        if not path.startswith("/api/v1/") or not self.bad:
            return ""
        with self._lock:
            is_cut = size > _LONG and self._chance.random() < 3 * self.bad
            fate = CUT if is_cut else LOST if self._chance.random() < self.bad else ""
            self.done[fate or "passed"] += 1
            return fate

    def handle_error(self, request: object, client_address: object) -> None:
        """A broken line is what this is for."""


class _Call(socketserver.StreamRequestHandler):
    """One request on one connection."""

    server: Line

    def handle(self) -> None:
        if self.server.down:
            return
        first = self.rfile.readline()
        headers = list(iter(self.rfile.readline, b"\r\n"))
        if not first.strip():
            return
        method, path, _ = first.decode("latin-1").split(" ")
        size = next((int(one[15:]) for one in headers if one.lower().startswith(b"content-length:")), 0)
        body = self.rfile.read(size)
        if not self.server.before(method, path):
            return
        fate = self.server.fate(path, size)
        kept = [one for one in headers if not one.lower().startswith((b"connection:", b"keep-alive:"))]
        head = first + b"".join(kept) + b"Connection: close\r\n\r\n"
        with socket.create_connection(("127.0.0.1", self.server.target), timeout=_WAIT) as there:
            there.sendall(head + (body[: size // 2] if fate == CUT else body))
            if fate == CUT:
                return
            answer = b"".join(iter(lambda: there.recv(65536), b""))
        if fate != LOST:
            self.wfile.write(answer)
