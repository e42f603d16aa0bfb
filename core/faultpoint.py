"""Named points at which a test can kill the process, to prove that nothing is lost or doubled there.

A point does nothing unless the test settings are in force AND the environment names it; production cannot arm one.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

from django.conf import settings

ENVIRONMENT = "ANLAN_FAULTPOINT"
LOG_ENVIRONMENT = "ANLAN_FAULTPOINT_LOG"


def faultpoint(name: str) -> None:
    """Die here by SIGKILL, as a power cut would, when this point is armed. With a log, write the name of every
    point passed, so that a test can prove that it armed an existing one."""
    # settings that a test overrides name no module at all
    if not str(settings.SETTINGS_MODULE).endswith(".test"):
        return
    log = os.environ.get(LOG_ENVIRONMENT)
    if log:
        with Path(log).open("a", encoding="utf-8") as file:
            file.write(f"{name}\n")
    if os.environ.get(ENVIRONMENT) == name:
        os.kill(os.getpid(), signal.SIGKILL)
