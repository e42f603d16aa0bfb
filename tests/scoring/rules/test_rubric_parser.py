from decimal import Decimal

import pytest

from scoring.rules.completeness import FACT_PARAMETERS, require_complete
from scoring.rules.errors import RubricError
from scoring.rules.exact_yaml import MAX_CHARACTERS, load
from scoring.rules.item_rules import FactKind
from scoring.rules.rubric_parser import parse_rubric
from tests.scoring.rules.builders import LINE, SHIPPED, SHIPPED_TEXT, dump, shipped_tree, small_tree

GONE = object()


def at(tree, path):
    """The parent and key of a dotted path; a list element is named by its id or number."""
    *head, last = path.split(".")
    for key in head:
        tree = element(tree, key)
    return tree, key_of(tree, last)


def key_of(tree, key):
    if not isinstance(tree, list):
        return key
    for number, value in enumerate(tree):
        if isinstance(value, dict) and value.get("id") == key:
            return number
    return int(key)


def element(tree, key):
    return tree[key_of(tree, key)]


def broken(*changes):
    """The shipped rubric with some values replaced, as text."""
    tree = shipped_tree()
    for path, value in changes:
        parent, key = at(tree, path)
        if value is GONE:
            del parent[key]
        else:
            parent[key] = value
    return dump(tree)


C1 = "categories.C.items.C1"
B1 = "categories.B.items.B1"
A3 = "categories.A.items.A3"
F3 = "categories.F.items.F3"
H2 = "categories.H.items.H2"

