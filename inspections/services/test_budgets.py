"""监督检测经费 of a year: who has how much, and what a commission may still take."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import transaction

from core import display
from inspections.models import SupervisoryTestBudget
from inspections.selectors.test_budgets import spent_yuan
from inspections.services.check_writing import CheckRefused, create, said, write
from tenancy.models import Jurisdiction


@transaction.atomic
def record_budget(
    *, jurisdiction: Jurisdiction, year: int, amount_yuan: Decimal, source: str, by: Any, at: dt.datetime
) -> SupervisoryTestBudget:
    """Set the year's money of a jurisdiction (元), with the paper that granted it.

    Raises CheckRefused when the commissions of the year took more already.
    """
    source = said(source, "请填写经费批复文件。")
    if amount_yuan <= 0:
        raise CheckRefused("监督检测经费应大于0元。")
    Jurisdiction.objects.select_for_update(of=("self",)).get(pk=jurisdiction.pk)
    spent = spent_yuan(jurisdiction, year)
    if amount_yuan < spent:
        raise CheckRefused(
            f"{year}年已委托检测{display.number(spent)}元，经费不能少于这个数；请核对金额，或先取消未执行的委托。"
        )
    row = SupervisoryTestBudget.objects.filter(jurisdiction=jurisdiction, year=year).first()
    if row is not None:
        changes = {"amount_yuan": amount_yuan, "source": source}
        return write(row, "inspections.testbudget.change", changes, by, at)
    row = SupervisoryTestBudget(
        city_id=jurisdiction.city_id,
        jurisdiction=jurisdiction,
        year=year,
        amount_yuan=amount_yuan,
        source=source,
    )
    return create(row, "inspections.testbudget.record", by, at, year=year, amount_yuan=amount_yuan)


def take_from_budget(jurisdiction: Jurisdiction, day: dt.date, fee_yuan: Decimal) -> None:
    """Refuse a fee that the year's budget does not cover any more; the budget's row stays locked until the end.

    Raises CheckRefused.
    """
    rows = SupervisoryTestBudget.objects.select_for_update(of=("self",))
    budget = rows.filter(jurisdiction=jurisdiction, year=day.year).first()
    if budget is None:
        raise CheckRefused(
            f"{jurisdiction.short_name}{day.year}年的监督检测经费还没有登记，请先在“检测经费”中登记。"
        )
    left = budget.amount_yuan - spent_yuan(jurisdiction, day.year)
    if fee_yuan > left:
        raise CheckRefused(
            f"检测费{display.number(fee_yuan)}元超过{day.year}年监督检测经费余额{display.number(left)}元，"
            "请减少检测费或追加经费后再委托。"
        )
