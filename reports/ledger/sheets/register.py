"""Organizations, projects, sections, participating units, key works, registrations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core import pinyin
from projects.models import (
    ContractSection,
    KeyWork,
    Organization,
    ParticipatingUnit,
    Project,
    SectionProgress,
    SupervisionRegistration,
    WorkItem,
)
from reports.ledger.spec import Kind, Reference, column, sheet_of, to_sheet


def pinyin_of_name(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Search columns of a name: computed, never typed. Cut to the column, since they only serve search."""
    return {
        "name_pinyin": pinyin.full(row["name"])[:600],
        "name_initials": pinyin.initials(row["name"])[:200],
    }


def project_column(*, required: bool | None = None, meaning: str = "所属工程的编号，见“工程项目”表") -> Any:
    """The column that names a project by its code."""
    return column(
        "project", Kind.CODE, meaning, "MY-2023-001", header="工程编号", sheet="projects", required=required
    )


def county_column(
    *, header: str = "", required: bool | None = None, city: bool = False, meaning: str = "县区名称或代码"
) -> Any:
    """The column that names a county by name, short name or code."""
    return column(
        "jurisdiction",
        Kind.COUNTY,
        meaning,
        "三台县",
        header=header,
        required=required,
        is_city_allowed=city,
    )


TO_PROJECT = to_sheet("project", "projects", "code")

ORGANIZATIONS = sheet_of(
    "organizations",
    "单位",
    Organization,
    key=("uscc",),
    meaning="台账中出现的每一家单位一行：项目法人、参建单位、检测机构、被通知单位。",
    derive=pinyin_of_name,
    columns=[
        column("uscc", Kind.USCC, "18位统一社会信用代码，含校验位", "91510700TEMP000139"),
        column("name", Kind.TEXT, "单位全称", "示例一号水利工程有限公司"),
        column("kind", Kind.CHOICE, "单位的法律性质", "企业"),
        column("legal_representative", Kind.TEXT, "法定代表人", "演示员庚"),
        column("phone", Kind.CODE, "单位联系电话", "0816-1234567"),
    ],
)

