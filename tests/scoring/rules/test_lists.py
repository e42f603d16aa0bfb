from decimal import Decimal
from fractions import Fraction

import pytest

from scoring.rules.conditions import Condition, SubjectValue
from scoring.rules.errors import UnknownSubjectFact
from scoring.rules.list_rules import BlackRule, ListRule, RedRule
from scoring.rules.lists import (
    COUNTY_SCORE,
    LEGAL_PERSON_SCORE,
    PARTICIPANT_SCORE,
    Subject,
    county_subjects,
    in_display_order,
    make_lists,
)
from scoring.rules.ranking import Entrant, rank
from scoring.rules.scorecard import score
from tests.scoring.rules.builders import CLOSING, SHIPPED, VECTOR

PERFECT = {
    **VECTOR,
    "workdays_late": 0,
    "overdue_general": 0,
    "overdue_serious": 0,
    "required_fields_filled": 100,
    "report_returned": 0,
    "verified_field_error": 0,
    "started_projects_with_procedure": 20,
    "procedure_after_start": 0,
    "projects_with_book_plan_briefing": 18,
    "projects_with_all_commitments": 20,
    "inspections_done": 8,
    "aspects_checked_in_rolling_quarter": 11,
    "findings_due_closed_on_time": 40,
    "no_counterparty_signature": 0,
    "latest_duty_inspection_score_within_12_months": 95,
}


def month(*counties):
    entrants = [
        Entrant(key, f"{key}县", order, score(SHIPPED, facts))
        for order, (key, facts) in enumerate(counties, start=1)
    ]
    rows = rank(SHIPPED, entrants)
    return make_lists(CLOSING.lists.county, county_subjects(rows), COUNTY_SCORE)


def keys(listed):
    return [(one.subject.key, one.place) for one in listed]


class TestCounties:
    def test_the_first_three_that_meet_every_condition_are_red(self):
        lists = month(*[(key, PERFECT) for key in "abcd"])

        assert keys(lists.red) == [("a", 1), ("b", 2), ("c", 3)]
        assert keys(lists.black) == []
        assert lists.red[0].reasons == (
            "月度得分96.6分，不低于90分",
            "未触及红线",
            "无较重及以上问题逾期",
            "月报按时报送",
        )

    def test_nobody_moves_up_when_a_leader_fails_a_condition(self):
        late = {**PERFECT, "workdays_late": 1, "serious_findings_noticed_in_5wd": 10}
        best = {**PERFECT, "serious_findings_noticed_in_5wd": 10, "filings_reviewed_on_time": 10}

        lists = month(("a", PERFECT), ("b", best), ("c", late), ("d", PERFECT), ("e", PERFECT))

        assert keys(lists.red) == [("b", 1), ("a", 2), ("d", 3)]

    def test_a_leader_with_a_serious_finding_overdue_keeps_his_place_but_gets_no_honour(self):
        clean = ("finding_without_evidence", "entity_general", "entity_serious", "city_only_general")
        leader = {**PERFECT, **dict.fromkeys((*clean, "city_only_serious"), 0), "overdue_serious": 1}

        lists = month(("a", leader), *[(key, PERFECT) for key in "bcd"])

        assert keys(lists.red) == [("b", 1), ("c", 2)]

    def test_black_reasons_say_what_happened(self):
        poor = {key: value for key, value in VECTOR.items() if not isinstance(value, bool)}
        lists = month(
            ("a", PERFECT),
            ("b", {**poor, "R9": True, "overdue_grave": 2}),
            ("c", {**PERFECT, "R4": True}),
            ("d", VECTOR),
        )

        assert keys(lists.black) == [("b", 1), ("c", 2)]
        assert lists.black[0].reasons == (
            "月度得分61.1分，低于70分",
            "触及红线（R9 连续 2 个月未报月报）",
            "逾期未闭环严重问题2个，不低于1个",
        )
        assert lists.black[1].reasons == (
            "月度得分59.9分，低于70分",
            "月度评定为不合格（月度得分59.9分，低于60分；R4 质量事故隐瞒不报、谎报、迟报）",
            "触及红线（R4 质量事故隐瞒不报、谎报、迟报）",
        )

    def test_nobody_is_on_both_lists(self):
        """90 points with an overdue grave finding would meet a red rule that forgot it."""
        rule = ListRule(
            RedRule((Condition("score", ">=", Decimal(90)),), None, None),
            BlackRule((Condition("overdue_grave", ">=", Decimal(1)),), 0),
        )
        subjects = [Subject("a", "甲", "a", {"score": Decimal(95), "overdue_grave": 1})]

        lists = make_lists(rule, subjects, COUNTY_SCORE)

        assert (keys(lists.red), keys(lists.black)) == ([], [("a", 1)])

    def test_a_county_without_a_score_is_on_no_list_by_score(self):
        lists = month(("a", PERFECT), ("b", {}), ("c", {"R5": True}))

        assert keys(lists.red) == [("a", 1)]
        assert keys(lists.black) == [("c", 1)]
        assert lists.black[0].reasons == (
            "月度评定为不合格（R5 月报或整改资料弄虚作假）",
            "触及红线（R5 月报或整改资料弄虚作假）",
        )

    @pytest.mark.parametrize(
        ("bottom", "expected"), [(0, []), (1, ["c"]), (2, ["b", "c"]), (9, ["a", "b", "c"])]
    )
    def test_the_last_ones_with_a_score_can_always_be_listed(self, bottom, expected):
        rule = ListRule(RedRule((Condition("score", ">", Decimal(99)),), None, None), BlackRule((), bottom))
        subjects = [
            Subject("a", "甲", "a", {"score": 90}),
            Subject("b", "乙", "b", {"score": 80}),
            Subject("c", "丙", "c", {"score": 70}),
            Subject("d", "丁", "d", {"score": None}),
        ]

        black = make_lists(rule, subjects, COUNTY_SCORE).black

        assert [one.subject.key for one in black] == expected
        if expected:
            assert black[0].reasons == (f"得分位列后{bottom}名",)


