"""The numbers of a draw as data: ratios, weights, exclusions, terms. `inspections/data/draw_rule.json` is what ships."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from importlib import resources
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """Ratios in parts of ten thousand, weights in hundredths, factors as whole numbers (handbook §4.2)."""

    ratio_of_level: Mapping[str, int]
    weight_of_class: Mapping[str, int]
    nil_county_factor: int
    key_object_factor: int
    nil_return_months: int
    nil_returns_least: int
    checked_within_months: int
    always_drawn_class: str
    rolling_year_months: int
    county_again_months: int
    team_size: int
    witnesses_least: int
    witnesses_with_account_least: int
    publish_within_workdays: int

    def as_rule(self) -> dict[str, Any]:
        """As a draw keeps them."""
        return asdict(self)


@functools.cache
def shipped() -> Parameters:
    """The parameters in force."""
    text = resources.files("inspections").joinpath("data/draw_rule.json").read_text(encoding="utf-8")
    return Parameters(**json.loads(text))


def weigh(
    parameters: Parameters, *, risk_class: str, is_nil_county: bool, is_key_object: bool
) -> tuple[int, str]:
    """(weight in hundredths, where it comes from)."""
    weight = parameters.weight_of_class[risk_class]
    words = [f"{risk_class}类{_plain(weight)}" if risk_class else f"未定风险类别，按{_plain(weight)}"]
    if is_nil_county:
        weight *= parameters.nil_county_factor
        words.append(f"零报告县区×{parameters.nil_county_factor}")
    if is_key_object:
        weight *= parameters.key_object_factor
        words.append(f"重点监管对象×{parameters.key_object_factor}")
    return weight, "，".join(words)


def _plain(weight: int) -> str:
    return f"{(Decimal(weight) / 100).normalize():f}"