WRONG = [
    ("meta", GONE, "顶层", "缺少“meta”"),
    ("categories", GONE, "顶层", "缺少“categories”"),
    ("red_line", [], "red_line", "不认识的键“red_line”"),
    ("meta.total_points", 99, "categories", "各类满分之和为100"),
    ("meta.total_points", "100", "meta.total_points", "应为数值"),
    ("meta.total_points", 0, "meta.total_points", "应大于0"),
    ("meta.score_decimals", Decimal("1.5"), "meta.score_decimals", "应为整数"),
    ("meta.score_decimals", 5, "meta.score_decimals", "应不大于4"),
    ("meta.period", "week", "meta.period", "不在允许的取值中"),
    ("meta.units", "cities", "meta.units", "不在允许的取值中"),
    ("meta.title", " ", "meta.title", "应为非空文字"),
    ("meta.not_applicable_policy.rule", "zero", "meta.not_applicable_policy.rule", "不在允许的取值中"),
    ("meta.not_applicable_policy.final", "earned", "meta.not_applicable_policy.final", "不在允许的取值中"),
    ("meta.not_applicable_policy.min_available_points", GONE, "meta.not_applicable_policy", "缺少"),
    (
        "meta.not_applicable_policy.min_available_points",
        101,
        "meta.not_applicable_policy.min_available_points",
        "应不大于100",
    ),
    ("meta.zero_report_policy.consecutive_zero_months_flag", 0, "flag", "应不小于1"),
    ("meta.timeline.report_due", "次月初", "meta.timeline.report_due", "看不懂时间"),
    ("meta.timeline.report_due", "次月第 29 日", "meta.timeline.report_due", "日期为1至28"),
    ("meta.timeline.report_due", "次月第 0 日", "meta.timeline.report_due", "日期为1至28"),
    ("meta.timeline.county_objection_window_workdays", 0, "window_workdays", "应不小于1"),
    ("meta.timeline.circular_issue", GONE, "meta.timeline", "缺少“circular_issue”"),
    ("item_floor", 1, "item_floor", "固定为0"),
    ("min_deduction_step", 0, "min_deduction_step", "应大于0"),
    ("categories", {}, "categories", "应为列表"),
    ("categories.C", [], "categories[3]", "应为映射"),
    ("categories.C.items", [], "categories[C].items", "至少应有一个评分项"),
    ("categories.C.max", 13, "categories[C].max", "满分为13，而各项满分之和为12"),
    ("categories.C.id", "A", "categories[A]", "编号“A”重复"),
    (f"{C1}.id", "C2", "categories[C].items[C2]", "编号“C2”重复"),
    (f"{C1}.id", "B", "categories[C].items[B]", "编号“B”重复"),
    (
        f"{C1}.id",
        "第一项",
        f"{C1}.id".replace(".C.", "[C].").replace("items.C1", "items[第一项]"),
        "不是有效的名称",
    ),
    (f"{C1}.max", -6, "categories[C].items[C1].max", "应大于0"),
    (f"{C1}.max", "六", "categories[C].items[C1].max", "应为数值"),
    (f"{C1}.rule", GONE, "categories[C].items[C1]", "缺少“rule”"),
    (f"{C1}.origin", "guess", "categories[C].items[C1].origin", "不在允许的取值中"),
    (f"{C1}.refs", ["S99"], "categories[C].items[C1].refs[1]", "没有列在meta.sources中"),
    (f"{C1}.weight", 3, "categories[C].items[C1].weight", "不认识的键"),
    (f"{C1}.rule.type", "magic", "categories[C].items[C1].rule.type", "不在允许的取值中"),
    (f"{C1}.rule.type", GONE, "categories[C].items[C1].rule", "缺少“type”"),
    (f"{C1}.rule.full", 1, "categories[C].items[C1].rule.full", "不认识的键“full”"),
    (f"{C1}.rule.numerator", GONE, "categories[C].items[C1].rule", "缺少“numerator”"),
    (f"{C1}.rule.full_at", Decimal("0.7"), "categories[C].items[C1].rule.full_at", "不能与zero_at相等"),
    (f"{C1}.rule.full_at", -1, "categories[C].items[C1].rule.full_at", "应不小于0"),
    (f"{C1}.rule.denominator", 0, "categories[C].items[C1].rule.denominator", "应大于0"),
    (f"{C1}.rule.denominator", 11, "categories[C].items[C1].rule.when_empty", "用不到when_empty"),
    (f"{C1}.rule.denominator", "两 个", "categories[C].items[C1].rule.denominator", "不是有效的名称"),
    (f"{C1}.rule.when_empty", "skip", "categories[C].items[C1].rule.when_empty", "不在允许的取值中"),
    (f"{C1}.rule.when_empty", GONE, "categories[C].items[C1].rule", "缺少“when_empty”"),
    (f"{C1}.extra.type", "ratio", "categories[C].items[C1].extra.type", "不在允许的取值中"),
    (f"{C1}.extra.scale", "x", "categories[C].items[C1].extra.scale", "不认识的键"),
    (f"{C1}.extra.cap", 0, "categories[C].items[C1].extra.cap", "应大于0"),
    (f"{C1}.extra.deduct", [], "categories[C].items[C1].extra.deduct", "至少应有一个事件"),
    (f"{C1}.extra.deduct.0.pts", GONE, "categories[C].items[C1].extra.deduct[1]", "缺少“pts”"),
    (f"{F3}.rule.when_empty", GONE, "categories[F].items[F3].rule", "缺少“when_empty”"),
    (f"{F3}.rule.scale", GONE, "categories[F].items[F3].rule.when_empty", "用不到when_empty"),
    (f"{F3}.rule.deduct.1.event", "entity_general", "categories[F].items[F3].rule.deduct[2]", "重复"),
    (f"{F3}.rule.deduct.1.pts", 0, "categories[F].items[F3].rule.deduct[2].pts", "应大于0"),
    (f"{A3}.rule.tiers", [[1, 2]], "categories[A].items[A3].rule.tiers", "最后一档下限为0"),
    (f"{A3}.rule.tiers", [], "categories[A].items[A3].rule.tiers", "最后一档下限为0"),
    (f"{A3}.rule.tiers", [[0, 0], [1, 2]], "categories[A].items[A3].rule.tiers", "从大到小"),
    (f"{A3}.rule.tiers", [[1, 2], [1, 1], [0, 0]], "categories[A].items[A3].rule.tiers", "互不相同"),
    (f"{A3}.rule.tiers", [[1, 3], [0, 0]], "categories[A].items[A3].rule.tiers[1][2]", "应不大于2"),
    (f"{A3}.rule.tiers", [[None, 2], [0, 0]], "categories[A].items[A3].rule.tiers[1][1]", "应为数值"),
    (f"{A3}.rule.tiers", [[1], [0, 0]], "categories[A].items[A3].rule.tiers[1]", "应为两个值"),
    (f"{B1}.rule.tiers", [[0, 5], [1, 3]], "categories[B].items[B1].rule.tiers", "最后一档上限为null"),
    (f"{B1}.rule.tiers", [[None, 0], [0, 5]], "categories[B].items[B1].rule.tiers", "最后一档上限为null"),
    (f"{B1}.rule.tiers", [[1, 5], [0, 3], [None, 0]], "categories[B].items[B1].rule.tiers", "从小到大"),
    (f"{B1}.rule.tiers", [[0, 5], [None, 3], [None, 0]], "categories[B].items[B1].rule.tiers", "null"),
    (f"{B1}.rule.tiers", [], "categories[B].items[B1].rule.tiers", "null"),
    (f"{B1}.rule.when_empty", "na", "categories[B].items[B1].rule.when_empty", "不认识的键"),
    (f"{H2}.rule.to", [60, 6], "categories[H].items[H2].rule.to", "两端的取值不能相等"),
    (f"{H2}.rule.to", [95, 7], "categories[H].items[H2].rule.to[2]", "应不大于6"),
    (f"{H2}.rule.when_empty", GONE, "categories[H].items[H2].rule", "缺少“when_empty”"),
    ("categories.A.items.A1.rule.each", [], "categories[A].items[A1].rule.each", "至少应有一项"),
    ("categories.A.items.A1.rule.each.0.pts", 2, "categories[A].items[A1].rule.each", "超过满分3"),
    ("categories.A.items.A1.rule.each.1.key", "funding_in_place", "items[A1].rule.each[3]", "重复"),
    ("categories.A.items.A2.rule.key", "overdue_grave", "categories.E2", "按另一种类型使用"),
    ("adjustments.bonus.cap", GONE, "adjustments.bonus", "缺少“cap”"),
    ("adjustments.bonus.items.P1.pts", 0, "adjustments.bonus.items[P1].pts", "应大于0"),
    ("adjustments.bonus.items.P1.id", "P2", "categories", "“P2”重复"),
    ("adjustments.penalty.items.N1.id", "findings_due", "categories", "“findings_due”重复"),
    ("red_lines.R1.id", "R2", "red_lines[R2]", "红线“R2”重复"),
    ("red_lines.R8.id", "overdue_grave", "categories", "“overdue_grave”重复"),
    ("red_lines.R1.effect", {}, "red_lines[R1].effect", "至少应写明"),
    ("red_lines.R1.effect.cap", 101, "red_lines[R1].effect.cap", "应不大于100"),
    ("red_lines.R1.effect.cap", Decimal("59.95"), "red_lines[R1].effect.cap", "小数位数"),
    ("red_lines.R1.effect.grade", "E", "red_lines[R1].effect.grade", "不在允许的取值中"),
    ("red_lines.R1.effect.unqualified", "yes", "red_lines[R1].effect.unqualified", "应为true或false"),
    ("red_line_sources.accident_major", "R77", "red_line_sources.accident_major", "不在允许的取值中"),
    ("red_line_sources.rumour", "R1", "red_line_sources.rumour", "不认识的键"),
    ("grades", [], "grades", "最后一级的分数线为0"),
    ("grades.1.min", 90, "grades", "互不相同"),
    ("grades.3.min", 1, "grades", "分数线为0"),
    ("grades.3.extra", "无红线", "grades[4]", "最后一级不能有附加条件"),
    ("grades.0.extra", "排名靠前", "grades[1].extra", "看不懂条件"),
    ("grades.0.code", "B", "grades[2]", "等级“B”重复"),
    ("config.interview_threshold", GONE, "config", "缺少“interview_threshold”"),
    ("config.interview_triggers", ["weekly"], "config.interview_triggers[1]", "不在允许的取值中"),
    ("ranking.method", "ordinal", "ranking.method", "不在允许的取值中"),
    ("ranking.display_tie_break", ["E1", "Z9"], "ranking.display_tie_break[2]", "不在允许的取值中"),
    ("ranking.display_tie_break", ["E1", "E1"], "ranking.display_tie_break[2]", "“E1”重复"),
    ("actions.ACT1.id", "ACT2", "actions[ACT2]", "动作“ACT2”重复"),
    ("actions.ACT1.when", "score is low", "actions[ACT1].when", "看不懂条件"),
    ("actions.ACT1.when", "mood < 70", "actions[ACT1].when", "“mood”没有定义"),
    ("actions.ACT1.do", "罚款", "actions[ACT1].do", "不在允许的取值中"),
    ("actions.ACT1.do", "黑榜", "actions[ACT1].do", "不在允许的取值中"),
    ("actions.ACT2.implies", ["ACT9"], "actions[ACT2].implies[1]", "不在允许的取值中"),
    ("actions.ACT3.when", "单项 Q 得分率 < 60%", "actions[ACT3].when", "没有编号为“Q”"),
    ("actions.ACT4.when", "连续 1 个月 score < 70", "actions[ACT4].when", "至少应为2个月"),
    ("actions.ACT4.when", "连续 2 个月 unqualified", "actions[ACT4].when", "没有定义"),
    ("red_black_list.period", "weekly", "red_black_list.period", "不在允许的取值中"),
    ("red_black_list.county.red.top_n", 0, "red_black_list.county.red.top_n", "应不小于1"),
    ("red_black_list.county.red.require", ["mood"], "county.red.require[1]", "“mood”没有定义"),
    ("red_black_list.county.black.any_of", ["attendance_fraud"], "county.black.any_of[1]", "没有定义"),
    ("red_black_list.removal.max_display_days", 29, "removal.max_display_days", "不能小于"),
    ("duty_inspection.interview_below", 50, "duty_inspection.unqualified_below", "不能高于"),
    ("duty_inspection.sections.DI1.max", 16, "duty_inspection.sections[DI1].max", "各小项满分之和"),
    ("duty_inspection.sections.DI1.items.0", ["机构"], "duty_inspection.sections[DI1].items[1]", "应为"),
    ("duty_inspection.sections.DI1.id", "DI2", "duty_inspection.sections[DI2]", "重复"),
    ("problem_weights.entity.grave", GONE, "problem_weights.entity", "缺少“grave”"),
    ("problem_weights.repeat_multiplier", Decimal("0.5"), "repeat_multiplier", "应不小于1"),
    ("problem_weights.self_reported_multiplier", 2, "self_reported_multiplier", "应不大于1"),
    ("fact_parameters.staff_ratio_max", 8, "fact_parameters.staff_ratio_max", "应为映射"),
    ("fact_parameters.staff_ratio_max.value", -8, "fact_parameters.staff_ratio_max.value", "应不小于0"),
]


