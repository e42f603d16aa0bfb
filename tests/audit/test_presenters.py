"""Every action that the code records has words on the trail's page."""

from __future__ import annotations

import re
from pathlib import Path

from audit.presenters import ACTIONS, SUBJECTS, action_label, subject_kind_label

ROOT = Path(__file__).resolve().parents[2]
APPS = (
    "accounts",
    "audit",
    "messaging",
    "projects",
    "inspections",
    "enforcement",
    "guidance",
    "scoring",
    "reports",
    "tenancy",
)
_ACTION = re.compile(rf'"((?:{"|".join(APPS)})\.[a-z_]+\.[a-z_]+)"')
_NOT_ACTIONS = re.compile(r"\.(tasks|rules|services|selectors|models|views)\.")


def recorded_actions() -> set[str]:
    """All texts of the shape app.noun.verb in the code, except addresses of modules."""
    found: set[str] = set()
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            if path.name != "presenters.py" and "migrations" not in path.parts:
                found |= {a for a in _ACTION.findall(path.read_text()) if not _NOT_ACTIONS.search(a)}
    return found


def test_every_recorded_action_has_words() -> None:
    recorded = recorded_actions()

    assert len(recorded) > 30
    assert sorted(recorded - set(ACTIONS)) == []


def test_no_words_are_kept_for_what_nobody_records() -> None:
    assert sorted(set(ACTIONS) - recorded_actions()) == []


def test_what_has_no_words_shows_its_code() -> None:
    assert action_label("gone.noun.verb") == "gone.noun.verb"
    assert subject_kind_label("gone.model") == "gone.model"
    assert subject_kind_label("projects.project") == SUBJECTS["projects.project"]
