"""Settings of a real server in the tests of the tablet: its static files are a copy that a test may change."""

from __future__ import annotations

import os
from pathlib import Path

from config.settings.test import *  # noqa: F403 -- settings modules are layered by star import

BASE_DIR = Path(os.environ["ANLAN_SERVED_TREE"])
STATICFILES_DIRS = [BASE_DIR / "static"]
