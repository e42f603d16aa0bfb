"""Every component with sample data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import django_filters
from django import forms
from django.http import HttpRequest, QueryDict
from django.template import Context, Engine
from django.template.loader import get_template
from django.test import RequestFactory

from core import svg
from core.components import (
    Change,
    Empty,
    Entry,
    Figure,
    HeatCell,
    HeatMap,
    HeatRow,
    JobView,
    Link,
    NavItem,
    NavSection,
    RoleChoice,
    Step,
    chip,
)
from core.listing import Column, Kind, Listing, ListSpec
from core.models import CalendarDay
from core.widgets import DayRangeWidget

SCALE = svg.ScoreScale.from_thresholds(
    grades=[(Decimal(90), "优秀"), (Decimal(80), "良好"), (Decimal(60), "合格"), (Decimal(0), "不合格")],
    interview=Decimal(70),
    unqualified=Decimal(60),
)
LAYOUT = {
    "平武县": (0, 0),
    "北川羌族自治县": (0, 1),
    "江油市": (1, 1),
    "安州区": (0, 2),
    "游仙区": (1, 2),
    "梓潼县": (2, 2),
    "涪城区": (1, 3),
    "三台县": (2, 3),
    "盐亭县": (3, 3),
}
SCORES = ["66.5", None, "77", "81", "92", "85", "58.4", "81.5", "94"]


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="工程名称", help_text="与批复文件一致。")
    price = forms.CharField(label="中标价（万元）", widget=forms.TextInput(attrs={"inputmode": "decimal"}))
    county = forms.ChoiceField(label="县（市、区）", choices=[("a", "三台县"), ("b", "平武县")])
    started = forms.DateField(
        label="开工日期", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    severity = forms.ChoiceField(
        label="严重程度",
        choices=[("g", "一般"), ("s", "较重"), ("x", "严重")],
        widget=forms.RadioSelect,
        help_text="按问题清单认定。",
    )
    text = forms.CharField(label="问题描述", required=False, widget=forms.Textarea(attrs={"rows": 4}))
    told = forms.BooleanField(label="已当场告知项目法人", required=False)


class DayFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(
        label="阶段", choices=[("a", "在建"), ("b", "停工")], empty_label="全部"
    )
    date = django_filters.DateFromToRangeFilter(label="开工日期", widget=DayRangeWidget())

    class Meta:
        model = CalendarDay
        fields: list[str] = []


class FixedListing(Listing[CalendarDay]):
    """A list whose rows were not fetched."""

    total = 137

    @property
    def objects(self) -> list[CalendarDay]:
        return [
            CalendarDay(
                date=dt.date(2023, 9, 1) + dt.timedelta(days=i),
                name=f"武引二期灌区工程第{i + 1}标段施工",
                workday_no=386_250 + i * 977,
                kind=("general", "serious", "grave")[i % 3],
                is_workday=i % 7 != 4,
            )
            for i in range(self.page_size)
        ]


PROJECTS: ListSpec[CalendarDay] = ListSpec(
    title="工程台账",
    columns=(
        Column(
            "name",
            "工程名称",
            sort=("name",),
            link=lambda d: f"/p/{d.date}/",
            css="col-name",
            note=lambda d: "三台县水利工程建设中心（演示）",
        ),
        Column("county", "县（市、区）", value=lambda d: "北川羌族自治县", sort=("kind",)),
        Column("stage", "阶段", value=lambda d: "在建", render=lambda d: chip("info", "在建")),
        Column(
            "worst",
            "最重问题",
            value="kind",
            render=lambda d: chip(d.kind, {"general": "一般", "serious": "较重", "grave": "严重"}[d.kind]),
        ),
        Column("price", "中标价", value="workday_no", unit="万元", kind=Kind.MONEY, sort=("workday_no",)),
        Column("date", "开工日期", kind=Kind.DATE, sort=("date",)),
    ),
    default_sort="name",
    filterset=DayFilter,
    search=("name__icontains",),
    search_label="工程名称或拼音首字母",
    row_css=lambda d: "" if d.is_workday else "row-bad",
    empty=Empty("还没有工程", "登记后列在这里。", Link("登记工程", "/new/")),
)


def shell(path: str, *, large: bool = False) -> dict[str, Any]:
    """What config.context.shell gives a bureau's supervisor."""

    def item(label: str, url: str, count: int = 0, words: str = "", key: str = "") -> NavItem:
        return NavItem(label, url, path == url, count, words, is_bad=bool(words), key=key)

    return {
        "nav": [
            NavSection("", [item("驾驶舱", "/", key="d"), item("我的待办", "/todo/", 5)]),
            NavSection(
                "监督",
                [
                    item("工程台账", "/list/", key="p"),
                    item("问题与整改", "/f/", 3, "逾期"),
                    item("约谈", "/y/", 1),
                ],
            ),
            NavSection(
                "评价", [item("月结", "/form/", 2, "未报"), item("县级得分", "/s/"), item("红黑榜", "/r/")]
            ),
            NavSection(
                "文书与管理",
                [item("文书", "/document/"), item("台账导入", "/job/"), item("审计日志", "/audit/")],
            ),
        ],
        "bureau_name": "绵阳市水利局",
        "is_demo": True,
        "search_url": "/search/",
        "todo_url": "/todo/",
        "todo_count": 5,
        "user_name": "王监督",
        "role_label": "绵阳市 · 市局监督员",
        "roles": [RoleChoice("1", "绵阳市 监督员", is_current=True), RoleChoice("2", "绵阳市 科长")],
        "switch_role_url": "/role/",
        "user_links": [Link("修改密码", "/password/")],
        "logout_url": "/logout/",
        "text_size": "large" if large else "",
        "text_size_url": "/text-size/",
    }


