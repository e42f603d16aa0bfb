"""What the documents say: facts are printed exactly, prose is apart, nothing reads as a penalty."""

import dataclasses
import datetime as dt
from decimal import Decimal

import pytest

from core.month import SHANGHAI
from reports.gongwen import wording
from reports.gongwen.builders import BUILDERS, build, default_prose, kind_of
from reports.gongwen.content import Annex, Format, Heading, Numbered, Paragraph, Table
from reports.gongwen.facts import Listings
from reports.gongwen.prose import InvalidProse
from tests.reports import samples
from tests.reports.test_content import FACTS, every_kind


def texts(content):
    """All text of the main part, one string a block."""
    result = []
    for block in content.blocks:
        if isinstance(block, (Heading, Paragraph)):
            result.append(block.text)
        elif isinstance(block, Numbered):
            result.extend(block.items)
    return result


def table_of(content, caption):
    return next(block for block in content.blocks if isinstance(block, Table) and caption in block.caption)


def test_circular_has_its_six_parts_in_order():
    headings = [
        block.text
        for block in build(samples.circular(), {}).blocks
        if isinstance(block, Heading) and block.level == 1
    ]

    assert headings == [
        "一、总体情况",
        "二、评分排名",
        "三、红黑榜",
        "四、履职检查情况",
        "五、存在问题",
        "六、下步要求",
    ]


def test_circular_ranks_every_county_with_change_and_main_losses():
    table = table_of(build(samples.circular(), {}), "评分排名表")

    assert [row.cells[1] for row in table.rows] == list(samples.COUNTIES)
    assert table.rows[1].cells == (
        "2",
        "涪城区",
        "91.5",
        "−1.0",
        "优秀",
        "到期问题按期闭环率（0.33）；月报按时报送（2）",
    )
    assert table.rows[3].cells[3] == "持平"


def test_county_without_data_is_listed_without_score_or_rank():
    facts = samples.circular(counties=3)
    last = dataclasses.replace(facts.scores[2], final=None, rank=None, grade="数据不足", main_losses=())
    content = build(dataclasses.replace(facts, scores=(*facts.scores[:2], last)), {})

    assert table_of(content, "评分排名表").rows[2].cells == ("—", "北川羌族自治县", "—", "—", "数据不足", "—")
    assert "北川羌族自治县因当月数据不足，未参加排名。" in texts(content)
    assert any("功能区2个" in text for text in texts(content))


def test_circular_counts_are_those_of_the_facts():
    text = "".join(texts(build(samples.circular(), {})))

    for phrase in (
        "在建水利工程112项、拟建水利工程23项",
        "应报送月报14家，按时报送12家",
        "监督检查58场次，其中市级7场次、县级51场次",
        "质量管理违规行为26个、工程实体质量问题7个",
        "到期应完成整改问题40个，按期闭环36个，按期闭环率90.0%，截至月底逾期未闭环问题4个",
        "质量监督检测9批次，其中不合格1批次",
        "请于2023年10月26日前",
    ):
        assert phrase in text


def test_month_without_due_findings_or_tests_divides_by_nothing():
    text = "".join(texts(build(samples.short_circular(), {})))

    assert "本月没有到期应完成整改的问题" in text
    assert "监督检测" not in text.split("二、评分排名")[0]


def test_empty_lists_are_said_to_be_empty():
    content = build(dataclasses.replace(samples.circular(), listings=Listings(), interviews=()), {})

    assert texts(content).count("本月没有县（市、区）水利部门、项目法人和参建单位列入。") == 2


def test_lists_name_units_with_reasons():
    rows = table_of(build(samples.circular(), {}), "黑榜").rows

    assert [row.cells for row in rows] == [
        ("施工单位", "示例水利工程有限公司", "三台县祠堂湾水库工程", "严重问题1个；较重问题3个")
    ]


def test_score_detail_shows_every_item_of_every_county():
    annex = build(samples.circular(), {}).annexes[0]
    tables = [
        block for block in annex.blocks if isinstance(block, Table) and block.columns[0].title == "评分项"
    ]

    assert [len(table.columns) - 2 for table in tables] == [7, 7]
    assert [table.starts_page for table in tables] == [False, True]
    assert all(len(table.rows) == 27 + 5 for table in tables)
    assert tables[0].rows[0].cells[:3] == ("A1 质量监督机构、人员、经费落实", "3", "3")
    assert tables[0].rows[18].cells[2] == "—"
    assert tables[0].rows[28].cells[:3] == ("应得分（不含缺项）", "100", "98")


@pytest.mark.parametrize(
    ("counties", "shares"), [(1, [1]), (7, [7]), (8, [4, 4]), (9, [5, 4]), (21, [7, 7, 7])]
)
def test_score_detail_is_shared_out_evenly(counties, shares):
    from reports.gongwen.builders.tables import score_tables

    rows = samples.scores(14) * 2

    assert [len(table.columns) - 2 for table in score_tables(samples.items(), rows[:counties])] == shares


def test_annexes_that_would_be_empty_are_left_out():
    assert [annex.title for annex in build(samples.short_circular(), {}).annexes] == [
        "2023年9月质量监督工作评分明细表"
    ]


def test_problem_list_is_numbered_and_complete():
    annex: Annex = build(samples.circular(problem_rows=300), {}).annexes[1]
    (table,) = annex.blocks
    assert isinstance(table, Table)

    assert [row.cells[0] for row in table.rows] == [str(number) for number in range(1, 301)]


