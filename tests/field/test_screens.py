"""The tablet's screens in a real browser, put into every state by an engine in memory: a day from the log-in to the end.

Each screen is looked at by axe (WCAG 2.2 AA, and 7:1 for sunlight), measured for fingers and for sideways scroll, and kept
as a picture where ANLAN_PICTURES names a folder.
"""

from __future__ import annotations

import datetime as dt
import gzip
import os
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from inspections.rules.conclusion import missing_for_conclusion
from inspections.rules.record import LISTS, Record, check_value
from inspections.services.field_client import field_client
from tests.field.serving import ORIGIN, ROOT, serve_screens
from tests.ui.browser import TABLET, assert_accessible, assert_no_sideways_scroll

PICTURES = os.environ.get("ANLAN_PICTURES", "")
SIZES = {"phone": {"width": 390, "height": 844}, "across": {"width": 1194, "height": 834}, "tablet": TABLET}
"""The last one is the size the walk goes on with."""
FIRST_LOAD = 150 * 1024
LEAST_TARGET = 44
MAIN_TARGET = 56
FIELD = ROOT / "static" / "field"
VISIT = "11111111-1111-4111-8111-111111111111"
JPEG = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff\xd9"}
STRANGER = """() => {
  const {record} = stub;
  record.add("signatures", {name: "路过人", side: "OFFICER", strokes: [[[1, 1], [9, 9]]]});
  record.set("header/left_at", "2020-01-01T00:00:00Z");
}"""
"""What the server asks beyond the record alone, and a time that lies before another."""
BEYOND = [
    "签字的路过人不是本次检查的检查人员，请先更正检查组。",
    "第 1 个问题的严重程度与建议的不同，请写明理由。",
]
OUTBOX = """() => {
  const {engine, emit, inspection, record, AT} = stub;
  const row = (id, title, word, state, more = {}) => ({id, inspection: inspection.id, title, savedAt: AT, word, state,
    note: "", receipt: "", attempts: 1, nextAt: null, files: [], fields: [], changes: 2, ...more});
  engine.outbox.rows = [
    row("1", "羊昌坝水库 · 问题", "正在上传", "sending", {files: [
      {photo: "aaaabbbb-1", copy: "original", word: "正在上传", sentBytes: 786432, byteCount: 2411724},
      {photo: "aaaabbbb-1", copy: "stamped", word: "已送达", sentBytes: 411724, byteCount: 411724}]}),
    row("2", "羊昌坝水库 · 检查清单", "已保存在本机", "queued", {note: "没有网络，联网后自动上传", nextAt: AT}),
    row("3", "羊昌坝水库 · 在场人员", "已保存在本机", "refused", {note: "服务器没有接收这一条，请修改",
      fields: [{path: `people/${record.rows("people")[0].id}/name`, message: "“姓名”不能超过 60 个字，现有 71 个。"}]}),
    row("4", "羊昌坝水库 · 现场要求", "已保存在本机", "differs", {stored: {author: "王敏", received_at: AT,
      receipt_number: "HZ-7", body: JSON.stringify({operations: [{path: "header/weather", value: "多云"}]})}}),
    row("5", "羊昌坝水库 · 到场", "已送达", "delivered", {receipt: "外业回执〔2023〕000412"}),
  ];
  engine.outbox.others = [{user: "u2", name: "王敏", count: 2}];
  engine.outbox.summary = {waiting: 4, sending: 1, delivered: 1, held: 0, attention: 2, files: 3, lastSync: AT,
    sentence: "2 条要您修改，1 条正在上传。"};
  emit("outbox");
}"""
CONFLICTS = """() => {
  const {record, AT} = stub;
  record.conflicts = [{id: "c1", path: "answers/Z-01/note",
    kept: {id: "k", value: "承诺书缺监理单位", author: "王敏", at: AT},
    other: {id: "o", value: "承诺书缺监理单位和检测单位", author: "李晓川", at: AT}}];
  record.forced = {operation: "n", value: "承诺书已补齐", author: "赵蓉", at: AT};
  record.overtaken = [{path: "header/weather", mine: "晴", theirs: {value: "多云", author: "王敏", at: AT}}];
}"""


