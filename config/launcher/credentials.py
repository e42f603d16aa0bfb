"""The secrets of one installation: made at random at the first start, readable by their owner only."""

from __future__ import annotations

import base64
import json
import os
import secrets
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from config.launcher.errors import LaunchError


@dataclass(frozen=True)
class Credentials:
    """Passwords of the database roles and the two keys of the application."""

    superuser: str
    owner: str
    app: str
    backup: str
    django_secret_key: str
    field_key: str

    @classmethod
    def generate(cls) -> Credentials:
        """Fresh random secrets. The field key is 32 bytes in URL-safe base64."""
        return cls(
            superuser=secrets.token_urlsafe(32),
            owner=secrets.token_urlsafe(32),
            app=secrets.token_urlsafe(32),
            backup=secrets.token_urlsafe(32),
            django_secret_key=secrets.token_urlsafe(64),
            field_key=base64.urlsafe_b64encode(secrets.token_bytes(32)).decode("ascii"),
        )


def load_or_create(data: Path) -> Credentials:
    """Read `secrets.json` of the data folder, or make it (mode 0600) when nothing was installed there yet."""
    path = data / "secrets.json"
    if path.exists():
        return _read(path)
    if (data / "pg").exists():
        raise LaunchError(
            f"数据目录中有数据库却没有 {path}，请从备份恢复该文件，否则数据库口令和加密字段无法使用。"
        )
    made = Credentials.generate()
    _write_private(path, json.dumps(asdict(made), indent=1) + "\n")
    return made


def _read(path: Path) -> Credentials:
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        return Credentials(**{field.name: _text(raw[field.name]) for field in fields(Credentials)})
    except (ValueError, KeyError, TypeError) as error:
        raise LaunchError(f"{path} 内容不完整或已损坏，请从备份恢复该文件。") from error


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError("a secret must be a non-empty string")
    return value


def _write_private(path: Path, text: str) -> None:
    draft = path.with_suffix(f".{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(path)