@pytest.mark.parametrize(("path", "value", "place", "problem"), WRONG, ids=[f"{w[0]}-{w[3]}" for w in WRONG])
def test_a_wrong_rubric_is_refused_at_its_place(path, value, place, problem):
    with pytest.raises(RubricError) as caught:
        parse_rubric(broken((path, value)))

    assert caught.value.place.endswith(place), caught.value
    assert problem in str(caught.value)
    assert str(caught.value).startswith("评分细则 ")
    assert str(caught.value).endswith("。")


def test_sections_without_a_whole_one_are_refused():
    text = broken(
        ("duty_inspection.sections.DI1.items.0", ["机构", 5]), ("duty_inspection.sections.DI1.max", 16)
    )

    with pytest.raises(RubricError, match="各部分满分之和应为100"):
        parse_rubric(text)


class TestShippedRubric:
    def test_has_the_items_of_the_trade(self):
        assert len(SHIPPED.items) == 27
        assert [category.max for category in SHIPPED.categories] == [8, 14, 12, 18, 20, 10, 6, 12]
        assert (len(SHIPPED.red_lines), len(SHIPPED.bonuses), len(SHIPPED.penalties)) == (9, 3, 2)
        assert len(SHIPPED.fact_kinds) == 72
        assert SHIPPED.fact_kinds["R6"] is FactKind.BOOLEAN
        assert SHIPPED.item("A2").evidence == "SupervisionPlan(month, published_at)"
        assert (SHIPPED.name_of("E"), SHIPPED.name_of("E1")) == ("问题处置与整改闭环", "到期问题按期闭环率")

    def test_is_complete(self):
        produced = {name for name in SHIPPED.fact_kinds if name[0].islower()}

        assert require_complete(SHIPPED, produced).lists is SHIPPED.lists
        with pytest.raises(RubricError, match="“findings_due”没有对应的统计口径"):
            require_complete(SHIPPED, produced - {"findings_due"})

    def test_parameters_are_read_by_name(self):
        assert SHIPPED.parameter("sample_ratio_min_city") == Decimal("0.15")
        assert SHIPPED.whole_parameter("grave_overdue_days") == 60
        assert set(SHIPPED.parameters) == set(FACT_PARAMETERS)
        with pytest.raises(RubricError, match=r"fact_parameters\.nothing：没有设置。"):
            SHIPPED.parameter("nothing")
        with pytest.raises(RubricError, match="应为整数"):
            SHIPPED.whole_parameter("sample_ratio_min_city")

    def test_digest_ignores_comments_and_layout_but_no_number(self):
        assert parse_rubric("# a comment\n" + SHIPPED_TEXT).digest == SHIPPED.digest
        assert parse_rubric(dump(shipped_tree())).digest == SHIPPED.digest
        assert parse_rubric(broken(("config.interview_threshold", Decimal("70.00")))).digest == SHIPPED.digest
        assert parse_rubric(broken(("config.interview_threshold", 71))).digest != SHIPPED.digest

    def test_numbers_are_exact(self):
        cap = next(line.cap for line in SHIPPED.red_lines if line.id == "R3")

        assert cap == Decimal("69.9")