class Walk:
    """A page of the screens, and what is asked of each of them."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0
        serve_screens(page)
        page.goto(f"{ORIGIN}/field/")

    def see(self, name: str, title: str) -> None:
        """The screen of this title is here, and is fit for eyes, fingers and the width."""
        page = self.page
        heading = page.get_by_role("heading", level=1)
        expect(heading).to_have_text(title)
        self.count += 1
        for held, size in SIZES.items():
            page.set_viewport_size(size)  # type: ignore[arg-type]
            if PICTURES:
                page.screenshot(path=f"{PICTURES}/field-{held}-{self.count:02d}-{name}.png", full_page=True)
            assert_no_sideways_scroll(page)
            assert small(page) == [], held
        # As tall as it is: what stands under the bar at the bottom is not hidden from anybody who scrolls.
        tall = max(TABLET["height"], page.evaluate("document.documentElement.scrollHeight"))
        page.set_viewport_size({"width": TABLET["width"], "height": tall})
        assert_accessible(page)
        assert pale(page) == []
        page.set_viewport_size(TABLET)  # type: ignore[arg-type]

    def go(self, place: str) -> None:
        self.page.evaluate("place => { location.hash = place; }", place)

    def arrive(self, values: dict[str, Any]) -> None:
        """Changes of somebody else, as a pull brings them."""
        self.page.evaluate(
            "(told) => { for (const [path, value] of Object.entries(told)) stub.values.set(path, value);"
            " stub.emit('record', {paths: null}); }",
            values,
        )

    def at(self, place: str) -> None:
        self.go(f"#/i/{VISIT}{place}")

    def press(self, name: str, *, exact: bool = True, index: int = 0) -> None:
        self.page.get_by_role("button", name=name, exact=exact).nth(index).click()

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=True).fill(text)

    def pin(self, digits: str) -> None:
        for digit in digits:
            self.press(digit)
        self.press("确定")

    def draw(self, place: str, *points: tuple[float, float]) -> None:
        surface = self.page.locator(place)
        surface.evaluate("one => one.scrollIntoView({block: 'center'})")
        box = surface.bounding_box()
        mouse = self.page.mouse
        spots = [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in points]
        mouse.move(*spots[0])
        mouse.down()
        for spot in spots[1:]:
            mouse.move(*spot, steps=4)
        mouse.up()

    def values(self) -> dict[str, Any]:
        """The record as it was written so far."""
        return self.page.evaluate("() => stub.record.all()")

    def rows(self, group: str) -> list[dict[str, Any]]:
        return self.page.evaluate("group => stub.record.rows(group)", group)


def small(page: Page) -> list[str]:
    """What a finger would miss: anything to press under 44 px either way; main answers and the dock under 56 px."""
    found: list[str] = page.evaluate(
        """([least, main]) => [...document.querySelectorAll("a, button, select, summary, textarea, .tick, " +
             ".seg > *, .version, .pick, input:not([type=radio], [type=checkbox], [type=file])")]
           .filter((one) => one.checkVisibility())
           .map((one) => [one.getBoundingClientRect(), one.closest(".seg, .dock") ? main : least,
             one.outerHTML.slice(0, 100)])
           .filter(([box, wanted]) => box.height > 0 && (box.height < wanted - 0.5 || box.width < least - 0.5))
           .map(([box, wanted, html]) => `${box.width}×${box.height} px, not ${wanted}: ${html}`)""",
        [LEAST_TARGET, MAIN_TARGET],
    )
    return found


def pale(page: Page) -> list[str]:
    """Text under 7:1: what nobody reads in the sun. axe is in the page already (assert_accessible)."""
    found: list[str] = page.evaluate(
        """async () => {
          const only = {type: "rule", values: ["color-contrast-enhanced"]};
          const report = await axe.run(document, {runOnly: only, resultTypes: ["violations"]});
          return report.violations.flatMap((rule) => rule.nodes.map((node) => node.html.slice(0, 160)));
        }"""
    )
    return found


@pytest.fixture
def open_screens(chromium: Browser, faults: list[str]) -> Iterator[Any]:
    """The screens in a context of their own; the console stays empty."""
    contexts = []

    def make() -> Walk:
        context = chromium.new_context(
            locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": 834, "height": 1194},
            has_touch=True, is_mobile=True, service_workers="block", reduced_motion="reduce",
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.add_init_script(
            "document.addEventListener('securitypolicyviolation', (event) => console.error('CSP', event.violatedDirective));"
        )
        return Walk(page)

    yield make
    for context in contexts:
        context.close()
    assert faults == []


@pytest.mark.browser
@pytest.mark.slow
def test_a_day_with_the_tablet(open_screens):
    walk = open_screens()
    enrol(walk)
    prepare(walk)
    answer(walk)
    record_finding(walk)
    mark_photo(walk)
    measure(walk)
    write_down(walk)
    sign(walk)
    end(walk)
    settle(walk)
    look_after(walk)
    leave(walk)


def enrol(walk: Walk) -> None:
    """Log in once, enrol the tablet, choose a PIN: each refusal is a sentence beside what it is about."""
    page = walk.page
    walk.see("starting", "现场检查")
    page.evaluate("() => { stub.engine.state.phase = 'new'; stub.emit('session'); }")
    walk.fill("用户名", "li")
    walk.fill("密码", "wrong")
    page.evaluate("() => { stub.engine.state.online = false; stub.emit('session'); }")
    expect(page.get_by_label("用户名")).to_have_value("li")  # a flapping line takes nothing away
    walk.press("登录")
    expect(page.get_by_role("alert").get_by_text("用户名或密码不正确。")).to_be_visible()
    walk.see("login", "登录")
    walk.fill("密码", "right")
    walk.press("登录")
    walk.see("enrol", "登记设备")
    walk.fill("登记码", "K7QM-2NXA")
    walk.fill("设备名称", "质监 3 号")
    walk.press("登记")
    walk.pin("258013")
    walk.pin("258014")
    expect(page.get_by_text("两次输入不一样。")).to_be_visible()
    walk.see("pin", "设置 PIN")
    walk.pin("258013")
    walk.pin("258013")
    walk.see("empty", "今日任务")
    expect(page.get_by_text("还没有下载任务")).to_be_visible()


def prepare(walk: Walk) -> None:
    """The board names what is not ready first, with what helps; nothing is claimed before the outbox was read."""
    page = walk.page
    sync = page.locator("a.sync")
    expect(sync).to_have_text("○ 离线读取中…")
    page.evaluate(
        """() => { stub.engine.state.online = true;
          stub.engine.outbox.summary = {waiting: 3, sending: 0, delivered: 4, held: 0, attention: 0, files: 6,
            sentence: "3 条已保存在本机，联网后自动上传。"}; stub.emit("outbox"); }"""
    )
    expect(sync).to_have_text("● 在线待传 3")
    expect(page.locator(".head + div [role=status]").first).to_have_text("3 条已保存在本机，联网后自动上传。")
    walk.press("下载最新任务")
    board = page.get_by_role("region", name="出发前检查").get_by_role("listitem")
    expect(board.first).to_contain_text("没有锁定")
    expect(board.first.get_by_role("button", name="锁定存储")).to_be_visible()
    walk.see("today", "今日任务")
    expect(page.get_by_text("检查还没有批准，批准后才能实施。")).to_be_visible()
    expect(page.get_by_role("heading", name="9月22日 周五的检查")).to_be_visible()
    walk.press("下载明天的任务")
    expect(page.get_by_text("的任务已下载到本机。")).to_be_visible()
    dates = page.evaluate("() => stub.calls.filter(([name]) => name === 'download').map(([, date]) => date)")
    assert dt.date.fromisoformat(dates[1]) - dt.date.fromisoformat(dates[0]) == dt.timedelta(days=1)
    page.get_by_role("link", name="羊昌坝").click()
    expect(page.get_by_text("检查通知书还没有签发。")).to_be_visible()
    assert "header/position" not in walk.values()  # the page may be opened in the office
    walk.press("记下到场时间")
    page.get_by_label("晴").check()
    walk.see("start", "平武县平通河羊昌坝水库枢纽工程")
    assert {"header/entered_at", "header/weather", "header/position"} <= walk.values().keys()
    page.get_by_role("link", name="开始检查").click()


def answer(walk: Walk) -> None:
    """不适用 asks for its reason in place, 不符合 opens a finding with the item's own entries of the catalogue."""
    page = walk.page
    walk.press("符合")
    walk.press("不适用", index=1)
    expect(page.get_by_label("不适用的原因")).to_be_focused()
    page.keyboard.type("不属于本次检查范围")
    walk.see("checklist", "检查清单")
    expect(page.get_by_role("navigation", name="检查内容")).to_contain_text("2/5")
    assert walk.values()["answers/Z-02/reason"] == "不属于本次检查范围"
    others_answer(walk)
    walk.press("下一未答项")
    walk.press("不符合")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("记录问题")
    expect(heading).to_be_focused()


