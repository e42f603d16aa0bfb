"""Rules between records that no single table can hold: dates in order, parts that belong together, what is frozen."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from inspections.enums import DrawKind
from projects.enums import ReportState, ReturnState, UnitRole
from reports.ledger import clause_rules
from reports.ledger.records import Graph, Record
from reports.ledger.sentences import Sentence

Rule = Callable[[Record, Graph], Iterator[Sentence]]


def _not_before(record: Record, later: str, earlier: str, wrong: str) -> Iterator[Sentence]:
    """`later` and `earlier` are dates of the same record, either may be blank."""
    if {later, earlier} & record.bad or record[later] is None or record[earlier] is None:
        return
    if record[later] < record[earlier]:
        yield Sentence(later, wrong, f"改为{record[earlier]:%Y-%m-%d}或以后")


def _not_before_other(
    record: Record, later: str, other: Record | None, earlier: str, wrong: str
) -> Iterator[Sentence]:
    """`earlier` is a date of another record."""
    if other is None or later in record.bad or earlier in other.bad:
        return
    if record[later] is not None and other[earlier] is not None and record[later] < other[earlier]:
        yield Sentence(later, wrong, f"改为{other[earlier]:%Y-%m-%d}或以后")


def _same(
    record: Record, own: str, other: Record | None, theirs: str, sentence: Sentence
) -> Iterator[Sentence]:
    """Both records name the same thing, when both name one."""
    if other is None or own in record.bad or theirs in other.bad:
        return
    if record[own] is not None and other[theirs] is not None and record[own] != other[theirs]:
        yield sentence


def _section_progress(record: Record, graph: Graph) -> Iterator[Sentence]:
    """Neither the progress nor the investment of a section goes back without a reason."""
    if {"section", "month", "progress_percent", "invested_wan_yuan", "decrease_reason"} & record.bad:
        return
    earlier = [
        other
        for other in graph.group("section_progress", "section").get(record["section"], ())
        if "month" not in other.bad and other["month"] < record["month"]
    ]
    if not earlier or record["decrease_reason"]:
        return
    last = max(earlier, key=lambda other: other["month"])
    for name in ("progress_percent", "invested_wan_yuan"):
        if name not in last.bad and record[name] < last[name]:
            right = f"改为不小于{last[name]:f}，或填写减少原因"
            yield Sentence(name, f"比{last['month']:%Y-%m}减少，没有写明原因", right)


def _legal_person_reports(record: Record, graph: Graph) -> Iterator[Sentence]:
    if record.changes() and record.before and record.before["state"] in _HANDLED:
        yield Sentence("submitted_on", "这份月报已在系统中退回或评价，不能由台账改", "恢复原内容或删除此行")


_HANDLED = (ReportState.RETURNED, ReportState.ASSESSED)


def _units(record: Record, graph: Graph) -> Iterator[Sentence]:
    if {"project", "organization", "role"} & record.bad:
        return
    project = graph.target(record, "project")
    if record["role"] == UnitRole.LEGAL_PERSON and record["valid_to"] is None:
        sentence = Sentence(
            "organization",
            "与“工程项目”表的项目法人不是同一单位",
            "改为该工程的项目法人，已更换的填写终止日期",
        )
        yield from _same(record, "organization", project, "legal_person", sentence)
    opposite = {
        UnitRole.CONTRACTOR.value: UnitRole.SUPERVISING_ENGINEER,
        UnitRole.SUPERVISING_ENGINEER.value: UnitRole.CONTRACTOR,
    }.get(record["role"])
    for other in graph.group("units", "organization").get(record["organization"], ()):
        if other["project"] == record["project"] and other["role"] == opposite:
            yield Sentence("role", "同一单位不能既是这个工程的施工单位又是监理单位", "核对单位和角色")
            return


def _returns(record: Record, graph: Graph) -> Iterator[Sentence]:
    yield from _not_before(record, "accepted_at", "first_submitted_at", "受理时间早于首次报送时间")
    if record.before is None or not record.changes():
        return
    if record.before["opened_at"] is not None:
        yield Sentence(
            "month", "该月月报在系统中填报，不能由台账改", "恢复原内容或删除此行；在月报页面上办理"
        )
    elif record.before["state"] == ReturnState.FROZEN:
        yield Sentence("month", "该月月报已随月结冻结，不能再改", "恢复原内容或删除此行；更正走月份更正程序")
    elif record["state"] == ReturnState.FROZEN and "state" not in record.bad:
        yield Sentence("state", "“已冻结”只由月结产生", "改为“已受理”")


def _versions(record: Record, graph: Graph) -> Iterator[Sentence]:
    if record.before is not None and record.before["submitted_at"] is None:
        yield Sentence("number", "这个版本正在系统中填报，还没有报送", "删除此行")
    elif record.changes():
        yield Sentence("number", "月报版本报送后不能再改", "恢复原内容或删除此行；更正请另报新版本")
    yield from _frozen_parent(record, graph)


def _frozen_parent(record: Record, graph: Graph) -> Iterator[Sentence]:
    parent = None if "monthly_return" in record.bad else graph.target(record, "monthly_return")
    before = parent.before if parent is not None else None
    if record.is_new and before is not None and before["opened_at"] is not None:
        yield Sentence("month", "该月月报在系统中填报，不能由台账增加内容", "删除此行；在月报页面上办理")
    elif record.is_new and before is not None and before["state"] == ReturnState.FROZEN:
        yield Sentence("month", "该月月报已随月结冻结，不能再增加内容", "删除此行")


def _lines(record: Record, graph: Graph) -> Iterator[Sentence]:
    version = None if "version" in record.bad else graph.target(record, "version")
    if record.changes():
        yield Sentence("version_number", "月报版本报送后不能再改", "恢复原内容或删除此行；更正请另报新版本")
    elif record.is_new and version is not None and not version.is_new:
        yield Sentence("version_number", "这个版本已经报送，不能再增加工程", "删除此行；更正请另报新版本")
    yield from _project_in_county(record, graph)


def _project_in_county(record: Record, graph: Graph) -> Iterator[Sentence]:
    project = None if "project" in record.bad else graph.target(record, "project")
    sentence = Sentence("project", "该工程不在这个县区", "改为本县区的工程编号")
    yield from _same(record, "jurisdiction", project, "jurisdiction", sentence)


def _remarks(record: Record, graph: Graph) -> Iterator[Sentence]:
    yield from _project_in_county(record, graph)


def _drawn_projects(record: Record, graph: Graph) -> Iterator[Sentence]:
    draw = None if "draw" in record.bad else graph.target(record, "draw")
    if draw is not None and "kind" not in draw.bad and draw["kind"] != DrawKind.PROJECT:
        yield Sentence("draw", "这次抽取不是工程抽查", "改为抽取类型为“工程抽查”的抽取编号")


def _findings(record: Record, graph: Graph) -> Iterator[Sentence]:
    inspection = None if "inspection" in record.bad else graph.target(record, "inspection")
    sentence = Sentence("inspection", "这次检查不是这个工程的检查", "改正检查编号或工程编号")
    yield from _same(record, "project", inspection, "project", sentence)
    yield from _not_before_other(record, "found_on", inspection, "inspected_on", "发现日期早于检查日期")
    yield from _not_before(record, "replied_on", "found_on", "回复日期早于发现日期")
    yield from _not_before(record, "original_due_on", "found_on", "原整改期限早于发现日期")


def _evidence(record: Record, graph: Graph) -> Iterator[Sentence]:
    if {"finding", "inspection"} & record.bad:
        return
    finding, inspection = graph.target(record, "finding"), graph.target(record, "inspection")
    if finding is not None and inspection is not None:
        sentence = Sentence("inspection", "这次检查与这个问题不是同一工程", "改正检查编号或问题编号")
        if not {"project"} & (finding.bad | inspection.bad) and finding["project"] != inspection["project"]:
            yield sentence


def _tests(record: Record, graph: Graph) -> Iterator[Sentence]:
    finding = None if "finding" in record.bad else graph.target(record, "finding")
    sentence = Sentence("finding", "这个问题不是这个工程的问题", "改正问题编号或工程编号")
    yield from _same(record, "project", finding, "project", sentence)
    yield from _not_before(record, "handled_on", "reported_on", "处置日期早于报告日期")


def _notices(record: Record, graph: Graph) -> Iterator[Sentence]:
    check = None if "bidding_check" in record.bad else graph.target(record, "bidding_check")
    sentence = Sentence("bidding_check", "这次核查不是这个工程的核查", "改正核查编号或工程编号")
    yield from _same(record, "project", check, "project", sentence)
    yield from _not_before(record, "closed_on", "issued_on", "办结日期早于签发日期")


def _notice_findings(record: Record, graph: Graph) -> Iterator[Sentence]:
    if {"finding", "notice"} & record.bad:
        return
    finding, notice = graph.target(record, "finding"), graph.target(record, "notice")
    if finding is None or notice is None:
        return
    sentence = Sentence("finding", "这个问题不是通知书所涉工程的问题", "改正问题编号或通知书编号")
    yield from _same(notice, "project", finding, "project", sentence)
    if "issued_on" in notice.bad or "found_on" in finding.bad or notice["issued_on"] is None:
        return
    if notice["issued_on"] < finding["found_on"]:
        yield Sentence("notice", "通知书的签发日期早于问题的发现日期", "核对通知书编号和问题编号")


def _after_finding(column: str, wrong: str) -> Rule:
    def rule(record: Record, graph: Graph) -> Iterator[Sentence]:
        finding = None if "finding" in record.bad else graph.target(record, "finding")
        yield from _not_before_other(record, column, finding, "found_on", wrong)

    return rule


def _extensions(record: Record, graph: Graph) -> Iterator[Sentence]:
    finding = None if "finding" in record.bad else graph.target(record, "finding")
    yield from _not_before(record, "approved_on", "requested_on", "批准日期早于申请日期")
    if "approved_on" in record.bad or record["approved_on"] is None:
        return
    sentence = Sentence("new_due_on", "与“问题”表的整改期限不一致", "批准延期后，问题的整改期限应等于新期限")
    yield from _same(record, "new_due_on", finding, "due_on", sentence)


def _letters(record: Record, graph: Graph) -> Iterator[Sentence]:
    yield from _not_before(record, "answered_on", "issued_on", "反馈日期早于发函日期")


RULES: dict[str, Rule] = {
    "section_progress": _section_progress,
    "units": _units,
    "returns": _returns,
    "versions": _versions,
    "lines": _lines,
    "remarks": _remarks,
    "legal_person_reports": _legal_person_reports,
    "drawn_projects": _drawn_projects,
    "findings": _findings,
    "evidence": _evidence,
    "tests": _tests,
    "notices": _notices,
    "notice_findings": _notice_findings,
    "replies": _after_finding("replied_on", "回复日期早于问题的发现日期"),
    "rechecks": _after_finding("rechecked_on", "复查日期早于问题的发现日期"),
    "extensions": _extensions,
    "letters": _letters,
    "duty_inspections": clause_rules.duty_inspections,
    "duty_items": clause_rules.duty_items,
    "red_line_facts": clause_rules.red_line_facts,
    "adjustments": clause_rules.adjustments,
}
"""By sheet name."""