def _heat() -> HeatMap:
    months = [f"{month}月" for month in range(1, 13)]
    rows = []
    for shift, name in enumerate(LAYOUT):
        cells = []
        for month in range(1, 13):
            text = SCORES[(shift + month) % 9] if month <= 10 else None
            score = Decimal(text) if text else None
            url = "/s/" if score else ""
            cells.append(HeatCell(text or "—", SCALE.tone_of(score), url, f"{text} 分，{name}{month}月"))
        rows.append(HeatRow(name, cells, "/c/"))
    return HeatMap("各县（市、区）月度得分", "县", months, rows, SCALE.legend(), "低于 70 分约谈", "10月")


def dashboard(request: HttpRequest) -> dict[str, Any]:
    tiles = [
        svg.Tile(name, col, row, text or "未报", SCALE.tone_of(Decimal(text) if text else None), "/s/")
        for (name, (col, row)), text in zip(LAYOUT.items(), SCORES, strict=True)
    ]
    values = [78, 81, 76, 83, None, 79, 74, 77, 72, 75, 70.5, 66.5]
    months = [svg.TrendPoint(f"{i}月", value, "/s/") for i, value in enumerate(values, start=1)]
    counts = [("发现", 307), ("已通知", 290), ("已回复", 211), ("已销号", 98)]
    return {
        "title": "驾驶舱",
        "actions": [Link("打印", "/print/"), Link("去核定评分", "/x/", is_primary=True)],
        "steps": [
            Step("数据收集", "done", "10月8日 已完成"),
            Step("月报报送", "late", "7/9 县，2 县逾期"),
            Step("冻结计算", "now", "待 2 县", "/x/"),
            Step("异议期", "next", "3 个工作日"),
            Step("复核确认"),
            Step("通报印发", "next", "计划 11月8日"),
        ],
        "figures": [
            Figure(3, "份整改通知逾期", "/f/", "督办", "最长 12 天"),
            Figure(2, "个县月报未报", "/m/", "催报", "盐亭县、北川县"),
            Figure(1, "个县低于 70 分", "/y/", "安排约谈", "平武县 66.5"),
            Figure(0, "个任务失败", "/j/"),
        ],
        "heat": _heat(),
        "hexes": svg.hex_map(tiles, label="各县本月得分，同内容见左侧表格"),
        "trend": svg.trend_line(months, label="平武县近12个月得分", threshold=Decimal(70)),
        "funnel": svg.funnel([svg.Stage(label, n, f"/f/?{n}") for label, n in counts], label="问题闭环"),
        "spark": svg.sparkline([78, 81, 76, 66.5], label="平武县", threshold=Decimal(70)),
        "entries": [
            Entry(dt.datetime(2023, 9, 5, 6, 32, tzinfo=dt.UTC), "整改通知书已签发", "王科长", "整改17号", "/d/", "ok"),
            Entry(dt.date(2023, 9, 1), "发现严重问题 1 项", "检查组", tone="bad"),
            Entry(dt.date(2023, 8, 1), "办理质量监督手续", "三台县水利局"),
        ],
        "pairs": [("排名", "9 / 9"), ("全市中位数", "84.0"), ("最大差距", "整改及时性（−9.0）"), ("代建单位", "")],
        "changes": [Change("整改期限", "2023-09-05", "2023-09-20"), Change("责任单位", "", "四川某某公司（演示）")],
        "chips": [
            chip(tone, label)
            for tone, label in [
                ("ok", "已受理"), ("warn", "待补正"), ("bad", "已退回"), ("info", "进行中"), ("idle", "未开始"),
                ("general", "一般"), ("serious", "较重"), ("grave", "严重"), ("red", "红榜"), ("black", "黑榜"),
            ]
        ],
    }  # fmt: skip