def others_answer(walk: Walk) -> None:
    """What another tablet wrote is shown at once, but not under the hand: there when it has left."""
    page = walk.page
    cards = [page.locator(f"#item-{code}") for code in ("Z-01", "Z-02")]
    cards[1].get_by_label("不适用的原因").fill("不属于本次检查")
    walk.arrive(
        {"answers/Z-01/answer": "NA", "answers/Z-01/reason": "没有这项", "answers/Z-02/note": "王敏看过"}
    )
    expect(cards[0].get_by_role("button", name="不适用")).to_have_attribute("aria-pressed", "true")
    expect(cards[0].get_by_label("不适用的原因")).to_have_value("没有这项")
    typed = cards[1].get_by_label("不适用的原因")
    expect(typed).to_be_focused()
    expect(typed).to_have_value("不属于本次检查")
    typed.press_sequentially("范围")
    expect(cards[1].get_by_label("备注（可不填）")).to_have_value("王敏看过")
    expect(cards[1].get_by_label("备注（可不填）")).to_be_hidden()
    walk.arrive({"answers/Z-01/answer": "OK"})
    cards[0].get_by_role("button", name="符合", exact=True).focus()
    expect(cards[1].get_by_label("备注（可不填）")).to_be_visible()
    expect(cards[1].get_by_label("不适用的原因")).to_have_value("不属于本次检查范围")