PROJECTS = sheet_of(
    "projects",
    "工程项目",
    Project,
    key=("code",),
    meaning="每个水利工程一行。",
    derive=pinyin_of_name,
    references=[to_sheet("legal_person", "organizations", "uscc")],
    notes=(
        "项目法人以本表为准；“参建单位”表可再列一行角色为项目法人的单位（承诺书、到岗率、主要管理人员要用），"
        "未终止的该行须与本表一致。",
    ),
    columns=[
        column("code", Kind.CODE, "工程的唯一编号，由市局编定", "MY-2023-001"),
        column("name", Kind.TEXT, "工程全称，同一县区内不得重名", "示例水库除险加固工程"),
        county_column(header="所在县区", city=True, meaning="工程所在县区的名称或代码；市直管工程填市"),
        column("investment_code", Kind.CODE, "投资在线平台项目代码", "2301-510722-04-01-123456"),
        column("supervision_level", Kind.CHOICE, "由哪一级实施质量监督", "县级"),
        column("category", Kind.CHOICE, "工程类别", "水库除险加固"),
        column("nature", Kind.CHOICE, "建设性质", "加固"),
        column("grade", Kind.TEXT, "工程等别", "IV等"),
        column("building_grade", Kind.TEXT, "主要建筑物级别", "4级"),
        column("location", Kind.TEXT, "建设地点，到乡镇或河段", "示例镇"),
        column("longitude", Kind.DECIMAL, "经度，与纬度同时填写，73至136", "105.093"),
        column("latitude", Kind.DECIMAL, "纬度，与经度同时填写，3至54", "31.09"),
        column("scale", Kind.TEXT, "建设规模", "总库容120万立方米"),
        column("approval_number", Kind.TEXT, "初步设计批复文号", "绵水审〔2023〕1号"),
        column("approved_estimate_wan_yuan", Kind.DECIMAL, "批复概算，大于0", "1850.00"),
        column("construction_cost_wan_yuan", Kind.DECIMAL, "建筑安装工程费", "1500.00"),
        column("funding_source", Kind.TEXT, "资金来源，多项用顿号分开", "中央预算内、市县"),
        column(
            "legal_person",
            Kind.USCC,
            "项目法人，须在“单位”表",
            "12510722TEMP000215",
            header="项目法人统一社会信用代码",
            sheet="organizations",
        ),
        column("status", Kind.CHOICE, "建设状态；除拟建外须填开工日期", "在建"),
        column("approved_duration_days", Kind.INT, "批复工期，日历天", "360"),
        column("started_on", Kind.DATE, "实际开工日期", "2023-03-10"),
        column("planned_finish_on", Kind.DATE, "计划完工日期", "2024-03-31"),
        column("finished_on", Kind.DATE, "实际完工日期，不早于开工日期", ""),
        column("progress_percent", Kind.DECIMAL, "形象进度，0至100", "45"),
        column("invested_wan_yuan", Kind.DECIMAL, "累计完成投资", "830.00"),
        column("plaque_on", Kind.DATE, "质量责任公示牌设置日期", "2023-03-15"),
        column("unit_work_count", Kind.INT, "项目划分：单位工程数", "1", unit="个"),
        column("division_count", Kind.INT, "项目划分：分部工程数", "6", unit="个"),
        column("work_element_count", Kind.INT, "项目划分：单元工程数", "180", unit="个"),
        column("main_unit_works", Kind.TEXT, "主要单位工程，多个用顿号分开", "大坝、溢洪道"),
        column("test_scheme_on", Kind.DATE, "检测方案日期", "2023-03-20"),
        column("site_standing", Kind.CHOICE, "建安费一千万元以上工程的标准化工地创建情况", "创建中"),
        column("excellence_goal", Kind.TEXT, "创优目标", "市级优质工程"),
        column("excellence_award", Kind.TEXT, "创优获奖情况", ""),
        column("risk_class", Kind.CHOICE, "风险类别，决定抽查权重；未评定不填", "B类（一般）"),
        column("is_key_object", Kind.BOOL, "是否列入重点监管对象名单", "否"),
        column("key_object_reason", Kind.TEXT, "列为重点监管对象的原因", ""),
    ],
)

SECTIONS = sheet_of(
    "sections",
    "标段",
    ContractSection,
    key=("project", "code"),
    meaning="每个合同标段一行。",
    references=[TO_PROJECT],
    county_from=("project",),
    columns=[
        project_column(),
        column("code", Kind.CODE, "标段编号，同一工程内唯一", "SG-1"),
        column("name", Kind.TEXT, "标段名称", "施工一标段"),
        column("award_price_wan_yuan", Kind.DECIMAL, "中标价，大于0", "1480.00"),
        column("contract_duration_days", Kind.INT, "合同工期，日历天", "330"),
        column("starts_on", Kind.DATE, "合同开工日期", "2023-03-10"),
        column("ends_on", Kind.DATE, "合同完工日期，不早于合同开工日期", "2024-02-02"),
    ],
)

TO_SECTION = Reference("section", "sections", {"project": "project", "code": "section"}, anchor="section")

SECTION_PROGRESS = sheet_of(
    "section_progress",
    "标段进度",
    SectionProgress,
    key=("section", "month"),
    meaning="标段每月末的形象进度和累计完成投资，每标段每月一行。",
    references=[TO_SECTION],
    county_from=("section",),
    columns=[
        project_column(required=True),
        column("section", Kind.CODE, "标段编号，须在“标段”表", "SG-1", header="标段编号", sheet="sections"),
        column("month", Kind.MONTH, "月份", "2023-09"),
        column("progress_percent", Kind.DECIMAL, "月末形象进度，0至100", "45"),
        column("invested_wan_yuan", Kind.DECIMAL, "月末累计完成投资", "830.00"),
        column("decrease_reason", Kind.TEXT, "比上月减少时必须写明的原因", ""),
    ],
)

