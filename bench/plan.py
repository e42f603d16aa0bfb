"""What the generated country looks like: sizes, names and numbers, the same on every run.

21 cities, 183 counties, 6,000 projects, 500,000 findings, 60 months. The first city is the large tenant
(50,000 findings); the other twenty are alike (22,500 each).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from core.month import ReportingMonth

FIRST_MONTH = ReportingMonth(2022, 1)
MONTHS = [FIRST_MONTH.shift(n) for n in range(60)]
START, END = MONTHS[0].first, MONTHS[-1].last
DAYS = (END - START).days + 1
FINDINGS_PER_INSPECTION = 4
AS_OF = dt.date(2026, 11, 1)
"""What is younger than this is still being rectified; the rest is closed but for a remainder."""

ROLES = ("LEGAL_PERSON", "CONTRACTOR", "SUPERVISING_ENGINEER", "DESIGNER", "TESTING_AGENCY")
ORGANIZATIONS_PER_COUNTY = 24
"""A quarter of them are legal persons, half contractors, the rest engineers, designers and agencies."""

_RIVERS = (
    "青溪",
    "石盘",
    "龙潭",
    "白水",
    "金竹",
    "双江",
    "柏林",
    "大坪",
    "长滩",
    "茶园",
    "桂花",
    "七里",
    "沙坝",
    "云台",
    "响水",
    "铁佛",
    "黄连",
    "观音",
    "红岩",
    "马鞍",
)
_WORKS = (
    ("水库除险加固工程", "RESERVOIR_REINFORCEMENT"),
    ("河防洪治理工程", "EMBANKMENT"),
    ("山洪沟治理项目", "FLASH_FLOOD"),
    ("灌区续建配套与现代化改造工程", "IRRIGATION_UPGRADE"),
    ("城乡供水一体化工程", "WATER_SUPPLY"),
    ("水闸除险加固工程", "SLUICE_REINFORCEMENT"),
    ("提灌站改造工程", "PUMPING_STATION"),
    ("小流域水土流失综合治理工程", "SOIL_CONSERVATION"),
)
_TRADES = (
    "水利建设开发有限公司",
    "水利水电工程有限公司",
    "工程监理咨询有限公司",
    "水利水电勘测设计院有限公司",
)
_NUMERALS = "甲乙丙丁戊己庚辛壬癸子丑"


@dataclass(frozen=True)
class CityPlan:
    """One tenant. `number` counts from 1."""

    number: int
    counties: int
    projects: int
    findings: int

    @property
    def slug(self) -> str:
        """The mark in commands."""
        return f"bench-{self.number:02}"

    @property
    def code(self) -> str:
        """An invented 行政区划代码."""
        return f"9{self.number:02}000"

    @property
    def name(self) -> str:
        """Invented."""
        return f"测算{_NUMERALS[(self.number - 1) // 12]}{_NUMERALS[(self.number - 1) % 12]}市"

    @property
    def inspections(self) -> int:
        """Each found four things."""
        return self.findings // FINDINGS_PER_INSPECTION

    @property
    def organizations(self) -> int:
        """Of all kinds."""
        return self.counties * ORGANIZATIONS_PER_COUNTY


def _cities() -> list[CityPlan]:
    cities = [CityPlan(1, 11, 600, 50_000)]
    cities += [CityPlan(n, 9 if n <= 13 else 8, 270, 22_500) for n in range(2, 22)]
    return cities


CITIES = _cities()


def founding(city: CityPlan) -> dict[str, object]:
    """The description of the city that `found_city` reads."""
    contact = {"name": "水利工程质量监督科（测算）", "phone": "0000-0000000"}
    return {
        "slug": city.slug,
        "code": city.code,
        "name": city.name,
        "bureau": f"{city.name}水利局",
        "series": [
            _series(city.name[:4] + "水", "WENJIAN", ["CIRCULAR", "CRITICISM", "YEAR_PLAN"], contact),
            _series(
                city.name[:4] + "水函",
                "XINHAN",
                ["RECTIFICATION_NOTICE", "INTERVIEW_NOTICE", "REMINDER_LETTER"],
                contact,
            ),
        ],
        "units": [_unit(city, n) for n in range(1, city.counties + 1)],
    }


def _series(code: str, form: str, kinds: list[str], contact: dict[str, str]) -> dict[str, object]:
    return {
        "code": code,
        "format": form,
        "kinds": kinds,
        "addressees": ["各县（市、区）水利局"],
        "cc": [],
        "contact": contact,
    }


def _unit(city: CityPlan, number: int) -> dict[str, object]:
    name = f"{_RIVERS[(number + city.number) % len(_RIVERS)]}县"
    return {
        "code": f"9{city.number:02}{number:03}",
        "level": "COUNTY",
        "name": name,
        "short": name,
        "department": f"{name}水利局",
        "tile": [number % 4, number // 4],
    }


def project_name(number: int) -> tuple[str, str]:
    """(name, 工程类别) of a city's project; the numeral keeps names apart."""
    works, category = _WORKS[number % len(_WORKS)]
    river = _RIVERS[(number * 7) % len(_RIVERS)]
    numeral = _NUMERALS[(number // len(_WORKS)) % len(_NUMERALS)]
    phase = number // (len(_WORKS) * len(_NUMERALS)) + 1
    return f"{river}{numeral}{works}（{phase}期）", category


def organization_name(number: int) -> str:
    """The name of a city's organization."""
    trade = _TRADES[0] if number % 4 == 0 else _TRADES[1] if number % 4 < 3 else _TRADES[2 + number // 4 % 2]
    return f"测算{_RIVERS[number % len(_RIVERS)]}{_NUMERALS[number // 20 % 12]}{trade}"
