import dataclasses
from decimal import Decimal

import pytest

from core.month import ReportingMonth
from scoring.rules.actions import CountyMonth, TriggerSource, propose
from scoring.rules.duty import score_duty
from scoring.rules.errors import RubricError
from scoring.rules.ranking import county_values
from scoring.rules.rubric_parser import parse_rubric
from scoring.rules.scorecard import score
from scoring.rules.triggers import Effect
from tests.scoring.rules.builders import LINE, SHIPPED, VECTOR, dump, line_rubric, shipped_tree, small_tree

MONTH = ReportingMonth(2023, 9)
RATIO = {
    "type": "ratio",
    "numerator": "closed",
    "denominator": "due",
    "full_at": 1,
    "zero_at": 0,
    "when_empty": "na",
}


def rubric(**config):
    """Item L (100 points, score = x) and item E (25 points, share closed/due), with the shipped actions."""
    shipped = shipped_tree()
    tree = small_tree(
        [("L", 100, LINE), ("E", 25, RATIO)],
        actions=shipped["actions"],
        duty_inspection=shipped["duty_inspection"],
        config={**shipped["config"], **config},
        min_available=100,
        red_lines=[
            {"id": "R2", "name": "较大事故", "effect": {"cap": Decimal("59.9"), "unqualified": True}},
            {"id": "R3", "name": "无伤大雅", "effect": {"unqualified": True}},
        ],
    )
    return parse_rubric(dump(tree))


RUBRIC = rubric()


def duty(points, of=RUBRIC):
    """A duty inspection with that score."""
    left, sheet = Decimal(points), {}
    for item in of.duty.items:
        sheet[item.id] = min(item.max, left)
        left -= sheet[item.id]
    return score_duty(of.duty, sheet, decimals=1)


def county(of=RUBRIC, history=None, duty_points=None, **facts):
    card = score(of, facts)
    return CountyMonth(
        month=MONTH,
        card=card,
        values=county_values(card, None),
        history=history or {},
        duty=None if duty_points is None else duty(duty_points, of),
    )


def proposals(of=RUBRIC, **kwargs):
    return {proposal.effect: proposal for proposal in propose(of, county(of, **kwargs))}


def reasons(proposal):
    return [(trigger.source.value, trigger.action_id, trigger.reason) for trigger in proposal.triggers]


@pytest.mark.parametrize(
    ("x", "effects"),
    [
        pytest.param("75", [], id="75 is quiet"),
        pytest.param("74.95", [], id="74.95 is shown as 75.0 and is quiet"),
        pytest.param("74.94", [Effect.REMINDER], id="74.9 is reminded"),
        pytest.param("70", [Effect.REMINDER], id="exactly 70 is not interviewed"),
        pytest.param("69.95", [Effect.REMINDER], id="69.95 is shown as 70.0"),
        pytest.param("69.94", [Effect.INTERVIEW], id="69.9 is interviewed"),
        pytest.param("60", [Effect.INTERVIEW], id="exactly 60 is not unqualified"),
        pytest.param(
            "59.9", [Effect.INTERVIEW, Effect.CRITICISM, Effect.BLACK_LIST], id="59.9 is unqualified"
        ),
    ],
)
def test_lines_of_the_monthly_score(x, effects):
    assert list(proposals(x=Decimal(x))) == effects


def test_an_unqualified_county_gets_one_interview_with_every_trigger():
    found = proposals(x=50)

    assert reasons(found[Effect.INTERVIEW]) == [("MONTHLY_SCORE", "ACT1", "月度得分50.0分，低于70分")]
    assert reasons(found[Effect.CRITICISM]) == [
        ("MONTHLY_SCORE", "ACT2", "月度评定为不合格（月度得分50.0分，低于60分）")
    ]
    assert found[Effect.INTERVIEW].triggers[0].score == Decimal("50.0")


def test_unqualified_by_a_red_line_alone_implies_the_interview():
    found = proposals(x=95, R3=True)

    assert list(found) == [Effect.INTERVIEW, Effect.CRITICISM, Effect.BLACK_LIST]
    assert reasons(found[Effect.INTERVIEW]) == [("MONTHLY_SCORE", "ACT1", "月度评定为不合格（R3 无伤大雅）")]