def record_finding(walk: Walk) -> None:
    """Every keystroke is kept; two units make two findings of one fact; a repeat raises the proposal; nothing hides save."""
    page = walk.page
    expect(page.get_by_role("button", name="E-007")).to_be_visible()
    walk.press("保存问题")
    expect(page.get_by_label("问题描述")).to_be_focused()
    walk.see("finding-missing", "记录问题")
    walk.fill("查问题目录", "zspa")
    walk.press("止水片", exact=False)
    expect(page.get_by_label("问题描述")).to_have_value(re.compile("止水片"))
    expect(page.get_by_text("请写问题描述。")).to_be_hidden()
    page.get_by_label("江源监理").check()
    assert [row["severity"] for row in walk.rows("findings")] == ["SERIOUS"]
    page.get_by_label("长河水利").check()
    expect(page.get_by_text("12 个月内重复发生", exact=True)).to_be_visible()
    expect(page.get_by_text("有的单位建议为较重。")).to_be_visible()
    walk.fill("部位（可不填）", "溢洪道左边墙 0+120～0+135")
    for _ in range(2):
        page.locator("input[capture=environment]").set_input_files(JPEG)  # type: ignore[arg-type]
        expect(page.get_by_text("1 张照片已保存在本机")).to_be_visible()
    expect(page.get_by_role("link", name="照片 2")).to_be_visible()
    walk.see("finding", "记录问题")
    rows = walk.rows("findings")
    assert {(row["severity"], row["part"], row["same_fact"]) for row in rows} == {
        ("GRAVE", "溢洪道左边墙 0+120～0+135", rows[0]["same_fact"])
    }
    assert len({row["unit_id"] for row in rows}) == 2
    page.get_by_label("问题描述").focus()
    assert page.evaluate(
        "() => { const box = document.querySelector('.dock .lead').getBoundingClientRect();"
        " return box.bottom <= visualViewport.height + 0.5"
        "   && document.elementFromPoint(box.x + 5, box.y + 5).matches('.lead'); }"
    )


def mark_photo(walk: Walk) -> None:
    """An arrow, a box and words are data beside the picture, in parts of its size, each taken away again."""
    page = walk.page
    page.get_by_role("link", name="照片 1").click()
    walk.draw(".canvas svg", (0.25, 0.2), (0.48, 0.5))
    walk.press("方框", exact=False)
    walk.draw(".canvas svg", (0.4, 0.45), (0.6, 0.8))
    walk.press("蓝")
    walk.draw(".canvas svg", (0.7, 0.2), (0.8, 0.3))
    walk.press("撤销")
    walk.press("文字", exact=False)
    walk.draw(".canvas svg", (0.1, 0.2))
    walk.fill("写什么", "焊缝不连续")
    walk.press("写上")
    walk.see("photo", "照片")
    marks = next(value for path, value in walk.values().items() if path.endswith("/annotation"))
    assert [mark["kind"] for mark in marks] == ["arrow", "box", "text"]
    assert marks[2]["text"] == "焊缝不连续"
    walk.press("删去第 2 个标注")
    expect(page.get_by_role("img", name="2 个标注")).to_be_visible()
    page.get_by_role("link", name="完成").click()
    walk.press("保存问题")
    walk.see("findings", "问题")
    expect(page.get_by_text("已保存在本机", exact=True)).to_be_visible()
    saved = walk.page.evaluate("() => stub.saved.at(-1)")
    assert len([path for path in saved if path.endswith("/unit_id")]) == 2
    assert any(path.endswith("/annotation") for path in saved)
    assert not any(path.startswith("header") for path in saved)


