"""Founding a city (tenant): its tree, number series, catalogue and rubric."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from audit.services import record
from core import pinyin
from core.errors import DomainError
from core.month import ReportingMonth
from inspections.services.catalogue import DEFAULT_CATALOGUE, load_catalogue
from inspections.services.checklists import load_default_checklists
from inspections.services.items import DEFAULT_ITEMS, load_inspection_items
from projects.services.register.filing_types import load_default_filing_types
from reports.enums import DocumentFormat, DocumentKind
from reports.models import NumberSeries
from scoring.services.risk_rules import DEFAULT_RISK_RULES, load_risk_rules
from scoring.services.rubrics import DEFAULT_RUBRIC, load_rubric
from tenancy.enums import Level
from tenancy.models import City, Jurisdiction
from tenancy.scope import city_scope

CITIES = Path(__file__).resolve().parent.parent / "data" / "cities"
_CATALOGUE_FROM = dt.date(2023, 1, 1)
_RUBRIC_FROM = ReportingMonth(2023, 1)


class CityExists(DomainError):
    """A city with this mark or code is there already."""


def found_city(*, description: Path, by: Any, at: dt.datetime, is_demo: bool = False) -> City:
    """Make the city that a YAML file describes (see reports/data/cities). All or nothing.

    Raises CityExists when slug or code is taken.
    """
    plan = _plan(description.read_text(encoding="utf-8"))
    if City.objects.filter(slug=plan["slug"]).exists() or City.objects.filter(code=plan["code"]).exists():
        raise CityExists(f"城市“{plan['name']}”已存在。")
    with transaction.atomic():
        city = City.objects.create(
            slug=plan["slug"],
            code=plan["code"],
            name=plan["name"],
            bureau_name=plan["bureau"],
            is_demo=is_demo,
        )
        with city_scope(city.id):
            _tree(city, plan)
            _series(city, plan)
            load_catalogue(
                data=DEFAULT_CATALOGUE.read_bytes(),
                code="2023-默认",
                title="水利工程质量监督问题清单（默认整理版）",
                effective_from=_CATALOGUE_FROM,
                source="依据公开法规整理，可由官方清单替换",
                by=by,
                at=at,
            )
            load_default_checklists(by=by, at=at)
            load_rubric(
                text=DEFAULT_RUBRIC.read_text(encoding="utf-8"), effective_from=_RUBRIC_FROM, by=by, at=at
            )
            load_risk_rules(
                text=DEFAULT_RISK_RULES.read_text(encoding="utf-8"),
                effective_from=_RUBRIC_FROM,
                by=by,
                at=at,
            )
            load_default_filing_types(by=by, at=at)
            load_inspection_items(
                text=DEFAULT_ITEMS.read_text(encoding="utf-8"), published_on=_CATALOGUE_FROM, by=by, at=at
            )
            record(
                action="tenancy.city.found",
                subject=city,
                by=by,
                at=at,
                city_id=city.id,
                after={"slug": city.slug},
            )
    return city


@lru_cache(maxsize=8)
def _plan(text: str) -> dict[str, Any]:
    """What a description says; only read."""
    plan: dict[str, Any] = yaml.safe_load(text)
    return plan


def _tree(city: City, plan: dict[str, Any]) -> None:
    root = Jurisdiction.objects.create(
        **_names(plan["name"]),
        city=city,
        parent=None,
        level=Level.CITY,
        code=plan["code"],
        name=plan["name"],
        short_name=plan["name"],
        department_name=plan["bureau"],
        unit_order=0,
    )
    for order, unit in enumerate(plan["units"], start=1):
        column, row = unit.get("tile", (None, None))
        Jurisdiction.objects.create(
            **_names(unit["name"]),
            city=city,
            parent=root,
            level=Level[unit["level"]],
            code=unit["code"],
            name=unit["name"],
            short_name=unit["short"],
            department_name=unit["department"],
            unit_order=order,
            tile_column=column,
            tile_row=row,
        )


def _names(name: str) -> dict[str, str]:
    return {"name_pinyin": pinyin.full(name), "name_initials": pinyin.initials(name)}


def _series(city: City, plan: dict[str, Any]) -> None:
    for series in plan["series"]:
        NumberSeries.objects.create(
            city=city,
            code=series["code"],
            format=DocumentFormat[series["format"]],
            kinds=[DocumentKind[kind].value for kind in series["kinds"]],
            addressees=series["addressees"],
            cc=series["cc"],
            contact_name=series["contact"]["name"],
            contact_phone=series["contact"]["phone"],
        )
