"""Commands of a bureau that starts: its city, its administrators, its own catalogue and rubric."""

from __future__ import annotations

import datetime as dt
import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from core.models import CalendarDay, LegalInstrument
from inspections.models import CatalogueVersion
from inspections.services.catalogue import DEFAULT_CATALOGUE
from reports.services.founding import CITIES
from scoring.services.rubrics import DEFAULT_RUBRIC
from tenancy.models import City
from tenancy.scope import city_scope


def _call(*args):
    out = StringIO()
    call_command(*args, stdout=out)
    return out.getvalue()


def test_a_city_is_founded_with_three_administrators_who_must_change_their_passwords(db):
    said = _call("found_city", str(CITIES / "duizhao.yaml"))

    lines = re.findall(r"  (\S+)  (duizhao\.\w+)  (\S+)", said)
    assert [title for title, _, _ in lines] == ["系统管理员", "安全管理员", "审计管理员"]
    _, username, password = lines[0]
    client = Client()
    assert client.post("/account/login", {"username": username, "password": password}).status_code == 302
    assert client.get("/todos")["Location"] == "/account/password"
    with pytest.raises(CommandError, match="已存在"):
        _call("found_city", str(CITIES / "duizhao.yaml"))
    assert City.objects.count() == 1


def test_an_official_catalogue_replaces_the_default_one(city, tmp_path):
    file = tmp_path / "official.csv"
    file.write_text(
        "\n".join(DEFAULT_CATALOGUE.read_text(encoding="utf-8").splitlines()[:6]), encoding="utf-8"
    )

    _call(
        "load_catalogue",
        "510700",
        str(file),
        "--code",
        "2026-官方",
        "--title",
        "官方清单",
        "--from",
        "2026-01-01",
    )

    with city_scope(city.id):
        old, new = CatalogueVersion.objects.order_by("effective_from")
        assert (old.effective_until, new.items.count()) == (dt.date(2025, 12, 31), 5)


def test_a_bad_catalogue_is_refused_whole_with_every_row_named(city, tmp_path):
    file = tmp_path / "bad.csv"
    head = DEFAULT_CATALOGUE.read_text(encoding="utf-8").splitlines()[0]
    file.write_text(
        f"{head}\nX-1,某单位,c,management,t,serious,b,s\nX-1,项目法人,c,oops,t,serious,b,s\n", "utf-8"
    )

    with pytest.raises(CommandError, match=r"第2行.*第3行.*重复"):
        _call("load_catalogue", "mianyang", str(file), "--code", "x", "--title", "x", "--from", "2026-01-01")
    with city_scope(city.id):
        assert CatalogueVersion.objects.count() == 1


def test_a_new_rubric_takes_effect_from_a_month_on(city, tmp_path):
    file = tmp_path / "rubric.yaml"
    file.write_text(
        DEFAULT_RUBRIC.read_text(encoding="utf-8").replace("2026.1-draft", "2026.2"), encoding="utf-8"
    )

    assert "自2026-02起施行" in _call("load_rubric", "mianyang", str(file), "2026-02")
    file.write_text("meta: {}", encoding="utf-8")
    with pytest.raises(CommandError):
        _call("load_rubric", "mianyang", str(file), "2026-03")


def test_reference_data_can_be_loaded_again(db):
    before = CalendarDay.objects.count()

    _call("load_reference_data")

    assert CalendarDay.objects.count() == before > 2000
    assert LegalInstrument.objects.filter(code="SLGCZLGLGD").count() == 1
