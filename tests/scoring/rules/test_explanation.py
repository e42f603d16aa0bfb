from decimal import Decimal

import pytest

from scoring.rules.scorecard import score
from scoring.rules.vocabulary import LABELS
from tests.scoring.rules.builders import SHIPPED, VECTOR, item_rubric


def sentence(item_id, facts):
    card = score(SHIPPED, facts)
    return card.item(item_id).explanation(card.facts)


@pytest.mark.parametrize(
    ("item_id", "text"),
    [
        (
            "A1",
            "有质量监督机构设置文件：是（1分）；专职监督员配备达标：是（1分）；监督经费已落实：是（1分），得3.00分。",
        ),
        ("A2", "当月监督计划在月初前发布：是，得3.00分。"),
        ("A3", "近一季度宣贯培训1次，达到“不少于1”一档，得2.00分。"),
        ("B1", "月报迟报1个工作日，适用“不超过1个工作日”一档，得3.00分。"),
        ("B3", "月报被退回1次（每次1分）、经核实的字段错误1处（每处0.5分）（封顶3分），扣1.50分，得1.50分。"),
        (
            "C1",
            "已开工项目20个，已办理质量监督手续18个，比例90.0%（100%得满分，70%及以下不得分），"
            "另扣1.00分：先开工后办手续1个（每个1分）（封顶3分），得3.00分。",
        ),
        ("D2", "应达11个，近一季度已检查方面9个，比例81.8%（100%得满分，40%及以下不得分），得2.79分。"),
        ("E1", "到期问题40个，按期闭环34个，比例85.0%（100%得满分，60%及以下不得分），得5.00分。"),
        ("E5", "发现的违法线索0条，本项不适用，不计入得分和应得分。"),
        (
            "F3",
            "实体质量一般问题3个（每个0.2分）、实体质量较重问题1个（每个1分）（封顶3分），"
            "合计1.60分，按被检查项目2个平均，扣0.80分，得2.20分。",
        ),
        ("G3", "无扣分情形，得1.00分。"),
        ("H2", "近一年内最近一次履职检查得分78分（60折0分，95折6分），得3.09分。"),
    ],
)
def test_every_rule_type_explains_its_points(item_id, text):
    assert sentence(item_id, VECTOR) == text


@pytest.mark.parametrize(
    ("item_id", "text"),
    [
        ("A2", "当月监督计划在月初前发布：否，得0.00分。"),
        ("A3", "近一季度宣贯培训0次，得0.00分。"),
        ("B1", "截至数据冻结未报送，得0.00分。"),
        ("D1", "计划监督检查0次，本项得0分。"),
        ("F3", "被检查项目0个，本项不适用，不计入得分和应得分。"),
        ("H2", "没有“近一年内最近一次履职检查得分”的记录，本项不适用，不计入得分和应得分。"),
    ],
)
def test_missing_facts_are_said_in_words(item_id, text):
    assert sentence(item_id, {}) == text


@pytest.mark.parametrize(
    ("late", "text"),
    [
        (0, "按时报送，得5.00分。"),
        (3, "月报迟报3个工作日，适用“不超过3个工作日”一档，得1.00分。"),
        (4, "月报迟报4个工作日，超过各档期限，得0.00分。"),
    ],
)
def test_lateness_names_the_step(late, text):
    assert sentence("B1", {"workdays_late": late}) == text


def test_an_empty_item_with_an_extra_deduction_shows_both():
    rule = {
        "type": "ratio",
        "numerator": "n",
        "denominator": "findings_due",
        "full_at": 0,
        "zero_at": Decimal("0.5"),
        "when_empty": "full",
    }
    extra = {"type": "per_event", "deduct": [{"event": "strange", "pts": 1}]}
    rubric = item_rubric(10, rule, extra)

    empty = score(rubric, {"strange": 2})
    falling = score(rubric, {"findings_due": 4, "n": 1})

    assert empty.items[0].explanation(empty.facts) == (
        "到期问题0个，本项得满分，另扣2.00分：strange2（每次1分），得8.00分。"
    )
    assert falling.items[0].explanation(falling.facts) == (
        "到期问题4个，n1，比例25.0%（0%得满分，50%及以上不得分），得5.00分。"
    )


def test_a_tier_without_input_says_so():
    rule = {"type": "tier", "input": "findings_due", "tiers": [[0, 3]], "when_empty": "zero"}
    card = score(item_rubric(10, rule), {})

    assert card.items[0].explanation(card.facts) == "没有“到期问题”的记录，本项得0分。"


def test_every_fact_of_the_shipped_rubric_has_a_chinese_name():
    ids = {line.id for line in SHIPPED.red_lines}
    ids |= {one.id for one in (*SHIPPED.bonuses, *SHIPPED.penalties)}

    assert set(SHIPPED.fact_kinds) - ids == set(LABELS)


def test_every_explanation_is_one_sentence():
    for facts in ({}, VECTOR):
        card = score(SHIPPED, facts)
        for item in card.items:
            text = item.explanation(card.facts)
            assert text.endswith("。")
            assert text.count("。") == 1
