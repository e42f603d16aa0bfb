"""docs/ledger.md: the workbook sheet by sheet, written from the declarations so that it cannot grow old."""

from __future__ import annotations

from collections.abc import Iterator

from reports.ledger.batches import MAX_TOLD
from reports.ledger.guard import MAX_CELLS, MAX_ENTRIES, MAX_RATIO, MAX_ROWS, MAX_UNPACKED
from reports.ledger.sheets import LEDGER
from reports.ledger.spec import Column, Kind, Sheet
from reports.ledger.workbook import README

_COUNTY = "本市县区的名称、简称或代码"
_TYPE_ALLOWED = {
    Kind.DATE: "1990-01-01 至 2099-12-31",
    Kind.MONTH: "年和月",
    Kind.DATETIME: "北京时间，到分或秒；只写日期即0时",
    Kind.USCC: "18位，校验位正确",
    Kind.SHA256: "64位十六进制",
    Kind.CATALOGUE: "问题清单中的编码",
    Kind.LINES: "每行一条",
    Kind.GROUP: "任意编号",
}

_RULES = (
    "## 怎样识别一条记录",
    "",
    "每张表有一列或几列合起来识别记录（下文“识别列”）。台账里已有的，按工作簿修改；没有的，新增；工作簿里没有写到的，不动。",
    "空白格表示清空（有“不填为…”的取该默认值）；整列不写表示保持原值。记录不能通过导入删除。",
    "子记录的县区由所属工程、问题或检查带出，不用填写；拼音由系统生成。",
    "",
    "项目法人以“工程项目”表为准。“参建单位”表可以再列角色为项目法人的一行（承诺书、到岗率、主要管理人员要引用它），"
    "系统不会自动生成这一行；未填终止日期的，须与“工程项目”表一致。",
    "",
    "参建单位由工程编号、标段编号、统一社会信用代码、参建角色合起来指明；同一单位以同一角色只有一条记录时，标段编号可以不填。",
    "问题编码按发现日期当天有效的问题清单版本查找；红线、加减分项、履职检查评分项按当月有效的评分细则核对。",
    "",
    "## 全部检查、整体写入",
    "",
    "导入先检查整个工作簿，一次列出全部错误，每处写明表、单元格、填写的内容、错在哪里、应当怎样，并交回一份标注了错误的工作簿。"
    "只要有一处错误，什么都不写入。同一文件再次导入不产生任何变化。",
    "",
    "* 月报版本及其工程明细报送后不能再改，已随月结冻结的月报不能再改：这类改动按错误处理。",
    "* 日期落在已月结月份的记录可以新增和修改，导入结果会给出提示：已定的得分是冻结的，要计入须办理月份更正。",
    "* 公式一律不收，请粘贴为数值；合并单元格不收；隐藏的行照常读取并提示。",
    "* 识别编号只比较半角、大写形式；姓名、名称按原字保存；看不见的字符和文字方向控制符一律不收。",
    "* 外市的编号与不存在的编号没有区别，都提示“不存在”。",
    "",
    "## 撤销一次导入",
    "",
    "导入后可以整批撤销：新增的删除，修改的恢复。下列情形之一出现后不能撤销，系统逐项列出：记录此后又有改动或被删除，"
    "其他记录引用了本批新增的记录，月报已冻结，涉及的月份（及以后月份）在导入之后进行了得分计算。",
    "",
    "## 限制",
    "",
    f"只收 .xlsx；展开后不超过{MAX_UNPACKED // 1024 // 1024}MB，压缩比不超过{MAX_RATIO}倍，内部部件不超过{MAX_ENTRIES}个，"
    f"每张表不超过{MAX_ROWS}行，合计不超过{MAX_CELLS}个单元格。含宏、嵌入文件、密码的不收。上传大小由部署配置，缺省20MB。"
    f"一次最多列出前{MAX_TOLD}处错误，错误总数照实显示；改正后再次导入可见其余。",
    "",
    "## 命令",
    "",
    "```",
    "python3 manage.py import_ledger 城市 文件.xlsx [--dry-run]",
    "python3 manage.py export_ledger 城市 文件.xlsx [--template]",
    "```",
    "",
    "城市写标识或行政区划代码，例如 mianyang 或 510700。有错误时退出码为1，"
    "标注错误的工作簿写在原文件旁（文件名加“.错误标注.xlsx”）。",
)


def markdown() -> str:
    """The whole document."""
    return "\n".join(_document()) + "\n"


def _document() -> Iterator[str]:
    yield "# 台账工作簿"
    yield ""
    yield "本文件由 `python3 manage.py write_ledger_manual` 按程序中的表格定义生成，请勿手改。"
    yield ""
    for line in README:
        yield f"* {line}"
    yield ""
    yield from _RULES
    yield ""
    yield "## 各表"
    yield ""
    for number, sheet in enumerate(LEDGER.sheets, start=1):
        yield from _sheet(number, sheet)


def _sheet(number: int, sheet: Sheet) -> Iterator[str]:
    yield f"### {number}. {sheet.title}"
    yield ""
    yield sheet.meaning
    yield from sheet.notes
    yield ""
    yield "识别列：" + "、".join(sheet.by_name[name].header for name in sheet.key_columns) + "。"
    yield ""
    yield "| 列 | 含义 | 类型 | 单位 | 必填 | 允许的值 | 示例 |"
    yield "|---|---|---|---|---|---|---|"
    for column in sheet.columns:
        parts = (
            column.header,
            column.meaning,
            _type(column),
            column.unit or "—",
            "是" if column.required else "否",
            _allowed(column),
            column.example or "—",
        )
        yield "| " + " | ".join(part.replace("|", "\\|").replace("\n", " ") for part in parts) + " |"
    yield ""


def _type(column: Column) -> str:
    if column.sheet:
        return f"{column.kind.value}，引用“{LEDGER.by_name[column.sheet].title}”表"
    return column.kind.value


def _allowed(column: Column) -> str:
    if column.kind is Kind.COUNTY:
        return _COUNTY + ("，或市本级" if column.is_city_allowed else "")
    if column.kind is Kind.DECIMAL:
        return f"{column.allowed}，最多{column.decimal_places}位小数"
    return column.allowed or _TYPE_ALLOWED.get(column.kind, "—")
