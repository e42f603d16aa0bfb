"""数据疑点 as people see them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, QuerySet

from core.components import Entry
from core.month import ReportingMonth
from projects.enums import DoubtState
from projects.models import DataDoubt, MonthlyReturn
from projects.rules.returns import HEADER_FIELD, LINE_FIELD


@dataclass(frozen=True)
class StateCount:
    """One count above the list; `state` is the value of the filter that shows these rows."""

    label: str
    count: int
    state: str = ""


def listed_doubts() -> QuerySet[DataDoubt]:
    """The scope's doubts with what their lines read."""
    return DataDoubt.objects.select_related("jurisdiction", "project", "remark")


def newest_month(*, until: ReportingMonth) -> ReportingMonth | None:
    """The newest month, `until` at the latest, that has returns: the one whose data are checked."""
    return_ = MonthlyReturn.objects.filter(month__lte=until.first).order_by("-month").first()
    return None if return_ is None else ReportingMonth.from_first_day(return_.month)


def counts_of(rows: QuerySet[DataDoubt]) -> list[StateCount]:
    """Counts of a filtered list by state, without its filter of state: one query."""
    groups = rows.order_by().values("state").annotate(n=Count("*")).values_list("state", "n")
    counts: dict[str, int] = dict(groups)
    steps = [StateCount(state.label, counts.get(state, 0), state.value) for state in DoubtState]
    return [StateCount("全部", sum(counts.values())), *steps]


_TURNS: dict[str, str] = {DoubtState.OPEN: "县局", DoubtState.EXPLAINED: "市局"}


def turn_of(state: str) -> str:
    """Who has to act: the county explains or corrects, the bureau judges; "" when it is settled."""
    return _TURNS.get(state, "")


def field_label(name: str) -> str:
    """The return's column that the doubt is about, in words."""
    field = LINE_FIELD.get(name) or HEADER_FIELD.get(name)
    return field.title if field is not None else ""


def history_of(doubt: DataDoubt) -> list[Entry]:
    """What happened to it, in order."""
    entries = [Entry(doubt.found_at, "系统发现疑点")]
    if doubt.explained_at is not None:
        entries.append(
            Entry(doubt.explained_at, "县级说明", by=doubt.explained_by_name, note=doubt.explanation)
        )
    if doubt.corrected_at is not None:
        entries.append(Entry(doubt.corrected_at, "原因已消除，系统自动销除", tone="ok"))
    if doubt.judged_at is not None:
        is_error = doubt.state == DoubtState.ERROR
        title = "核实有误，登记为字段错误" if is_error else "市局认可"
        entries.append(
            Entry(
                doubt.judged_at,
                title,
                by=doubt.judged_by_name,
                note=doubt.judgement,
                tone="bad" if is_error else "ok",
            )
        )
    return sorted(entries, key=lambda entry: str(entry.at))
