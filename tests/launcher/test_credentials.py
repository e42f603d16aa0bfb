from __future__ import annotations

import base64
import json
import stat
from pathlib import Path

import pytest

from config.launcher.credentials import load_or_create
from config.launcher.errors import LaunchError


def test_secrets_are_made_once_and_readable_by_their_owner_only(folder: Path) -> None:
    made = load_or_create(folder)

    path = folder / "secrets.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_or_create(folder) == made
    values = list(json.loads(path.read_text()).values())
    assert len(set(values)) == 6
    assert all(len(value) >= 40 for value in values)
    assert len(base64.urlsafe_b64decode(made.field_key)) == 32


def test_two_installations_share_no_secret(folder: Path) -> None:
    one, two = folder / "one", folder / "two"
    one.mkdir()
    two.mkdir()

    first, second = vars(load_or_create(one)), vars(load_or_create(two))

    assert all(first[name] != second[name] for name in first)


def test_secrets_that_were_opened_to_others_are_closed_again(folder: Path) -> None:
    load_or_create(folder)
    (folder / "secrets.json").chmod(0o644)

    load_or_create(folder)

    assert stat.S_IMODE((folder / "secrets.json").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{", id="torn"),
        pytest.param("[]", id="not an object"),
        pytest.param('{"owner": "x"}', id="incomplete"),
        pytest.param(
            json.dumps(
                dict.fromkeys(["superuser", "owner", "app", "backup", "django_secret_key"], "x")
                | {"field_key": ""}
            ),
            id="empty secret",
        ),
    ],
)
def test_damaged_secrets_stop_the_start(folder: Path, text: str) -> None:
    (folder / "secrets.json").write_text(text)

    with pytest.raises(LaunchError, match="请从备份恢复该文件。"):
        load_or_create(folder)


def test_a_database_without_its_secrets_stops_the_start(folder: Path) -> None:
    (folder / "pg").mkdir()

    with pytest.raises(LaunchError, match="请从备份恢复"):
        load_or_create(folder)
    assert not (folder / "secrets.json").exists()
