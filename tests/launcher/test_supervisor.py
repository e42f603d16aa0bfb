from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable

import pytest

from config.launcher.console import Console
from config.launcher.errors import LaunchError, StopRequested
from config.launcher.layout import Layout
from config.launcher.process import Children, birth
from config.launcher.supervisor import Backoff, Service, Supervisor
from tests.launcher.conftest import eventually

STAYS = "mark.touch()\ntime.sleep(60)"


def pid_of(layout: Layout, name: str) -> int:
    return Children(layout.children).living().get(name, 0)


def test_backoff_doubles_up_to_thirty_seconds() -> None:
    backoff = Backoff()

    assert [backoff.after(1) for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]


def test_backoff_forgets_after_a_minute_of_life() -> None:
    backoff = Backoff()
    for _ in range(5):
        backoff.after(1)

    assert backoff.after(60) == 1
    assert backoff.after(59) == 2


def test_supervisor_restarts_a_killed_child(
    supervisor: Supervisor, script: Callable[..., Service], layout: Layout
) -> None:
    supervisor.start(script("a", STAYS))
    first = pid_of(layout, "a")

    killed_at = time.monotonic()
    os.kill(first, signal.SIGKILL)

    def restarted() -> bool:
        supervisor.tick()
        return pid_of(layout, "a") not in {0, first}

    eventually(restarted)
    assert time.monotonic() - killed_at >= 1, "the first pause is one second"


def test_supervisor_ends_what_a_killed_child_left_behind(
    supervisor: Supervisor, script: Callable[..., Service], layout: Layout
) -> None:
    grandchild = layout.data / "grandchild"
    forks = (
        f"pid = os.fork()\nif pid:\n    Path({str(grandchild)!r}).write_text(str(pid))\n    mark.touch()\n"
    )
    supervisor.start(script("web", forks + "time.sleep(60)"))
    left = int(grandchild.read_text())
    assert birth(left) is not None

    os.kill(pid_of(layout, "web"), signal.SIGKILL)

    def gone() -> bool:
        supervisor.tick()
        return birth(left) is None

    eventually(gone)


def test_start_tries_again_when_a_service_ends_at_once(
    supervisor: Supervisor, script: Callable[..., Service], layout: Layout
) -> None:
    count = layout.data / "count"
    third_time = (
        f"log = Path({str(count)!r})\n"
        "tries = int(log.read_text()) + 1 if log.exists() else 1\n"
        "log.write_text(str(tries))\n"
        "if tries < 3: sys.exit(1)\n" + STAYS
    )

    supervisor.start(script("a", third_time))

    assert count.read_text() == "3"


def test_start_that_never_succeeds_shows_the_end_of_the_log(
    supervisor: Supervisor, script: Callable[..., Service]
) -> None:
    with pytest.raises(LaunchError, match=r"测试服务a没有在 1 秒内就绪[\s\S]*the reason"):
        supervisor.start(script("a", "sys.exit('the reason')", start_timeout=1))


def test_start_gives_way_to_a_stop_request(layout: Layout, script: Callable[..., Service]) -> None:
    supervisor = Supervisor(
        children=Children(layout.children), console=Console(quiet=True), stopping=lambda: True
    )
    try:
        with pytest.raises(StopRequested):
            supervisor.start(script("a", "time.sleep(60)"))
    finally:
        supervisor.stop_all()
    assert pid_of(layout, "a") == 0


def test_stop_goes_backwards_and_waits_for_each(
    supervisor: Supervisor, script: Callable[..., Service], layout: Layout
) -> None:
    story = layout.data / "story"
    tells = (
        "def end(*_):\n"
        "    time.sleep(0.2)\n"
        f"    with open({str(story)!r}, 'a') as f: f.write(NAME)\n"
        "    sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, end)\n"
    )
    supervisor.start(*(script(name, f"NAME = {name!r}\n{tells}{STAYS}") for name in "abc"))

    supervisor.stop_all()

    assert story.read_text() == "cba"
    assert Children(layout.children).living() == {}


def test_stop_ends_a_child_that_does_not_listen(
    supervisor: Supervisor, script: Callable[..., Service], layout: Layout
) -> None:
    deaf = "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    supervisor.start(script("a", deaf + STAYS, stop_timeout=0.5))
    pid = pid_of(layout, "a")

    supervisor.stop_all()

    assert birth(pid) is None