@every_kind
def test_default_prose_covers_every_section(make):
    facts = make()
    sections = BUILDERS[kind_of(facts)].sections

    assert set(default_prose(facts)) == {section.key for section in sections}


@every_kind
def test_edited_prose_is_printed_and_changes_no_fact(make):
    facts = make()
    section = BUILDERS[kind_of(facts)].sections[0]

    plain, edited = build(facts, {}), build(facts, {section.key: "这一段由拟稿人改写。\n另起一段。"})

    assert "这一段由拟稿人改写。" in texts(edited)
    assert "另起一段。" in texts(edited)
    untouched = set(texts(plain)) - {
        line for text in default_prose(facts).values() for line in text.splitlines()
    }
    assert untouched <= set(texts(edited))
    assert [block for block in edited.blocks if isinstance(block, Table)] == [
        block for block in plain.blocks if isinstance(block, Table)
    ]
    assert edited.annexes == plain.annexes


def test_prose_of_an_unknown_section_is_refused():
    with pytest.raises(InvalidProse, match="不是本文件可以修改的部分。"):
        build(samples.circular(), {"totals": "全市在建水利工程999项。"})


def test_required_prose_may_not_be_empty_and_optional_may():
    with pytest.raises(InvalidProse, match="“下步要求”不能为空。"):
        build(samples.circular(), {"requirements": " \n "})

    assert not any("红黑榜是" in text for text in texts(build(samples.circular(), {"lists_note": ""})))


def test_prose_beyond_all_measure_is_refused():
    with pytest.raises(InvalidProse, match="超过"):
        build(samples.circular(), {"opening": "水" * 9000})


def test_a_short_line_with_an_ordinal_becomes_a_sub_heading():
    content = build(samples.circular(), {"requirements": "（一）压实责任\n各地要压实责任。"})

    assert Heading(level=2, text="（一）压实责任") in content.blocks
    assert Paragraph(text="各地要压实责任。") in content.blocks


@every_kind
def test_nothing_reads_as_a_penalty(make):
    """A talk, a list and a circular are management; only the disclaimer may name a penalty."""
    text = "".join(texts(build(make(), {}))).replace("不是行政处罚", "")

    for word in ("处罚", "处以", "罚款", "违法所得", "警告", "吊销", "责令停产", "责任追究"):
        assert word not in text


def test_letters_have_the_mark_without_file():
    letter, file = build(samples.interview(), {}), build(samples.circular(), {})

    assert (letter.format, letter.mark) == (Format.LETTER, "绵阳市水利局")
    assert (file.format, file.mark) == (Format.FILE, "绵阳市水利局文件")


def test_interview_notice_lists_every_trigger_and_the_time():
    content = build(samples.interview(), {})

    assert (
        Numbered(
            items=(
                "2023年9月月度评分59.1分，低于70分。",
                "2023年9月12日质量监督履职情况检查得分66.0分，低于70分。",
            )
        )
        in content.blocks
    )
    assert "时间：2023年10月19日（星期四）9:30。" in texts(content)


def test_rectification_notice_names_clause_requirement_and_term():
    row = table_of(build(samples.rectification(1), {}), "整改期限").rows[0]

    assert row.cells[3] == "《水利工程质量管理规定》（水利部令第52号）第三十五条（SG-001）"
    assert row.cells[5:] == ("返工处理并重新检测", "2023年\n10月31日")


def test_criticism_says_score_rank_and_red_lines():
    text = "".join(texts(build(samples.criticism(), {})))

    assert (
        "月度得分59.1分，等级为不合格，全市排名第14位，上月得分54.1分；触及评分细则红线：未办监督手续开工且县级未制止。"
        in text
    )
    assert "层级监督" in text


def test_titles_keep_names_whole():
    assert build(samples.rectification(), {}).title.split("\n")[0] == "绵阳市水利局关于三台县祠堂湾水库工程"
    assert build(samples.interview(), {}).title.split("\n")[1] == "关于约谈平武县水利局的通知书"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("3", "3"),
        ("2.3333333", "2.33"),
        ("2.50", "2.5"),
        ("0", "0"),
        ("0.005", "0.01"),
        ("10", "10"),
        (None, "—"),
    ],
)
def test_points(value, text):
    assert wording.points(Decimal(value) if value is not None else None) == text


def test_scores_round_half_up():
    assert wording.score(Decimal("69.95")) == "70.0"
    assert wording.change(Decimal("70.0"), Decimal("72.5")) == "−2.5"
    assert wording.change(Decimal("70.0"), None) == "—"


def test_ordinals_and_days():
    assert [wording.ordinal(number) for number in (1, 10, 11, 20, 21, 99)] == [
        "一",
        "十",
        "十一",
        "二十",
        "二十一",
        "九十九",
    ]
    assert wording.period(dt.date(2023, 9, 19), dt.date(2023, 9, 19)) == "2023年9月19日"
    assert wording.period(dt.date(2023, 9, 30), dt.date(2023, 10, 1)) == "2023年9月30日至10月1日"
    assert wording.period(dt.date(2023, 12, 31), dt.date(2024, 1, 2)) == "2023年12月31日至2024年1月2日"
    assert wording.moment(dt.datetime(2023, 10, 19, 1, 5, tzinfo=dt.UTC)) == "2023年10月19日（星期四）9:05"
    assert wording.moment(dt.datetime(2023, 10, 19, 14, 0, tzinfo=SHANGHAI)).endswith("14:00")


def test_samples_cover_every_builder():
    assert {kind_of(make()) for make in FACTS.values()} == set(BUILDERS)
