"""People, attendance, commitments; the counties' supervision bodies and trainings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core import pinyin
from projects.enums import UnitRole
from projects.models import Attendance, KeyPerson, LifelongCommitment, SupervisionBody, Training
from reports.ledger.sheets.register import TO_PROJECT, county_column, project_column
from reports.ledger.spec import Column, Kind, column, sheet_of, to_unit


def _pinyin_of_person(row: Mapping[str, Any]) -> Mapping[str, Any]:
    syllables = pinyin.of_person(row["name"])
    return {"name_pinyin": "".join(syllables)[:200], "name_initials": "".join(s[0] for s in syllables)[:40]}


def unit_columns(*, required: bool = True, role_header: str = "参建角色") -> list[Column]:
    """Project, section, credit code and role: together they name a participating unit."""
    return [
        project_column(required=True),
        column(
            "section",
            Kind.CODE,
            "标段编号；该单位在工程上只有一个同角色记录时可不填",
            "SG-1",
            header="标段编号",
            sheet="sections",
        ),
        column(
            "organization",
            Kind.USCC,
            "单位，须在“参建单位”表以该角色列出",
            "91510700TEMP000139",
            header="统一社会信用代码",
            sheet="organizations",
            required=True,
        ),
        column(
            "role",
            Kind.CHOICE,
            "该单位在工程上的角色",
            "施工单位",
            header=role_header,
            required=required,
            choices=UNIT_ROLES,
        ),
    ]


UNIT_ROLES = tuple((str(code), str(label)) for code, label in UnitRole.choices)

KEY_PEOPLE = sheet_of(
    "key_people",
    "主要管理人员",
    KeyPerson,
    key=("unit", "name", "post"),
    meaning="参建单位派驻工程的主要管理人员，每人每岗位一行。不登记身份证号和照片。",
    references=[TO_PROJECT, to_unit(anchor="role")],
    county_from=("project",),
    derive=_pinyin_of_person,
    columns=[
        *unit_columns(),
        column("name", Kind.TEXT, "姓名", "演示员乙"),
        column("post", Kind.TEXT, "岗位", "项目经理"),
        column("certificate_number", Kind.CODE, "证书号", "YS-0001"),
        column("certificate_valid_until", Kind.DATE, "证书有效期至", "2026-12-31"),
        column("phone", Kind.CODE, "联系电话", "0816-1234567"),
        column("valid_from", Kind.DATE, "到岗日期", "2023-03-10"),
        column("valid_to", Kind.DATE, "离岗日期，不早于到岗日期", ""),
    ],
)

ATTENDANCES = sheet_of(
    "attendances",
    "到岗率",
    Attendance,
    key=("unit", "month"),
    meaning="参建单位主要管理人员的月到岗率，每单位每月一行，只登记结果。",
    references=[TO_PROJECT, to_unit(anchor="role")],
    county_from=("project",),
    columns=[
        *unit_columns(),
        column("month", Kind.MONTH, "月份", "2023-09"),
        column("rate_percent", Kind.DECIMAL, "到岗率，0至100", "92.5"),
        column("is_fraud", Kind.BOOL, "考勤是否弄虚作假", "否"),
    ],
)

COMMITMENTS = sheet_of(
    "commitments",
    "质量终身责任承诺",
    LifelongCommitment,
    key=("unit", "person_name", "post", "signed_on"),
    meaning="质量终身责任承诺书，每份一行；项目法人、勘察、设计、施工、监理五方都要有。不登记身份证号。",
    references=[TO_PROJECT, to_unit(anchor="role")],
    county_from=("project",),
    columns=[
        *unit_columns(),
        column("person_name", Kind.TEXT, "签署承诺的责任人", "演示员丙"),
        column("post", Kind.TEXT, "岗位", "项目负责人"),
        column("responsibility", Kind.CHOICE, "责任类别", "项目负责人"),
        column("certificate_number", Kind.CODE, "证书号", "YS-0001"),
        column("phone", Kind.CODE, "联系电话", "0816-1234567"),
        column("signed_on", Kind.DATE, "签署日期", "2023-03-09"),
        column("replaced_on", Kind.DATE, "更换日期，不早于签署日期", ""),
    ],
)

BODIES = sheet_of(
    "bodies",
    "质量监督机构",
    SupervisionBody,
    key=("jurisdiction", "year"),
    meaning="县区质量监督机构的机构、人员、经费，每年一行。",
    columns=[
        county_column(city=True),
        column("year", Kind.INT, "年度", "2023"),
        column("institution_document", Kind.TEXT, "机构设立文件；没有则不填", "三编发〔2020〕1号"),
        column("full_time_supervisors", Kind.INT, "专职监督员人数", "4"),
        column("funding_document", Kind.TEXT, "经费批复文件；没有则不填", "三财农〔2023〕2号"),
        column("funding_wan_yuan", Kind.DECIMAL, "年度监督经费", "20"),
        column("duties", Kind.TEXT, "主要职责", "县管水利工程质量监督"),
        column("equipment", Kind.TEXT, "办公检测装备", "回弹仪2台"),
        column("contact_name", Kind.TEXT, "联系人", "演示员辛"),
        column("contact_phone", Kind.CODE, "联系电话", "0816-1234567"),
        column("submitted_at", Kind.DATETIME, "县级提交时间", "2023-01-10 10:00"),
        column("submitted_by_name", Kind.TEXT, "提交人", "演示员辛"),
        column("confirmed_on", Kind.DATE, "市局确认日期", "2023-01-15"),
        column("confirmed_by_name", Kind.TEXT, "确认人", "演示员壬"),
    ],
)

TRAININGS = sheet_of(
    "trainings",
    "宣贯培训",
    Training,
    key=("number",),
    meaning="县区组织的宣贯培训、举一反三，每次一行。",
    columns=[
        column("number", Kind.CODE, "培训编号", "PX-2023-001"),
        county_column(city=True),
        column("held_on", Kind.DATE, "培训日期", "2023-04-12"),
        column("topic", Kind.TEXT, "主题", "质量管理规定宣贯"),
        column("attendee_count", Kind.INT, "参训人数", "36", unit="人"),
        column("place", Kind.TEXT, "地点", "县水利局会议室"),
        column("lecturer", Kind.TEXT, "主讲人", "演示员癸"),
        column("attendees", Kind.LINES, "参训人员，每行一人", "演示员甲"),
        column("summary", Kind.PROSE, "培训内容", "宣贯质量管理规定"),
    ],
)

SHEETS = (KEY_PEOPLE, ATTENDANCES, COMMITMENTS, BODIES, TRAININGS)