def measure(walk: Walk) -> None:
    """The figures are told while they are typed, and propose the verdict."""
    page = walk.page
    walk.at("/measurements/new/G-02")
    walk.fill("项目", "钢筋保护层厚度")
    walk.fill("单位", "mm")
    walk.fill("设计值（可不填）", "五十")
    expect(page.get_by_text("这不是数字，例如：25.4")).to_be_visible()
    walk.fill("设计值（可不填）", "５０")
    walk.fill("允许偏差 ±（可不填）", "10")
    walk.fill("实测值", "52 47.5 28，55")
    expect(page.get_by_text("45.63 mm")).to_be_visible()
    expect(page.get_by_label("不合格")).to_be_checked()
    walk.see("measurement", "实测")
    row = walk.rows("measurements")[0]
    assert (row["design"], row["values"], row["checklist_code"]) == ("50", ["52", "47.5", "28", "55"], "G-02")
    walk.at("/parallel/new")
    walk.fill("项目", "混凝土抗压强度")
    walk.fill("施工单位自检值", "97 99")
    walk.fill("监理平行检测值", "95 96")
    walk.fill("允许相差（%）（可不填）", "2.55")
    expect(page.get_by_text("-2.55 %")).to_be_visible()
    expect(
        page.get_by_text("超出允许范围")
    ).to_be_visible()  # 2.551…: the exact figure is judged, not the shown one
    walk.see("parallel", "平行检测比对")
    walk.press("完成")
    walk.see("measurements", "实测")


def write_down(walk: Walk) -> None:
    """People from the package with one word, documents with one tap, an order with its term."""
    page = walk.page
    walk.at("/people/new")
    walk.fill("姓名", "赵建国")
    walk.see("person", "在场人员")
    walk.press("完成")
    walk.see("people", "人员")
    assert walk.rows("people")[0]["post"] == "项目经理"
    walk.at("/documents")
    walk.press("＋ 施工日志")
    walk.press("＋ 监理日志")
    walk.see("documents", "资料")
    page.evaluate(
        """() => { document.activeElement.blur(); stub.record.add("documents", {name: "王敏看的验收记录"});
          stub.emit("record", {paths: null}); }"""
    )
    expect(page.get_by_text("王敏看的验收记录")).to_be_visible()  # another tablet's
    walk.at("/orders/new")
    walk.press("完成")  # nothing was written: nothing is kept
    expect(page.get_by_text("没有当场要求")).to_be_visible()
    walk.at("/orders/new")
    walk.fill("要求", "停止左边墙浇筑，重新焊接止水铜片接头。")
    walk.press("3 天内")
    walk.see("order", "现场要求")
    walk.press("完成")
    walk.see("orders", "现场要求")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", walk.rows("orders")[0]["term"])


def sign(walk: Walk) -> None:
    """Nobody signs an empty pad; strokes keep their shape; a refusal has its place; an officer is one of the team."""
    page = walk.page
    walk.at("/sign/OFFICER")
    assert page.get_by_label("签字人").locator("option").all_text_contents() == ["请选择", "李晓川", "王敏"]
    walk.see("sign-officer", "检查人员签字")
    walk.draw(".pad", (0.2, 0.3), (0.4, 0.7))
    theirs = {"name": "李晓川", "side": "OFFICER", "strokes": [[[1, 1], [9, 9]]]}
    walk.arrive({f"signatures/{VISIT}/{leaf}": value for leaf, value in theirs.items()})
    expect(page.locator(".pad path")).to_have_count(1)  # what is drawn stays
    walk.press("确认签字")
    expect(page.get_by_text("李晓川已在另一台平板上签字")).to_be_visible()
    walk.at("/opinion")
    walk.fill("被检查单位的意见", "情况")
    walk.arrive({f"signatures/{VISIT}/removed": True, "refusal/reason": "另一组写的"})
    expect(page.get_by_label("拒签情况")).to_have_value("另一组写的")
    expect(page.get_by_label("被检查单位的意见")).to_have_value("情况")
    expect(page.get_by_role("region", name="检查人员签字")).to_contain_text("还没有签字")
    walk.arrive({"opinion/text": "", "refusal/reason": ""})
    expect(page.get_by_label("被检查单位的意见")).to_have_value("")
    walk.at("/sign/UNIT")
    walk.press("确认签字")
    expect(page.get_by_text("请先在框里签名。")).to_be_visible()
    walk.draw(".pad", (0.2, 0.3), (0.4, 0.7))
    walk.draw(".pad", (0.5, 0.2), (0.6, 1.4))
    walk.press("退一笔")
    walk.see("sign", "被检查单位签字")
    walk.press("确认签字")
    walk.press("情况属实，无异议。")
    page.get_by_text("被检查单位拒绝签字").click()
    walk.see("opinion", "意见与签字")
    (row,) = walk.rows("signatures")
    assert (row["name"], row["side"], len(row["strokes"])) == ("赵建国", "UNIT", 1)
    assert row["strokes"][0][0] == [200, 120]