def project_list(request: HttpRequest) -> dict[str, Any]:
    listing = FixedListing(PROJECTS, request.GET, CalendarDay.objects.none(), {})
    return {"title": "工程台账", "listing": listing, "crumbs": [Link("驾驶舱", "/")]}


def empty_list(request: HttpRequest) -> dict[str, Any]:
    listing = Listing(PROJECTS, QueryDict("q=%E6%97%A0"), CalendarDay.objects.none(), {})
    listing.total = 0
    return {"title": "工程台账", "listing": listing}


def form(request: HttpRequest) -> dict[str, Any]:
    data = {"price": "3862.5万"} if "errors" in request.GET else None
    return {"title": "登记问题", "form": SampleForm(data)}


def job(request: HttpRequest) -> dict[str, Any]:
    states: dict[str, JobView] = {
        "expired": JobView("导入台账：绵阳市.xlsx", "running", 43, poll_url="/expired/"),
        "waiting": JobView("导入台账：绵阳市.xlsx", "waiting", url="/job/", poll_url="/poll/"),
        "running": JobView(
            "导入台账：绵阳市.xlsx",
            "running",
            43,
            "正在核对“监督检查”第 1,204 行",
            url="/job/",
            poll_url="/poll/",
        ),
        "done": JobView("导入台账：绵阳市.xlsx", "done", 100, result=Link("查看结果", "/r/")),
        "failed": JobView(
            "导入台账：绵阳市.xlsx",
            "failed",
            60,
            error="“问题”表有 4 处错误，未写入任何数据。",
            retry_url="/retry/",
        ),
    }
    return {"title": "台账导入", "job": states[request.GET.get("state", "running")]}


def document(request: HttpRequest) -> dict[str, Any]:
    return {
        "title": "关于2023年9月质量监督情况的通报",
        "steps": [
            Step("起草", "done", "王监督"),
            Step("审核", "done"),
            Step("签发", "now", "待张局长"),
            Step("印发"),
        ],
        "sha256": "8f31ab02" * 8,
    }


def confirm(request: HttpRequest) -> dict[str, Any]:
    return {
        "title": "撤回整改通知书",
        "facts": [("文号", "绵水质监〔2023〕整改17号"), ("签发", "2023年9月5日")],
    }


def failure(request: HttpRequest) -> dict[str, Any]:
    return {"request_id": "8f31ab02"}


