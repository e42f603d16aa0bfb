"""The virus scanner, asked over its own INSTREAM protocol; nothing is asked where none is configured.

`ANLAN_CLAMAV` is `host:port` or the path of a socket. A scanner that does not answer is no verdict: the caller waits.
"""

from __future__ import annotations

import socket
import struct

from django.conf import settings

from core.errors import DomainError

_PART = 64 * 1024
_TIMEOUT_SECONDS = 20
_MAX_ANSWER = 4096


class ScannerUnavailable(DomainError):
    """The scanner is configured and gives no verdict now."""


def is_configured() -> bool:
    """Whether files are to be scanned at all."""
    return bool(settings.ANLAN_CLAMAV)


def scan(data: bytes) -> str:
    """The name of the malware found, "" for a clean file or without a scanner. Raises ScannerUnavailable."""
    if not is_configured():
        return ""
    try:
        with _connect(settings.ANLAN_CLAMAV) as line:
            line.sendall(b"zINSTREAM\0")
            for start in range(0, len(data), _PART):
                part = data[start : start + _PART]
                line.sendall(struct.pack("!L", len(part)) + part)
            line.sendall(struct.pack("!L", 0))
            answer = _answer(line)
    except OSError as error:
        raise ScannerUnavailable("病毒扫描服务没有应答，文件暂不接收，请稍后自动重试。") from error
    return _verdict(answer)


def _connect(address: str) -> socket.socket:
    if address.startswith("/"):
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(_TIMEOUT_SECONDS)
        line.connect(address)
        return line
    host, _, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=_TIMEOUT_SECONDS)


def _answer(line: socket.socket) -> str:
    received = b""
    while not received.endswith(b"\0") and len(received) < _MAX_ANSWER:
        part = line.recv(_MAX_ANSWER)
        if not part:
            break
        received += part
    return received.rstrip(b"\0").decode("utf-8", "replace").strip()


def _verdict(answer: str) -> str:
    """`stream: OK`, `stream: Eicar-Signature FOUND`; everything else (size limit, error) is no verdict."""
    text = answer.removeprefix("stream: ")
    if text == "OK":
        return ""
    if text.endswith(" FOUND"):
        return text.removesuffix(" FOUND")
    raise ScannerUnavailable("病毒扫描服务没有给出结论，文件暂不接收，请稍后自动重试。")