def end(walk: Walk) -> None:
    """What is missing is what the server would say, each line a way to its place; then the end is written once."""
    page = walk.page
    walk.at("/end")
    page.evaluate(STRANGER)
    walk.at("/orders")
    walk.at("/end")
    walk.see("end", "结束检查")
    told = page.locator("section li a .grow").all_text_contents()
    assert sorted(told) == sorted([*expected_missing(page), *BEYOND])
    walk.press("现场结束")
    expect(page.get_by_text("补齐后才能结束")).to_be_visible()
    page.evaluate(
        """() => { for (const code of ["G-02", "J-01"]) stub.record.answer(code, "OK");
          for (const name of ["李晓川", "王敏"])
            stub.record.add("signatures", {name, side: "OFFICER", strokes: [[[1, 1], [9, 9]]]});
          stub.record.remove("signatures", stub.record.rows("signatures").find((row) => row.name === "路过人").id);
          stub.record.set("header/left_at", null); }"""
    )
    for finding in walk.rows("findings")[:1]:
        walk.at(f"/finding/{finding['id']}")
        walk.fill("为什么不按建议", "同一处缺陷，两家责任相同")
    walk.at("/orders")
    walk.at("/end")
    expect(page.get_by_text("签字都齐了，可以结束。")).to_be_visible()
    walk.press("现场结束")
    page.get_by_role("dialog").get_by_role("button", name="现场结束").click()
    expect(page.get_by_text("由李晓川结束")).to_be_visible()
    values = walk.values()
    assert expected_missing(page) == []
    assert values["conclude/by"] == "李晓川"
    for path, value in values.items():
        check_value(path, value)
    assert {path.split("/")[0] for path in values} >= LISTS.keys() - {"photos"}
    come_back(walk)


def come_back(walk: Walk) -> None:
    """The server has the end and lacks something that this tablet did not know of: its words, and the way back."""
    page = walk.page
    page.evaluate(
        "() => { stub.record.missing = ['第 1 个问题没有写全，或责任单位不是本工程的参建单位。']; }"
    )
    page.evaluate("() => { document.activeElement.blur(); stub.emit('record', {paths: null}); }")
    expect(page.get_by_text("服务器还没有办结，还缺：")).to_be_visible()
    expect(page.get_by_text("不是本工程的参建单位")).to_be_visible()
    walk.see("end-open", "结束检查")
    walk.press("退回补齐")
    expect(page.get_by_role("button", name="现场结束")).to_be_visible()
    assert (walk.values()["conclude/at"], walk.values()["conclude/by"]) == (None, None)
    assert "conclude/at" in page.evaluate("() => stub.saved.at(-1)")
    page.evaluate("() => { stub.record.missing = []; }")
    walk.press("现场结束")
    page.get_by_role("dialog").get_by_role("button", name="现场结束").click()
    expect(page.get_by_text("由李晓川结束")).to_be_visible()


def expected_missing(page: Page) -> list[str]:
    """The server's own sentences for what the tablet holds; the time of leaving is written by the end itself."""
    values, items = page.evaluate("() => [stub.record.all(), stub.engine.package.checklist('list').items]")
    lines = [SimpleNamespace(**item) for item in items]
    sentences = missing_for_conclusion(Record.from_values(values), lines)
    return [sentence for sentence in sentences if sentence != "没有记离场时间。"]