def test_low_rate_of_a_category_is_reminded():
    assert list(proposals(x=95, due=10, closed=5)) == [Effect.REMINDER]
    assert reasons(proposals(x=95, due=10, closed=5)[Effect.REMINDER]) == [
        ("MONTHLY_SCORE", "ACT3", "“项目E”得分率50%，低于60%")
    ]
    assert list(proposals(x=95, due=10, closed=6)) == []
    assert list(proposals(x=95)) == []


def test_both_grounds_of_a_reminder_are_named():
    found = proposals(x=Decimal("78"), due=100, closed=59)

    assert reasons(found[Effect.REMINDER]) == [
        ("MONTHLY_SCORE", "ACT3", "月度得分74.2分，不低于70分且低于75分；“项目E”得分率59%，低于60%")
    ]


class TestConsecutiveMonths:
    def test_two_low_months_escalate(self):
        found = proposals(x=65, history={ReportingMonth(2023, 8): Decimal("69.9")})

        assert list(found) == [Effect.INTERVIEW, Effect.ESCALATION, Effect.CIRCULAR]
        assert reasons(found[Effect.ESCALATION]) == [
            ("MONTHLY_SCORE", "ACT4", "连续2个月月度得分（69.9分、65.0分）低于70分")
        ]

    @pytest.mark.parametrize(
        "history",
        [
            {},
            {ReportingMonth(2023, 8): Decimal("70.0")},
            {ReportingMonth(2023, 8): None},
            {ReportingMonth(2023, 7): Decimal(50)},
            {ReportingMonth(2023, 10): Decimal(50)},
        ],
    )
    def test_anything_else_before_does_not(self, history):
        assert list(proposals(x=65, history=history)) == [Effect.INTERVIEW]

    def test_a_good_month_ends_the_row(self):
        assert list(proposals(x=80, history={ReportingMonth(2023, 8): Decimal(50)})) == []

    def test_the_turn_of_the_year_counts(self):
        january = dataclasses.replace(
            county(x=65, history={ReportingMonth(2023, 12): Decimal(60)}), month=ReportingMonth(2024, 1)
        )

        assert Effect.ESCALATION in {proposal.effect for proposal in propose(RUBRIC, january)}


class TestDutyInspection:
    @pytest.mark.parametrize(
        ("points", "effects"),
        [
            ("70", []),
            ("69.9", [Effect.INTERVIEW]),
            ("60", [Effect.INTERVIEW]),
            ("59.9", [Effect.INTERVIEW, Effect.CRITICISM]),
        ],
    )
    def test_lines(self, points, effects):
        assert list(proposals(x=95, duty_points=points)) == effects

    def test_both_scores_make_one_interview(self):
        found = [
            one for one in propose(RUBRIC, county(x=65, duty_points="68.5")) if one.effect is Effect.INTERVIEW
        ]

        assert len(found) == 1
        assert reasons(found[0]) == [
            ("MONTHLY_SCORE", "ACT1", "月度得分65.0分，低于70分"),
            ("DUTY_INSPECTION", "", "质量监督履职检查得分68.5分，低于70分"),
        ]

    def test_or_two_where_the_rubric_does_not_merge(self):
        apart = rubric(merge_same_month_interviews=False)

        found = propose(apart, county(apart, x=65, duty_points="68.5"))

        assert [one.triggers[0].source for one in found if one.effect is Effect.INTERVIEW] == [
            TriggerSource.MONTHLY_SCORE,
            TriggerSource.DUTY_INSPECTION,
        ]

    def test_the_rubric_chooses_which_score_triggers(self):
        only_duty = rubric(interview_triggers=["duty_inspection"])
        only_month = rubric(interview_triggers=["monthly_score"])

        assert list(proposals(only_duty, x=65)) == []
        assert list(proposals(only_duty, x=50)) == [Effect.CRITICISM, Effect.BLACK_LIST]
        assert list(proposals(only_duty, x=95, duty_points="65")) == [Effect.INTERVIEW]
        assert list(proposals(only_month, x=95, duty_points="65")) == []
        assert list(proposals(only_month, x=65)) == [Effect.INTERVIEW]

    def test_criticism_for_the_duty_inspection_names_its_line(self):
        assert reasons(proposals(x=95, duty_points="59.9")[Effect.CRITICISM]) == [
            ("DUTY_INSPECTION", "", "质量监督履职检查得分59.9分，低于60分")
        ]


