"""Content: what may be issued, and its life as JSON."""

import dataclasses
import datetime as dt
import json
from collections.abc import Callable
from decimal import Decimal

import pytest

from reports.gongwen import codec
from reports.gongwen.builders import BUILDERS, Facts, build, kind_of, numbered, read_facts
from reports.gongwen.codec import UnreadableContent
from reports.gongwen.content import (
    Column,
    Format,
    GongwenContent,
    InvalidContent,
    Paragraph,
    Row,
    Seal,
    Table,
)
from tests.reports import samples

FACTS: dict[str, Callable[[], Facts]] = {
    "circular": samples.circular,
    "criticism": samples.criticism,
    "rectification": samples.rectification,
    "interview": samples.interview,
    "reminder": samples.reminder,
    "year_plan": samples.year_plan,
    "key objects": samples.key_objects,
}
every_kind = pytest.mark.parametrize("make", FACTS.values(), ids=FACTS.keys())


def content(**changes):
    values = {
        "kind": "TEST",
        "format": Format.FILE,
        "mark": "绵阳市水利局文件",
        "number": "绵水〔2023〕1号",
        "title": "关于开展质量月活动的通知",
        "addressees": ("各县（市、区）水利局",),
        "blocks": (Paragraph(text="现将有关事项通知如下。"),),
        "organ": "绵阳市水利局",
        "date": dt.date(2023, 9, 5),
    }
    return GongwenContent(**{**values, **changes})


@every_kind
def test_content_survives_json(make):
    made = build(make(), {})

    assert GongwenContent.from_json(made.to_json()) == made
    assert GongwenContent.from_json(made.to_json()).to_json() == made.to_json()


@every_kind
def test_facts_survive_json_and_build_the_same_content(make):
    facts = make()

    again = read_facts(kind_of(facts), codec.to_json(facts))

    assert again == facts
    assert build(again, {}).to_json() == build(facts, {}).to_json()


def test_every_kind_has_a_builder():
    assert {build(make(), {}).kind for make in FACTS.values()} == set(BUILDERS)


def test_equal_decimals_make_equal_content():
    facts = samples.circular(counties=2)
    rows = tuple(
        dataclasses.replace(row, final=(row.final or Decimal(0)) + Decimal("0.000")) for row in facts.scores
    )

    assert build(dataclasses.replace(facts, scores=rows), {}) == build(facts, {})


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda raw: raw.pop("organ"), id="a field is missing"),
        pytest.param(lambda raw: raw.update(colour="red"), id="a field too many"),
        pytest.param(lambda raw: raw.update(date="2023-13-01"), id="no such day"),
        pytest.param(lambda raw: raw.update(format="PAPER"), id="no such format"),
        pytest.param(lambda raw: raw.update(title=7), id="a number for a text"),
        pytest.param(lambda raw: raw.update(schema=True), id="true is not a version"),
        pytest.param(lambda raw: raw["blocks"][0].update(type="Script"), id="an unknown block"),
        pytest.param(lambda raw: raw.update(blocks="text"), id="a text for a list"),
    ],
)
def test_json_that_does_not_fit_is_refused(change):
    raw = json.loads(content().to_json())
    change(raw)

    with pytest.raises(UnreadableContent, match=r"。$"):
        GongwenContent.from_json(json.dumps(raw))


def test_text_that_is_no_json_is_refused():
    with pytest.raises(UnreadableContent):
        GongwenContent.from_json("{")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param({"number": "绵水[2023]1号"}, "发文字号", id="square brackets round the year"),
        pytest.param({"number": "绵水〔2023〕01号"}, "发文字号", id="a padded number"),
        pytest.param({"number": "绵水〔2023〕第1号"}, "发文字号", id="第"),
        pytest.param({"number": "绵水〔23〕1号"}, "发文字号", id="a short year"),
        pytest.param({"date": None}, "成文日期", id="numbered without a date"),
        pytest.param({"title": " "}, "标题", id="no title"),
        pytest.param({"blocks": ()}, "正文", id="no text"),
        pytest.param({"blocks": (Paragraph(text="此页无正文"),)}, "此页无正文", id="forbidden phrase"),
        pytest.param({"blocks": (Paragraph(text="水\x00利"),)}, "控制字符", id="a control character"),
        pytest.param({"copy_number": "12"}, "份号", id="a short copy number"),
        pytest.param({"schema": 2}, "版本", id="another schema"),
    ],
)
def test_content_against_the_standard_is_refused(changes, message):
    with pytest.raises(InvalidContent, match=message) as caught:
        content(**changes)

    assert str(caught.value).endswith("。")


def test_columns_must_share_out_the_type_area():
    table = Table(caption="表", columns=(Column(title="甲", half_cells=20),), rows=())

    with pytest.raises(InvalidContent, match="列宽"):
        content(blocks=(Paragraph(text="如下。"), table))


def test_rows_must_have_all_cells():
    columns = (Column(title="甲", half_cells=28), Column(title="乙", half_cells=28))
    table = Table(caption="表", columns=columns, rows=(Row(cells=("一",)),))

    with pytest.raises(InvalidContent, match="列数"):
        content(blocks=(Paragraph(text="如下。"), table))


def test_a_draft_has_neither_number_nor_seal_and_sign_off_gives_both():
    facts = samples.circular(envelope_of=samples.envelope(number=None, date=None), counties=2, problem_rows=1)

    draft = build(facts, {})
    final = build(numbered(facts, number="绵水〔2023〕9号", date=dt.date(2023, 10, 9)), {})

    assert (draft.number, draft.seal, draft.date) == (None, Seal.ROOM, None)
    assert (final.number, final.seal, final.date) == ("绵水〔2023〕9号", Seal.SAMPLE, dt.date(2023, 10, 9))
    assert final.print_date == dt.date(2023, 10, 9)
    assert final.blocks == draft.blocks
