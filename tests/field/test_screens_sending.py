"""The screens of what did not go through: photos that never arrive, a tablet that was revoked or is not known."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.field.test_screens import open_screens

__all__ = ["open_screens"]  # a fixture

pytestmark = pytest.mark.browser

OPEN = """() => { Object.assign(stub.engine.state, {phase: "open", user: stub.user, signedIn: stub.user, online: true,
    users: [{id: "u1", name: "李晓川"}], device: {id: "d", name: "质监 3 号", state: "UNKNOWN"}});
  const row = (id, state, more) => ({id, inspection: stub.inspection.id, title: "羊昌坝水库", savedAt: stub.AT, state,
    word: state === "delivered" ? "已送达" : "已保存在本机", receipt: "HZ-7", attempts: 1, nextAt: null, fields: [],
    changes: 2, accepted: true, note: "文字已送达，1 张照片没有送达：服务器没有接收（文件含有恶意代码）。", kept: [],
    files: [{photo: "aaaabbbb-1", copy: "original", word: "没有送达", sentBytes: 0, byteCount: 2411724,
      fault: "服务器没有接收（文件含有恶意代码）"}], ...more});
  stub.engine.outbox.rows = [row("1", "refused", {mayAcknowledge: true}), row("2", "delivered", {kept: ["aaaabbbb-1"]})];
  stub.engine.outbox.summary = {waiting: 1, sending: 0, delivered: 1, held: 0, attention: 1, files: 0, lastSync: stub.AT,
    nextAt: stub.AT, sentence: "仍有 1 条未上传"};
  stub.emit("session"); stub.emit("outbox"); }"""


def test_what_never_arrives_is_said_and_leads_on(open_screens):
    walk = open_screens()
    page = walk.page
    page.evaluate(OPEN)
    walk.go("#/outbox")
    expect(page.get_by_role("link", name="重新登记")).to_be_visible()
    expect(page.get_by_text("自动再传，也可以点“立即同步”")).to_be_visible()
    page.get_by_text("看 1 个文件").first.click()
    expect(page.get_by_role("button", name="拿回来修改")).to_have_count(0)
    page.get_by_text("已送达 1 条").click()
    walk.see("outbox-photos", "待传箱")
    walk.press("知道了")
    page.get_by_role("button", name="从本机删除照片").click()
    page.get_by_role("dialog").get_by_role("button", name="删除").click()
    expect(page.get_by_text("照片已从本机删除。")).to_be_visible()
    calls = page.evaluate("() => stub.calls")
    assert [one for one in calls if one[0] in ("acknowledge", "dropKept")] == [
        ["acknowledge", "1"],
        ["dropKept", "2"],
    ]
    walk.go("#/settings")
    expect(page.get_by_label("60 分钟")).to_be_visible()


def test_what_cannot_be_taken_back_is_not_said_to_be(open_screens):
    """The record is open elsewhere: the row stays in the outbox, and so does its reader; then it works."""
    walk = open_screens()
    page = walk.page
    page.evaluate(OPEN)
    page.evaluate(
        """() => { const {outbox} = stub.engine; const real = outbox.reopen;
          stub.inspection.title = ""; stub.inspection.kind = "SPECIAL";
          outbox.rows = [{...outbox.rows[0], accepted: false, mayAcknowledge: false, files: []}];
          outbox.reopen = async () => { outbox.reopen = real; throw new Error("这项检查已在另一个窗口打开。"); };
          stub.emit("outbox"); }"""
    )
    walk.go("#/outbox")
    walk.press("拿回来修改")
    expect(page.get_by_text("没有放回，内容仍在待传箱：这项检查已在另一个窗口打开。")).to_be_visible()
    assert page.url.endswith("#/outbox")
    walk.press("拿回来修改")
    expect(page.get_by_text("已放回检查记录，改好后再保存。")).to_be_visible()
    walk.go("#/")
    walk.press("下载最新任务")
    expect(page.get_by_text("专项检查").first).to_be_visible()


def test_a_revoked_tablet_may_be_enrolled_again(open_screens):
    walk = open_screens()
    page = walk.page
    page.evaluate(OPEN)
    page.evaluate(
        """() => { const {state} = stub.engine; state.phase = "denied"; state.user = null;
          state.denied = {state: "REVOKED", reason: "平板已报失。"}; stub.emit("session"); }"""
    )
    walk.see("revoked-again", "设备已注销")
    walk.press("重新登记")
    walk.fill("用户名", "li")
    walk.fill("密码", "right")
    walk.press("登录")
    walk.see("enrol-again", "登记设备")
    expect(page.get_by_text("外业设备")).to_be_visible()
    page.evaluate(
        """() => { const {engine} = stub; const real = engine.enrol;
          engine.enrol = async (...told) => {
            Object.assign(engine.state, {denied: null, phase: "locked"}); return real(...told); }; }"""
    )
    walk.fill("登记码", "ABCD-2345")
    walk.fill("设备名称", "质监 3 号")
    walk.press("登记")
    walk.see("unlock-again", "输入 PIN")