def test_too_little_data_triggers_nothing_by_score():
    assert county(due=10, closed=1).card.unqualified
    assert list(proposals(due=10, closed=7)) == []
    assert list(proposals(due=10, closed=7, R2=True)) == [
        Effect.INTERVIEW,
        Effect.CRITICISM,
        Effect.BLACK_LIST,
    ]
    assert list(proposals(due=10, closed=7, history={ReportingMonth(2023, 8): Decimal(50)})) == []


def test_the_acceptance_vector_is_reminded_and_not_interviewed():
    card = score(SHIPPED, VECTOR)
    month = CountyMonth(MONTH, card, county_values(card, 1), {})

    found = propose(SHIPPED, month)

    assert [proposal.effect for proposal in found] == [Effect.REMINDER]
    assert reasons(found[0]) == [("MONTHLY_SCORE", "ACT3", "月度得分74.0分，不低于70分且低于75分")]


def test_a_rubric_without_actions_or_duty_sheet_cannot_propose():
    bare = line_rubric()
    with pytest.raises(RubricError, match="缺少动作规则"):
        propose(bare, county(bare, x=65))
    no_sheet = line_rubric(actions=shipped_tree()["actions"][:1])
    inspected = dataclasses.replace(county(no_sheet, x=65), duty=duty("65"))
    with pytest.raises(RubricError, match="缺少履职检查规则"):
        propose(no_sheet, inspected)


class TestGrammar:
    def actions(self, when, **more):
        tree = small_tree(
            [("L", 100, LINE)], actions=[{"id": "A1", "when": when, "do": "提醒敦促函", **more}]
        )
        return parse_rubric(dump(tree))

    def fires(self, when, **facts):
        of = self.actions(when)
        return bool(propose(of, county(of, **facts)))

    def test_and_binds_closer_than_or(self):
        when = "score < 50 且 overdue_grave >= 1 或 score > 95"

        assert self.fires(when, x=40, overdue_grave=1)
        assert not self.fires(when, x=40)
        assert self.fires(when, x=96)
        assert not self.fires(when, x=60, overdue_grave=1)

    def test_rate_of_an_item_and_of_a_category(self):
        assert self.fires("单项 L 得分率 >= 80%", x=80)
        assert not self.fires("单项 L 得分率 > 80%", x=80)
        assert self.fires("单项Z得分率<12.5%", x=12)

    def test_three_months_in_a_row(self):
        of = self.actions("连续 3 个月 60 <= score < 70")
        history = {ReportingMonth(2023, 8): Decimal(65), ReportingMonth(2023, 7): Decimal(60)}

        found = propose(of, county(of, x=69, history=history))

        assert found[0].triggers[0].reason == "连续3个月月度得分（60分、65分、69.0分）不低于60分且低于70分"
        assert not propose(of, county(of, x=69, history={ReportingMonth(2023, 8): Decimal(65)}))

    def test_implied_actions_chain_and_do_not_loop(self):
        tree = small_tree(
            [("L", 100, LINE)],
            actions=[
                {"id": "A1", "when": "score < 10", "do": "约谈", "implies": ["A3"]},
                {"id": "A2", "when": "score < 50", "do": "提醒敦促函", "implies": ["A1"]},
                {"id": "A3", "when": "score < 5", "do": ["通报"], "implies": ["A2", "黑榜"]},
            ],
        )
        of = parse_rubric(dump(tree))

        found = propose(of, county(of, x=40))

        assert [one.effect for one in found] == [
            Effect.INTERVIEW,
            Effect.REMINDER,
            Effect.CIRCULAR,
            Effect.BLACK_LIST,
        ]
        assert {trigger.reason for one in found for trigger in one.triggers} == {"月度得分40.0分，低于50分"}
        assert propose(of, county(of, x=60)) == ()
