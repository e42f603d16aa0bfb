from __future__ import annotations

import shutil
import socket
from pathlib import Path
from types import SimpleNamespace

import pytest

from config.launcher import preflight, up
from config.launcher.errors import LaunchError
from config.launcher.layout import SOCKET_PATH_LIMIT, Layout, default_data

PG = "postgresql://u:p@db:5432/anlan"


@pytest.mark.parametrize("text", ["0", "65536", "-1", "80a", "", "８０００", "8000.0"])
def test_a_port_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(LaunchError, match="1 至 65535"):
        preflight.parse_port(text)


def test_a_port_is_read() -> None:
    assert preflight.parse_port("8000") == 8000


def test_a_busy_port_is_named_with_the_remedy() -> None:
    with socket.socket() as server:  # bound all the time, so that no other program gets this port meanwhile
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("127.0.0.1", 0))
        port = server.getsockname()[1]
        preflight.check_port(port, wait=0)

        server.listen()
        with pytest.raises(LaunchError, match=f"端口 {port} 已被其他程序占用，请用 --port 换一个端口。"):
            preflight.check_port(port, wait=0)


def test_a_full_disk_is_named_before_anything_starts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=123 * 1024 * 1024))

    with pytest.raises(LaunchError, match="只剩 123 MB，至少需要 500 MB，请清理磁盘"):
        preflight.check_space(folder)


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        pytest.param(
            {"DATABASE_URL": "mysql://x/y", "DATABASE_OWNER_URL": PG}, "DATABASE_URL 的写法不对", id="mysql"
        ),
        pytest.param({"DATABASE_URL": "", "DATABASE_OWNER_URL": PG}, "DATABASE_URL 的写法不对", id="empty"),
        pytest.param({"DATABASE_URL": PG}, "还需要 DATABASE_OWNER_URL", id="no owner"),
        pytest.param({"DATABASE_OWNER_URL": PG}, "还需要 DATABASE_URL", id="owner only"),
        pytest.param({"REDIS_URL": "localhost:6379"}, "REDIS_URL 的写法不对", id="no scheme"),
        pytest.param({"REDIS_URL": "http://x"}, "REDIS_URL 的写法不对", id="http"),
    ],
)
def test_a_wrong_address_stops_the_start(environ: dict[str, str], message: str) -> None:
    with pytest.raises(LaunchError, match=message):
        preflight.check_addresses(environ)


@pytest.mark.parametrize(
    "environ", [{}, {"REDIS_URL": "redis://x:6379/0"}, {"DATABASE_URL": PG, "DATABASE_OWNER_URL": PG}]
)
def test_right_addresses_pass(environ: dict[str, str]) -> None:
    preflight.check_addresses(environ)


def test_an_address_may_stand_in_a_file(folder: Path) -> None:
    (folder / "url").write_text(f"{PG}\n")
    environ = {"DATABASE_URL_FILE": str(folder / "url"), "REDIS_URL": "redis://x"}

    preflight.read_address_files(environ)

    assert environ == {"DATABASE_URL": PG, "REDIS_URL": "redis://x"}
    with pytest.raises(LaunchError, match="REDIS_URL_FILE 指向的"):
        preflight.read_address_files({"REDIS_URL_FILE": str(folder / "none")})


def test_a_data_folder_that_is_a_file_is_refused(folder: Path) -> None:
    (folder / "data").write_text("x")

    with pytest.raises(LaunchError, match="请用 --data 换一个可写的目录。"):
        Layout(folder / "data", None).create()


def test_a_deep_data_folder_gets_a_short_private_place_for_its_sockets(folder: Path) -> None:
    deep = Layout(folder / ("很深的目录" * 10), None)

    deep.create()

    assert len(bytes(deep.run / ".s.PGSQL.5432.lock")) <= SOCKET_PATH_LIMIT
    assert deep.run.stat().st_mode & 0o777 == 0o700
    assert deep.run != Layout(folder / ("另一个目录" * 10), None).run
    deep.run.rmdir()


def test_a_socket_folder_that_somebody_prepared_is_refused(folder: Path) -> None:
    deep = Layout(folder / ("很深的目录" * 10), None)
    deep.run.symlink_to(folder)

    try:
        with pytest.raises(LaunchError):
            deep.create()
    finally:
        deep.run.unlink()


def test_the_data_folder_comes_from_the_environment(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANLAN_DATA_DIR", str(folder))
    assert default_data() == folder

    options = up.parse(["--exit", "--port", "9000", "--no-demo"])

    assert options == up.Options(data=folder, port=9000, exits=True, demo=False)
    assert up.parse(["--data", "/x"]) == up.Options(data=Path("/x"), port=8000, exits=False, demo=True)


@pytest.mark.parametrize("argv", [["--bogus"], ["extra"], ["--port"], ["--data"], ["--port", "x"]])
def test_wrong_arguments_are_explained(argv: list[str]) -> None:
    with pytest.raises(LaunchError, match=r"--port|用法：manage\.py up"):
        up.parse(argv)


def test_damaged_demo_logins_are_named(folder: Path) -> None:
    assert up.demo_logins(folder) == []

    (folder / "demo_logins.json").write_text("[{}]")

    with pytest.raises(LaunchError, match="已损坏，请删除后重新启动。"):
        up.demo_logins(folder)