def person(key, county="x", **changes):
    values: dict[str, SubjectValue] = {
        "project_score": Fraction(95),
        "no_serious_or_grave": True,
        "procedure_done": True,
        "owner_report_on_time": True,
        "general_findings": 0,
        "serious_findings": 0,
        "grave_findings": 0,
        "overdue_general": 0,
        "overdue_serious": 0,
        "overdue_grave": 0,
        "false_rectification": False,
    }
    return Subject(key, key, county, {**values, **changes})


class TestLegalPersons:
    def lists(self, *subjects):
        ordered = in_display_order(subjects, LEGAL_PERSON_SCORE)
        return make_lists(CLOSING.lists.legal_person, ordered, LEGAL_PERSON_SCORE)

    def test_the_best_of_each_county_is_red(self):
        lists = self.lists(
            person("a", project_score=Fraction(91)),
            person("b", project_score=Fraction(99)),
            person("c", "y", project_score=Fraction(90)),
            person("d", "z", project_score=Fraction(8999, 100)),
        )

        assert keys(lists.red) == [("b", 1), ("c", 2)]

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"grave_findings": 1}, "严重问题1个，不低于1个"),
            ({"serious_findings": 3}, "较重问题3个，不低于3个"),
            ({"overdue_serious": 2}, "逾期未闭环较重问题2个，不低于1个"),
            ({"false_rectification": True}, "整改弄虚作假"),
        ],
    )
    def test_each_ground_is_black(self, change, reason):
        lists = self.lists(person("a", **change), person("b", serious_findings=2))

        assert keys(lists.black) == [("a", 1)]
        assert lists.black[0].reasons == (reason,)

    def test_a_missing_fact_raises_instead_of_passing(self):
        with pytest.raises(UnknownSubjectFact, match="grave_findings"):
            self.lists(Subject("a", "甲", "x", {"project_score": 95}))


class TestParticipants:
    def test_attendance_is_shown_as_per_cent_and_missing_attendance_is_no_honour(self):
        base = {
            **person("a").values,
            "avg_project_score": Decimal("92.5"),
            "attendance_rate": Fraction(17, 20),
            "attendance_fraud": False,
            "transferred_clue": 0,
            "failed_entity_test": 0,
        }
        subjects = [
            Subject("a", "甲", "", base),
            Subject("b", "乙", "", {**base, "attendance_rate": None}),
            Subject("c", "丙", "", {**base, "failed_entity_test": 1}),
        ]

        lists = make_lists(CLOSING.lists.participant, subjects, PARTICIPANT_SCORE)

        assert keys(lists.red) == [("a", 1)]
        assert lists.red[0].reasons == (
            "项目平均得分92.5分，不低于90分",
            "无较重及以上问题",
            "主要管理人员到岗率85%，不低于80%",
        )
        assert lists.black[0].reasons == ("实体检测不合格1批次，不低于1批次",)


def test_display_order_is_stable_and_puts_missing_scores_last():
    values = {"a": None, "b": 1, "c": 2, "d": 2, "e": 0}
    subjects = [Subject(key, key, "", {"s": value}) for key, value in values.items()]

    assert [one.key for one in in_display_order(subjects, "s")] == ["c", "d", "b", "e", "a"]


def test_a_county_may_have_as_many_as_the_rule_says():
    rule = ListRule(RedRule((), None, 2), BlackRule((), 0))
    subjects = [Subject(key, key, "x", {"s": 1}) for key in "abc"]

    assert keys(make_lists(rule, subjects, "s").red) == [("a", 1), ("b", 2)]


def test_policy_around_the_lists():
    policy = CLOSING.lists

    assert (policy.objection.window_workdays, policy.objection.decide_in_workdays) == (5, 10)
    assert policy.objection.suspends_publication is False
    assert policy.removal.requires == ("all_findings_closed", "recheck_passed", "one_clean_month")
    assert (policy.removal.min_display_days, policy.removal.max_display_days) == (30, 90)
    assert (policy.internal_circular, policy.public_site) == (True, "optional_after_legal_review")
