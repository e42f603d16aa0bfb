"""Checklists: every city has editions over the eleven aspects; a faulty file is refused whole, with every fault named."""

from __future__ import annotations

import datetime as dt
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from inspections.enums import Aspect, InspectionKind
from inspections.models import ChecklistItem, ChecklistVersion
from inspections.services.checklists import DEFAULT_CHECKLISTS, BadChecklist, load_checklist
from tenancy.models import City
from tenancy.scope import Scope, city_scope
from tests import factories

AT = factories.MOMENT


def test_a_new_city_has_checklists_for_every_kind(scope: Scope) -> None:
    kinds = {kind for version in ChecklistVersion.objects.all() for kind in version.kinds}
    assert kinds == set(InspectionKind.values)
    full = ChecklistVersion.objects.get(code="supervision")
    for aspect in Aspect:
        assert full.items.filter(aspect=aspect).count() >= 4, aspect
    assert not ChecklistItem.objects.filter(catalogue_codes=[]).exists()
    assert full.items.filter(is_measured=True).exists()


def test_the_same_file_again_changes_nothing_and_a_new_edition_ends_the_old_one(
    scope: Scope, tmp_path: Path
) -> None:
    path = DEFAULT_CHECKLISTS / "supervision.yaml"
    before = ChecklistVersion.objects.get(code="supervision")
    assert load_checklist(path=path, by="测试", at=AT) == before
    text = path.read_text(encoding="utf-8")
    (tmp_path / "next.yaml").write_text(
        text.replace('edition: "2023"', 'edition: "2024"').replace("2023-03-01", "2024-01-01"),
        encoding="utf-8",
    )
    load_checklist(path=tmp_path / "next.yaml", by="测试", at=AT)
    before.refresh_from_db()
    assert before.effective_until == dt.date(2023, 12, 31)
    (tmp_path / "next.yaml").write_text(text.replace("现场查看并拍照", "现场查看"), encoding="utf-8")
    with pytest.raises(BadChecklist, match="内容不同"):
        load_checklist(path=tmp_path / "next.yaml", by="测试", at=AT)


_FAULTY = """
code: x
edition: "1"
title: 坏清单
effective_from: 2023-03-01
source: 测试
kinds: [ROUTINE, PICNIC]
aspects:
  MATERIALS:
    - {code: A-1, text: 一, basis: 条例}
    - {code: A-1, text: 二, basis: 条例}
    - {code: A-2, text: 三}
  WEATHER: []
"""


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        (_FAULTY, ["PICNIC", "WEATHER", "A-1”重复", "A-2"]),
        ("- 只是列表", ["没有内容"]),
        (
            _FAULTY.replace(", PICNIC", "")
            .replace("  WEATHER: []\n", "")
            .replace("A-1, text: 二", "A-3, text: 二")
            .replace("text: 三", "text: 三, basis: 条例, catalogue: [NO-99]"),
            ["NO-99"],
        ),
    ],
)
def test_a_faulty_file_is_refused_with_every_fault(
    scope: Scope, tmp_path: Path, text: str, faults: list[str]
) -> None:
    (tmp_path / "bad.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(BadChecklist) as refused:
        load_checklist(path=tmp_path / "bad.yaml", by="测试", at=AT)
    assert [fault for fault in faults if fault not in str(refused.value)] == []
    assert not ChecklistVersion.objects.filter(code="x").exists()


def test_the_command_says_what_it_loaded(city: City, tmp_path: Path) -> None:
    out = StringIO()
    call_command("load_checklists", city.slug, stdout=out)
    assert "水利工程质量监督检查清单（2023）" in out.getvalue()
    (tmp_path / "bad.yaml").write_text("- x", encoding="utf-8")
    with pytest.raises(CommandError, match="没有内容"):
        call_command("load_checklists", city.slug, str(tmp_path / "bad.yaml"))
    with city_scope(city.id):
        assert ChecklistVersion.objects.count() == 4
