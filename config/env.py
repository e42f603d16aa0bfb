"""Strict readers of environment variables: a typo stops the start instead of changing the meaning."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit


class BadEnvironment(RuntimeError):
    """An environment variable is missing or unreadable; the message names it and what would be right."""


def env_str(name: str, default: str | None = None) -> str:
    """Read NAME, or the file named by NAME_FILE (for container secrets); no default means required."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        return Path(path).read_text(encoding="utf-8").strip()
    value = os.environ.get(name, default)
    if value is None:
        raise BadEnvironment(f"{name} is required (or {name}_FILE naming a file that holds it).")
    return value


def env_bool(name: str, *, default: bool) -> bool:
    """Only "true" and "false" are understood: "yes", "1" or "on" are refused, so nothing is guessed."""
    value = os.environ.get(name)
    if value is None:
        return default
    if value not in {"true", "false"}:
        raise BadEnvironment(f'{name} must be "true" or "false", not {value!r}.')
    return value == "true"


def env_int(name: str, default: int) -> int:
    """A whole number."""
    value = os.environ.get(name)
    if value is None:
        return default
    if not (value.isascii() and value.isdigit()):
        raise BadEnvironment(f"{name} must be a whole number, not {value!r}.")
    return int(value)


def env_list(name: str, default: str = "") -> list[str]:
    """A comma-separated list without empty members."""
    return [part.strip() for part in env_str(name, default).split(",") if part.strip()]


def database_from_url(url: str) -> dict[str, object]:
    """Translate postgresql://user:password@host:port/name?host=/socket/dir into Django's settings."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise BadEnvironment(f"DATABASE_URL must start with postgresql://, not {parts.scheme}://.")
    query = dict(parse_qsl(parts.query))
    socket_dir = query.pop("host", "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": socket_dir or (parts.hostname or ""),
        "PORT": query.pop("port", "") or str(parts.port or ""),
        "OPTIONS": dict(query),
    }