UNITS = sheet_of(
    "units",
    "参建单位",
    ParticipatingUnit,
    key=("project", "section", "organization", "role"),
    meaning="单位在工程（或标段）上的一个角色一行。",
    references=[
        TO_PROJECT,
        TO_SECTION,
        to_sheet("organization", "organizations", "uscc"),
    ],
    county_from=("project",),
    columns=[
        project_column(),
        column(
            "section", Kind.CODE, "标段编号；整个工程的单位不填", "SG-1", header="标段编号", sheet="sections"
        ),
        column(
            "organization",
            Kind.USCC,
            "单位，须在“单位”表",
            "91510700TEMP000139",
            header="统一社会信用代码",
            sheet="organizations",
        ),
        column("role", Kind.CHOICE, "在工程上的角色", "施工单位"),
        column("qualification", Kind.TEXT, "资质等级", "水利水电工程施工总承包三级"),
        column("contract_number", Kind.TEXT, "合同编号", "HT-2023-01"),
        column("valid_from", Kind.DATE, "起始日期", "2023-03-01"),
        column("valid_to", Kind.DATE, "终止日期，不早于起始日期；仍在参建不填", ""),
    ],
)

WORK_ITEMS = sheet_of(
    "work_items",
    "项目划分",
    WorkItem,
    key=("project", "code"),
    meaning="项目划分：每个单位工程、每个分部工程一行；单元工程只登记个数。",
    references=[
        TO_PROJECT,
        Reference("parent", "work_items", {"project": "project", "code": "parent"}, anchor="parent"),
    ],
    county_from=("project",),
    columns=[
        project_column(),
        column("code", Kind.CODE, "编码，同一工程内唯一", "DW1-FB01"),
        column("name", Kind.TEXT, "单位工程或分部工程的名称", "大坝基础处理"),
        column("level", Kind.CHOICE, "级别", "分部工程"),
        column(
            "parent",
            Kind.CODE,
            "分部工程所属单位工程的编码；单位工程不填",
            "DW1",
            header="所属单位工程编码",
            sheet="work_items",
        ),
        column("is_main", Kind.BOOL, "是否主要工程", "是"),
        column("element_count", Kind.INT, "单元工程数", "36", unit="个"),
    ],
)

KEY_WORKS = sheet_of(
    "key_works",
    "重要隐蔽关键部位",
    KeyWork,
    key=("project", "name"),
    meaning="重要隐蔽单元工程、关键部位单元工程，每个一行。",
    references=[TO_PROJECT],
    county_from=("project",),
    columns=[
        project_column(),
        column("name", Kind.TEXT, "单元工程名称，同一工程内唯一", "坝基开挖"),
        column("kind", Kind.CHOICE, "类型", "重要隐蔽单元工程"),
        column("planned_on", Kind.DATE, "计划验收日期", "2023-05-20"),
        column("accepted_on", Kind.DATE, "实际验收日期", "2023-05-22"),
    ],
)

REGISTRATIONS = sheet_of(
    "registrations",
    "质量监督手续",
    SupervisionRegistration,
    key=("number",),
    meaning="质量监督手续，每个工程最多一行。",
    references=[TO_PROJECT],
    county_from=("project",),
    columns=[
        column("number", Kind.CODE, "监督手续编号", "MYJD-2023-001"),
        project_column(),
        column("registered_on", Kind.DATE, "办理日期", "2023-03-01"),
        column("certificate_on", Kind.DATE, "质量监督书签发日期", "2023-03-03"),
        column("plan_on", Kind.DATE, "质量监督计划印发日期", "2023-03-06"),
        column("briefing_on", Kind.DATE, "监督交底日期", "2023-03-08"),
        column("supervisor_name", Kind.TEXT, "项目监督员", "演示员甲"),
    ],
)

SHEETS = (
    ORGANIZATIONS,
    PROJECTS,
    SECTIONS,
    SECTION_PROGRESS,
    UNITS,
    WORK_ITEMS,
    KEY_WORKS,
    REGISTRATIONS,
)