HEAD = '{% include "components/_page_head.html" with note="截至 2023-09-30" %}'
BODIES: dict[str, str] = {
    "/": HEAD + """
      {% include "components/_stepper.html" with label="本月工作进度" %}
      <div class="grid grid-4">{% for figure in figures %}{% include "components/_figure.html" %}{% endfor %}</div>
      <div class="grid grid-2-1">
        <section class="card">{% include "components/_heatmap.html" %}</section>
        <section class="card"><h2>本月分布</h2>{{ hexes }}</section>
      </div>
      <div class="grid grid-2">
        <section class="card"><h2>近 12 个月</h2>{{ trend }}</section>
        <section class="card"><h2>问题闭环</h2>{{ funnel }}</section>
      </div>
      <div class="grid grid-3">
        <section class="card"><h2>经过</h2>{% include "components/_timeline.html" %}</section>
        <section class="card"><h2>比较</h2>{% include "components/_kv.html" %}<p>{{ spark }} {{ 2|delta }}</p></section>
        <section class="card"><h2>变化</h2>{% include "components/_diff.html" %}
          <p class="foot-note inline-list">{% for one in chips %}{{ one }}{% endfor %}</p></section>
      </div>""",
    "/list/": HEAD + '{% include "components/_list.html" %}',
    "/empty/": HEAD + '{% include "components/_list.html" %}',
    "/form/": HEAD + """<section class="card">
      {% include "components/_form.html" with submit="保存问题" cancel_url="/" columns=2 %}</section>
      <section class="card"><ui-file-drop data-max-bytes="2000000"><label for="f" class="strong">台账文件</label>
      <input type="file" id="f"></ui-file-drop></section>
      <div class="action-bar"><button type="button" class="btn">退回</button></div>""",
    "/job/": HEAD + '{% include "components/_job.html" %}',
    "/document/": HEAD + """{% include "components/_stepper.html" with label="文书进度" %}
      <div class="alert alert-bad"><h2>低于 70 分</h2><p>再补回 3.5 分即不触发。</p></div>
      {% include "components/_pdf_preview.html" with url="/x.pdf" download_url="/x.pdf" title="预览" %}""",
    "/confirm/": HEAD + """{% include "components/_confirm.html" with question="撤回整改17号？"
      warning="撤回后原文号不再使用。" submit="撤回通知书" cancel_url="/" is_danger=True %}""",
}  # fmt: skip
VIEWS: dict[str, Callable[[HttpRequest], dict[str, Any]]] = {
    "/": dashboard,
    "/list/": project_list,
    "/empty/": empty_list,
    "/form/": form,
    "/job/": job,
    "/document/": document,
    "/confirm/": confirm,
}


def paths() -> Sequence[str]:
    """Every page of the gallery, with the states that look different."""
    states = ["/form/?errors=1", "/job/?state=waiting", "/job/?state=done", "/job/?state=failed"]
    errors = [f"/error/{code}/" for code in (403, 404, 409, 429, 500)]
    return [*BODIES, *states, *errors, "/list/?page=3&sort=-price&kind=a"]


def render(url: str, *, large: bool = False) -> str:
    """One page as the server would send it."""
    request = RequestFactory().get(url)
    path = urlsplit(url).path
    if path.startswith("/error/"):
        return get_template(f"errors/{path.split('/')[2]}.html").render(failure(request), request)
    if path == "/poll/":
        return get_template("components/_job.html").render(
            {"job": JobView("导入台账", "done", 100, poll_url="/poll/")}, request
        )
    source = (
        '{% extends "base.html" %}{% load anlan %}{% block title %}{{ title }}{% endblock %}{% block main %}'
    )
    engine: Engine = get_template("base.html").template.engine  # type: ignore[attr-defined]
    template = engine.from_string(source + BODIES[path] + "{% endblock %}")
    return template.render(Context({"request": request, **shell(path, large=large), **VIEWS[path](request)}))
