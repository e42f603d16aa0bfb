"""What docker-compose.yml promises. The file is read as data: no container engine is needed."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from config.bootstrap import ROOT

FILE = ROOT / "docker-compose.yml"
APPLICATION = {"migrate", "web", "worker-default", "worker-pdf", "beat"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded = yaml.safe_load(FILE.read_text())
    assert isinstance(loaded, dict)
    return loaded


def test_all_parts_of_the_production_shape_are_there(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == APPLICATION | {
        "archive-owner", "database", "broker", "cache", "proxy", "objects",
    }  # fmt: skip


def test_no_variable_that_matters_has_a_default(compose: dict[str, Any]) -> None:
    used = re.findall(r"\$\{(\w+)([^}]*)\}", FILE.read_text())

    assert len(used) > 10
    for name, rest in used:
        if name in {"ANLAN_WEB_REPLICAS", "ANLAN_WORKER_REPLICAS", "ANLAN_PG_SHARED_BUFFERS"}:
            assert rest.startswith(":-")
        else:
            assert re.fullmatch(r":\?set \w+ to .+", rest), name


def test_no_secret_stands_in_the_file(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        for key, value in service.get("environment", {}).items():
            if re.search(r"PASSWORD|SECRET|KEY|DATABASE.*URL", key):
                assert key.endswith("_FILE"), (name, key)
                assert str(value) == f"/run/secrets/{Path(value).name}"
                assert Path(value).name in service["secrets"], (name, key)
    assert all(set(secret) == {"file"} for secret in compose["secrets"].values())


def test_each_secret_is_made_by_the_script_or_brought_by_the_operator(
    compose: dict[str, Any], tmp_path: Path
) -> None:
    def run() -> None:
        subprocess.run([ROOT / "deploy" / "make-secrets.sh", tmp_path / "s"], check=True, capture_output=True)

    run()
    made = {path.name: path.read_text() for path in (tmp_path / "s").iterdir()}
    run()

    assert {path.name: path.read_text() for path in (tmp_path / "s").iterdir()} == made
    assert set(compose["secrets"]) - set(made) == {"tls_certificate", "tls_key"}
    assert len(set(made.values())) == len(made)
    assert (tmp_path / "s").stat().st_mode & 0o777 == 0o700
    for role in ("app", "owner"):
        url = urlsplit(made["database_url" if role == "app" else "database_owner_url"])
        assert (url.username, url.password, url.hostname, url.path) == (
            f"anlan_{role}", made[f"database_{role}_password"], "database", "/anlan",
        )  # fmt: skip


def test_only_migrate_holds_the_owner_of_the_schema(compose: dict[str, Any]) -> None:
    holders = {
        name
        for name, service in compose["services"].items()
        if {"database_owner_url", "database_owner_password"} & set(service.get("secrets", []))
    }

    assert holders == {"migrate", "database"}


def test_every_container_is_closed_and_watched(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in service["security_opt"], name
        assert "healthcheck" in service or name in {"web", "archive-owner"}, name  # web: in the Dockerfile
        if name in APPLICATION:
            assert service["user"] == "10001:10001", name
    assert "HEALTHCHECK" in (ROOT / "Dockerfile").read_text()


def test_only_the_proxy_is_reached_from_outside(compose: dict[str, Any]) -> None:
    assert [name for name, service in compose["services"].items() if "ports" in service] == ["proxy"]
    assert compose["networks"]["inside"] == {"internal": True}
    assert compose["services"]["proxy"]["networks"] == ["front"]
    subnet = compose["networks"]["front"]["ipam"]["config"][0]["subnet"]
    assert compose["services"]["web"]["environment"]["ANLAN_TRUSTED_PROXIES"] == subnet


def test_database_is_made_for_chinese_search(compose: dict[str, Any]) -> None:
    arguments = compose["services"]["database"]["environment"]["POSTGRES_INITDB_ARGS"].split()

    assert {
        "--encoding=UTF8",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--locale=C.UTF-8",
    } <= set(arguments)


def test_broker_keeps_and_cache_forgets(compose: dict[str, Any]) -> None:
    broker, cache = (compose["services"][name]["command"] for name in ("broker", "cache"))

    assert broker[broker.index("--maxmemory-policy") + 1] == "noeviction"
    assert broker[broker.index("--appendonly") + 1] == "yes"
    assert cache[cache.index("--maxmemory-policy") + 1] == "allkeys-lru"


def test_exactly_one_beat_and_every_queue_has_a_worker(compose: dict[str, Any]) -> None:
    services = compose["services"]

    assert services["beat"]["deploy"]["replicas"] == 1
    queues = {
        name: services[name]["command"][services[name]["command"].index("--queues") + 1]
        for name in ("worker-default", "worker-pdf")
    }
    assert queues == {"worker-default": "default", "worker-pdf": "pdf"}
    pdf = services["worker-pdf"]
    assert "--max-tasks-per-child" in pdf["command"]
    assert pdf["deploy"]["resources"]["limits"]["memory"]


def test_references_inside_the_file_hold(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert set(service.get("secrets", [])) <= set(compose["secrets"]), name
        assert set(service.get("networks", [])) <= set(compose["networks"]), name
        assert set(service.get("depends_on", {})) <= set(compose["services"]), name
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in compose["volumes"] or (ROOT / source).exists(), (name, source)


def test_roles_are_those_of_the_single_machine() -> None:
    script = (ROOT / "deploy" / "postgres" / "10-roles.sh").read_text()
    roles = dict(re.findall(r"CREATE ROLE (\w+) LOGIN NOSUPERUSER ([A-Z ]+)", script))

    assert set(roles) == {"anlan_owner", "anlan_app", "anlan_backup"}
    assert "BYPASSRLS" in roles["anlan_backup"].split()
    assert all("NOBYPASSRLS" in roles[name].split() for name in ("anlan_owner", "anlan_app"))
    assert "GRANT CONNECT, TEMPORARY ON DATABASE anlan TO anlan_app;" in script