class TestCompleteness:
    @pytest.mark.parametrize(
        "section",
        [
            "meta.timeline",
            "meta.zero_report_policy",
            "ranking",
            "actions",
            "red_black_list",
            "duty_inspection",
            "problem_weights",
        ],
    )
    def test_a_month_needs_every_section(self, section):
        rubric = parse_rubric(broken((section, GONE)))

        with pytest.raises(RubricError, match=f"{section}：缺少这一部分"):
            require_complete(rubric)

    @pytest.mark.parametrize("name", FACT_PARAMETERS)
    def test_a_month_needs_every_parameter(self, name):
        with pytest.raises(RubricError, match=f"{name}：没有设置。"):
            require_complete(parse_rubric(broken((f"fact_parameters.{name}", GONE))))
        with pytest.raises(RubricError, match=f"{name}：应大于0。"):
            require_complete(parse_rubric(broken((f"fact_parameters.{name}.value", 0))))

    def test_days_and_months_are_whole(self):
        text = broken(("fact_parameters.grave_overdue_days.value", Decimal("60.5")))

        with pytest.raises(RubricError, match="应为整数"):
            require_complete(parse_rubric(text))

    def test_the_line_for_interviews_must_agree_with_the_action(self):
        rubric = parse_rubric(broken(("config.interview_threshold", 75)))

        with pytest.raises(RubricError, match=r"actions\[ACT1\]\.when：约谈分数线.*（75）一致"):
            require_complete(rubric)
        require_complete(
            parse_rubric(
                broken(("config.interview_threshold", 75), ("config.interview_triggers", ["duty_inspection"]))
            )
        )

    def test_a_rubric_that_only_scores_is_accepted_by_the_parser(self):
        rubric = parse_rubric(dump(small_tree([("L", 100, LINE)])))

        assert (rubric.lists, rubric.actions, rubric.duty, rubric.ranking) == (None, None, None, None)
        assert rubric.thresholds.interview_triggers == ("monthly_score", "duty_inspection")


