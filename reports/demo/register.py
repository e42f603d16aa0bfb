"""Which projects the demo city has: real names from public reports, topped up with invented ones."""

from __future__ import annotations

import csv
import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path

from projects.enums import ConstructionNature, ProjectCategory, ProjectStatus, SupervisionLevel
from reports.demo.names import MARK
from reports.demo.rows import YEAR, Dice, workday
from reports.demo.units import UNITS, Unit

PUBLIC_PROJECTS = Path(__file__).resolve().parent.parent / "data" / "mianyang_projects.csv"

_C = ProjectCategory
_CATEGORIES_BY_WORD = (
    ("除险加固", _C.SLUICE_REINFORCEMENT),
    ("水毁", _C.FLOOD_DAMAGE),
    ("供水", _C.WATER_SUPPLY),
    ("抗旱", _C.DROUGHT_SOURCE),
    ("山坪塘", _C.SMALL_WORKS),
    ("农田水利", _C.SMALL_WORKS),
    ("灌区改造", _C.IRRIGATION_UPGRADE),
    ("灌区", _C.IRRIGATION_NEW),
    ("水库", _C.RESERVOIR_NEW),
    ("引调水", _C.WATER_DIVERSION),
    ("水资源", _C.WATER_DIVERSION),
)
_INVENTED: tuple[tuple[str, ProjectCategory, ConstructionNature], ...] = (
    ("{place}水库除险加固工程", _C.RESERVOIR_REINFORCEMENT, ConstructionNature.REINFORCEMENT),
    ("{place}河堤防工程", _C.EMBANKMENT, ConstructionNature.NEW),
    ("{place}镇供水管网延伸工程", _C.WATER_SUPPLY, ConstructionNature.EXTENSION),
    ("{place}灌区续建配套与节水改造工程", _C.IRRIGATION_UPGRADE, ConstructionNature.REBUILD),
    ("{place}提灌站改造工程", _C.PUMPING_STATION, ConstructionNature.REBUILD),
    ("{place}沟山洪治理工程", _C.FLASH_FLOOD, ConstructionNature.NEW),
    ("{place}小流域水土保持工程", _C.SOIL_CONSERVATION, ConstructionNature.NEW),
    ("{place}水闸除险加固工程", _C.SLUICE_REINFORCEMENT, ConstructionNature.REINFORCEMENT),
    ("{place}河道水毁修复工程", _C.FLOOD_DAMAGE, ConstructionNature.REINFORCEMENT),
    ("{place}幸福河湖建设工程", _C.RIVER_CONNECTION, ConstructionNature.NEW),
)
_PLACES = (
    "青石",
    "白鹭",
    "云溪",
    "松林",
    "石桥",
    "清水湾",
    "柳岸",
    "竹溪",
    "龙泉寺",
    "梅子坝",
    "长滩",
    "金鸡岭",
)
CITY_LEVEL_COUNT = 22
"""Projects that the city supervises itself."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One project to be written. `is_real_name`: the name is public, everything else is invented."""

    code: str
    name: str
    unit: Unit
    category: ProjectCategory
    nature: ConstructionNature
    level: SupervisionLevel
    status: ProjectStatus
    started_on: dt.date | None
    duration_days: int
    is_real_name: bool
    scale: str

    @property
    def is_started(self) -> bool:
        """Under construction, or built."""
        return self.started_on is not None

    def is_under_way(self, day: dt.date) -> bool:
        """Whether it is being built on a day."""
        return (
            self.status == ProjectStatus.UNDER_WAY and self.started_on is not None and self.started_on <= day
        )


def make_register(seed: int) -> list[Plan]:
    """All projects, county by county, real names first."""
    dice = Dice(seed, "register")
    plans: list[Plan] = []
    city_level = _city_level_places(dice)
    for unit in UNITS:
        names = [*_public_names(unit), *_invented_names(unit, dice)][: unit.projects]
        for number, (name, category, nature, status, is_real, scale) in enumerate(names, start=1):
            started_on = None if status == ProjectStatus.PLANNED else _start(dice, status)
            level = SupervisionLevel.CITY if (unit.code, number) in city_level else SupervisionLevel.COUNTY
            code = f"YS-{unit.code}-{number:03d}"
            duration = dice.between(12, 30) * 30
            plans.append(
                Plan(code, name, unit, category, nature, level, status, started_on, duration, is_real, scale)
            )
    return plans


def _city_level_places(dice: Dice) -> set[tuple[str, int]]:
    """The larger ones: first numbers of the counties, none in a zone."""
    counties = [unit for unit in UNITS if not unit.is_zone]
    candidates = [(unit.code, number) for unit in counties for number in range(1, 8)]
    return set(dice.some(candidates, CITY_LEVEL_COUNT))


_Name = tuple[str, ProjectCategory, ConstructionNature, ProjectStatus, bool, str]


def _public_names(unit: Unit) -> list[_Name]:
    """Names of the CSV that lie in this county; packages and works across counties are left out."""
    with PUBLIC_PROJECTS.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["county"] == unit.name and row["kind"] != "项目包"]
    return [
        (
            row["name"],
            _category(row["name"] + row["kind"]),
            ConstructionNature.NEW,
            _public_status(row["period"], row["status"]),
            True,
            (row["scale"] + "；" if row["scale"] else "") + "除工程名称外均为演示数据",
        )
        for row in rows
    ]


def _category(text: str) -> ProjectCategory:
    return next((category for word, category in _CATEGORIES_BY_WORD if word in text), ProjectCategory.OTHER)


def _public_status(period: str, status: str) -> ProjectStatus:
    """Roughly where the project stood in the demo year, as the public report tells."""
    years = [int(year) for year in re.findall(r"20\d\d", period)]
    if "建成" in status or "已建" in status or "通水" in status:
        return ProjectStatus.ACCEPTED
    if "在建" not in status or (years and min(years) > YEAR and "至" not in period):
        return ProjectStatus.PLANNED
    return ProjectStatus.UNDER_WAY


def _invented_names(unit: Unit, dice: Dice) -> list[_Name]:
    places = dice.shuffled(_PLACES)
    kinds = dice.shuffled(_INVENTED)
    found: list[_Name] = []
    for index in range(unit.projects):
        pattern, category, nature = kinds[index % len(kinds)]
        place = places[index % len(places)]
        status = ProjectStatus.PLANNED if index % 9 == 8 else ProjectStatus.UNDER_WAY
        name = f"{unit.short}{pattern.format(place=place)}{MARK}"
        found.append((name, category, nature, status, False, "演示数据"))
    return found


def _start(dice: Dice, status: ProjectStatus) -> dt.date:
    if status == ProjectStatus.ACCEPTED:
        return workday(dt.date(YEAR - 3, dice.between(1, 12), dice.between(1, 28)))
    if dice.chance(0.75):
        return workday(dt.date(YEAR - 1, dice.between(3, 12), dice.between(1, 28)))
    return workday(dt.date(YEAR, dice.between(1, 9), dice.between(1, 28)))