def settle(walk: Walk) -> None:
    """Both versions with author and time; a third wording; what was overtaken may give way."""
    page = walk.page
    page.evaluate(CONFLICTS)
    walk.at("/orders")
    page.get_by_role("link", name="去处理").click()
    walk.press("就用选中的")
    expect(page.get_by_text("请先选一个。")).to_be_visible()
    expect(page.get_by_role("radio", name="现在采用 承诺书已补齐 赵蓉")).to_be_visible()
    page.get_by_role("radio", name="另写").check()
    walk.fill("另写一个", "承诺书缺两家单位")
    walk.see("conflicts", "和别人写的不一样")
    walk.press("就用选中的")
    walk.press("改用别人的")
    expect(page.get_by_text("没有冲突")).to_be_visible()
    assert page.evaluate("() => stub.settled") == [{"id": "c1", "value": "承诺书缺两家单位", "base": "n"}]
    assert walk.values()["header/weather"] == "多云"  # it waited already: a change after it takes it back
    page.evaluate(CONFLICTS)
    page.evaluate(
        "() => { stub.record.forced = stub.record.conflicts[0].kept = null; stub.record.overtaken = []; }"
    )
    walk.at("/orders")
    walk.at("/conflicts")
    page.get_by_role("radio", name="现在采用").check()
    walk.press("就用选中的")
    expect(page.get_by_text("没有冲突")).to_be_visible()
    assert page.evaluate("() => stub.settled.at(-1)") == {"id": "c1", "value": None, "base": None}
    page.evaluate(CONFLICTS)
    page.evaluate("() => { stub.record.overtaken = []; stub.inspection.state = 'CONCLUDED'; }")
    walk.at("/orders")
    walk.at("/conflicts")
    expect(page.get_by_text("检查已结束，由审核人在办公端裁定。")).to_be_visible()
    walk.see("conflicts-held", "和别人写的不一样")
    assert page.locator("#main").get_by_role("button").count() == 0
    page.evaluate("() => { stub.record.conflicts = []; stub.inspection.state = 'UNDER_WAY'; }")


def look_after(walk: Walk) -> None:
    """Three states in plain words, each file's own, receipts; what was refused comes back for correction."""
    page = walk.page
    page.evaluate(OUTBOX)
    walk.go("#/outbox")
    page.get_by_text("看 2 个文件").click()
    page.get_by_text("已送达 1 条").click()
    page.get_by_text("看已送达的那一份").click()
    expect(page.get_by_text("多云")).to_be_visible()
    expect(page.get_by_text("外业回执〔2023〕000412")).to_be_visible()
    expect(page.get_by_text("“姓名”不能超过 60 个字，现有 71 个。")).to_be_visible()
    walk.see("outbox", "待传箱")
    walk.press("立即同步")
    expect(page.get_by_text("有网络会自动上传")).to_be_visible()
    carry_over(walk)
    walk.press("拿回来修改")
    expect(page.get_by_label("姓名")).to_have_value("赵建国")  # where the fault is
    assert ["reopen", "3"] in page.evaluate("() => stub.calls")


def carry_over(walk: Walk) -> None:
    """One file without a question; several with a tap each, and it is said which is missing."""
    page = walk.page
    dialog = page.get_by_role("dialog")
    with page.expect_download() as kept:
        walk.press("导出待传记录")
        dialog.get_by_role("button", name="导出").click()
    assert kept.value.suggested_filename == "anlan-outbox-1.json"
    page.evaluate("() => { stub.engine.bundle.files = 3; }")
    walk.press("导出待传记录")
    dialog.get_by_role("button", name="导出").click()
    for number in (1, 2):
        expect(dialog.get_by_role("heading")).to_have_text(f"第 {number} 份，共 3 份")
        with page.expect_download() as kept:
            dialog.get_by_role("button", name="下载这一份").click()
        assert kept.value.suggested_filename == f"anlan-outbox-{number}.json"
    expect(dialog.get_by_role("heading")).to_have_text("第 3 份，共 3 份")
    dialog.get_by_role("button", name="停止导出").click()
    expect(page.get_by_text("共 3 份，导出了 2 份，其余照片还没有导出。")).to_be_visible()
    file = {"name": "b.json", "mimeType": "application/json", "buffer": b"{}"}
    page.get_by_label("导入记录文件").set_input_files(file)  # type: ignore[arg-type]
    expect(page.get_by_text("导入 1 条，1 条已经有了。")).to_be_visible()
    page.evaluate(
        "() => { stub.engine.bundle.told = {count: 2, skipped: 0, photos: 5, part: {number: 2, of: 3},"
        " missing: {photos: 6, files: [1, 3]}}; }"
    )
    page.get_by_label("导入记录文件").set_input_files(file)  # type: ignore[arg-type]
    told = "导入 2 条，照片 5 张。这是第 2 份，共 3 份；还差 6 张照片，在第 1、3 份里，请接着导入。"
    expect(page.get_by_text(told)).to_be_visible()