class TestExactYaml:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("1", Decimal(1)),
            ("-0.5", Decimal("-0.5")),
            (".5", Decimal("0.5")),
            ("5.", Decimal(5)),
            ("1.5e2", Decimal(150)),
            ("0.1", Decimal("0.1")),
            ("24:00", "24:00"),
            ("2026-01-01", "2026-01-01"),
            ("no", "no"),
            ("yes", "yes"),
            ("on", "on"),
            ("1_000", "1_000"),
            ("0x10", "0x10"),
            (".inf", ".inf"),
            (".nan", ".nan"),
            ('"1"', "1"),
            ("true", True),
            ("null", None),
            ("~", None),
            ("", None),
        ],
    )
    def test_scalars_are_what_they_look_like(self, text, value):
        tree = load(f"key: {text}")
        assert isinstance(tree, dict)
        found = tree["key"]

        assert found == value
        assert type(found) is type(value)

    @pytest.mark.parametrize(
        ("text", "place", "problem"),
        [
            ("a: 1\nb: 2\na: 3", "第3行第1列", "键“a”重复出现"),
            ("a: {b: 1, b: 2}", "第1行第11列", "键“b”重复出现"),
            ("a: &x 1\nb: *x", "第2行第4列", "不允许使用别名"),
            ("a: !!python/object:os.system x", "第1行第4列", "不支持这种写法"),
            ("a: !!set {x}", "第1行第4列", "不支持这种写法"),
            ("a: !!int 3", "第1行第4列", "不支持这种写法"),
            ("1: a", "第1行第1列", "键名应为文字"),
            ("? [a]\n: b", "第1行第3列", "键名应为文字"),
            ("a: [1", "第1行第6列", "不是有效的YAML"),
            ("a: 1\n---\nb: 2", "第2行第1列", "不是有效的YAML"),
            ("a: 1e999", "第1行第4列", "超出合理范围"),
            ("a: 0.0000000000001", "第1行第4列", "超出合理范围"),
            ("a: \x00", "文件", "不允许的字符"),
            ("[" * 5000, "文件", "嵌套层数过多"),
        ],
    )
    def test_everything_doubtful_is_refused_with_line_and_column(self, text, place, problem):
        with pytest.raises(RubricError) as caught:
            load(text)

        assert caught.value.place == place
        assert problem in str(caught.value)

    def test_a_text_of_a_million_characters_is_no_rubric(self):
        with pytest.raises(RubricError, match="不是评分细则"):
            load(" " * (MAX_CHARACTERS + 1))
        assert load(" " * MAX_CHARACTERS) is None

    @pytest.mark.parametrize("text", ["", "[]", "just words", "7"])
    def test_what_is_no_mapping_is_no_rubric(self, text):
        with pytest.raises(RubricError, match="顶层：应为映射"):
            parse_rubric(text)

    def test_the_tail_of_an_unquoted_text_with_a_comma_is_let_pass(self):
        quoted = '"SupervisionPlan(month, published_at)"'
        assert quoted in SHIPPED_TEXT

        rubric = parse_rubric(SHIPPED_TEXT.replace(quoted, "SupervisionPlan(month, published_at)"))

        assert rubric.item("A2").rule == SHIPPED.item("A2").rule