def leave(walk: Walk) -> None:
    """Nothing waits unseen: log-out warns; the next person has a door of their own; a lost tablet says why it is closed."""
    page = walk.page
    page.evaluate(
        "() => { stub.engine.update.waiting = true; stub.engine.state.needsLogin = true;"
        " stub.emit('update'); stub.emit('session'); }"
    )
    walk.go("#/settings")
    page.get_by_label("原图").check()
    walk.see("settings", "设置")
    with page.expect_download() as kept:
        walk.press("导出诊断文件")
    assert "3f9a1c20be77" in Path(kept.value.path()).read_text(encoding="utf-8")
    walk.press("退出登录")
    expect(page.get_by_role("dialog")).to_contain_text("仍有 3 条未上传")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="退出登录")).to_be_focused()
    walk.go("#/login")
    walk.see("login-again", "登录")
    page.evaluate(
        "() => { stub.engine.state.users = [{id: 'u1', name: '李晓川'}, {id: 'u2', name: '王敏'}];"
        " return stub.engine.lock(); }"
    )
    walk.see("choose", "选择使用人")
    walk.press("李晓川")
    walk.pin("111111")
    expect(page.get_by_text("PIN 不对，还可以试 4 次。")).to_be_visible()
    walk.see("unlock", "输入 PIN")
    page.evaluate(
        """() => { stub.engine.state.phase = "denied"; stub.engine.state.denied = {state: "REVOKED", reason: "平板已报失。"};
          stub.emit("session"); }"""
    )
    expect(page.get_by_text("平板已报失。")).to_be_visible()
    walk.see("revoked", "设备已注销")


@pytest.mark.browser
def test_an_assistant_helps_and_does_not_judge(open_screens):
    """国办发〔2024〕54号: a third party takes photos and measures; answering, ordering and signing rest with officers."""
    walk = open_screens()
    page = walk.page
    page.evaluate(
        """() => { const user = {...stub.user, role: "ASSISTANT"};
          Object.assign(stub.engine.state, {phase: "open", user, device: {name: "x"}});
          stub.engine.package.current = {generated_at: stub.AT}; stub.emit("session"); }"""
    )
    walk.at("/list")
    expect(page.get_by_role("button", name="不符合").first).to_be_disabled()
    expect(page.get_by_text("由检查人员完成")).to_be_visible()
    walk.at("/people/new")
    expect(page.get_by_label("姓名")).to_be_enabled()
    finding = page.evaluate("() => stub.record.add('findings', {text: '蜂窝'})")
    walk.at(f"/finding/{finding}")
    expect(page.get_by_label("问题描述")).to_be_disabled()
    page.get_by_label("拍照").set_input_files(JPEG)
    expect(page.get_by_role("link", name="照片 1")).to_be_visible()
    assert page.evaluate("id => stub.engine.photos.list('', id).length", finding) == 1
    walk.at("/start")
    page.get_by_label("拍照").set_input_files(JPEG)
    expect(page.get_by_role("link", name="照片 1")).to_be_visible()
    page.evaluate("() => { stub.record.readOnly = '这项检查已在另一个窗口打开，本窗口只能查看。'; }")
    page.evaluate(
        "() => { stub.record.save = stub.record.set = () => { throw new Error('本窗口只能查看。'); }; }"
    )
    walk.at("/start")
    walk.at("/documents")
    expect(page.get_by_text("本窗口只能查看")).to_have_count(1)
    expect(page.get_by_role("button", name="施工日志")).to_be_disabled()


@pytest.mark.browser
def test_a_tablet_that_cannot_open_says_why(open_screens):
    walk = open_screens()
    walk.page.evaluate(
        """async () => { const {App} = await import("/static/field/ui/app.js");
          const app = new App(stub.engine, document.getElementById("app"));
          app.start(); app.fail(new Error("外业平板须用 https 打开。")); }"""
    )
    walk.see("cannot-open", "不能打开")
    expect(walk.page.get_by_role("alert")).to_have_text("外业平板须用 https 打开。")


def test_the_first_screen_is_light():
    """Shell, styles and every module, as a server sends them."""
    files = [*FIELD.rglob("*.js"), *FIELD.rglob("*.css")]
    sent = sum(len(gzip.compress(file.read_bytes(), 6)) for file in files)

    assert len(files) > 30
    assert sent + len(gzip.compress(field_client().shell.encode(), 6)) <= FIRST_LOAD


@pytest.mark.parametrize("script", sorted((FIELD / "ui").glob("*.js")), ids=lambda path: path.name)
def test_a_screen_writes_no_markup_and_needs_no_eval(script):
    text = script.read_text(encoding="utf-8")

    assert (
        re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|\beval\(|new Function|document\.write", text)
        == []
    )
    assert re.findall(r"setAttribute\(\"(?:style|on)|https?://(?!www\.w3\.org/2000/svg)", text) == []
