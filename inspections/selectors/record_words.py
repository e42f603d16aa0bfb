"""Paths and values of a record in words, for people who decide between two of them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from core import display
from core.month import SHANGHAI
from inspections.enums import Answer, FindingKind, Severity
from inspections.models import Inspection
from inspections.rules.record import BadPath, parse_path

_GROUPS = {
    "answers": "检查项",
    "measurements": "实测",
    "parallel": "平行检测",
    "people": "在场人员",
    "documents": "查阅资料",
    "orders": "现场要求",
    "signatures": "签字",
    "findings": "问题",
    "photos": "照片",
}
_LEAVES = {
    "answer": "结论",
    "reason": "原因",
    "note": "情况",
    "item": "项目",
    "part": "部位",
    "design": "设计值",
    "values": "实测值",
    "unit": "单位",
    "tool": "工具",
    "tolerance": "允许偏差",
    "conclusion": "结论",
    "checklist_code": "对应检查项",
    "own": "施工自检值",
    "supervised": "平行检测值",
    "allowed_percent": "允许相差（%）",
    "name": "姓名或名称",
    "unit_id": "责任单位",
    "organization_id": "责任单位",
    "post": "职务",
    "phone": "电话",
    "text": "内容",
    "term": "期限",
    "entered_at": "到场时间",
    "left_at": "离场时间",
    "weather": "天气",
    "progress": "形象进度",
    "position": "位置",
    "witness": "见证人",
    "side": "签字方",
    "strokes": "笔迹",
    "signed_at": "签字时间",
    "catalogue_code": "问题清单编码",
    "kind": "问题类型",
    "severity": "严重程度",
    "severity_reason": "定级说明",
    "basis": "依据",
    "same_fact": "同一事实",
    "annotation": "标注",
    "finding": "所属问题",
    "title": "名称",
    "removed": "删去",
    "at": "现场结束时间",
    "by": "现场结束人",
}
_WORDS: dict[str, dict[str, str]] = {
    "answer": {choice.value: choice.label for choice in Answer},
    "conclusion": {choice.value: choice.label for choice in Answer},
    "severity": {choice.value: choice.label for choice in Severity},
    "kind": {choice.value: choice.label for choice in FindingKind},
    "side": {"OFFICER": "检查人员", "UNIT": "被检查单位"},
}


def leaf_name(path: str, inspection: Inspection) -> str:
    """检查项 GX-04：结论."""
    try:
        parsed = parse_path(path)
    except BadPath:
        return path
    if parsed.group == "opinion":
        return "被检查单位意见"
    if parsed.group == "refusal":
        return "拒签情况" if parsed.leaf == "reason" else "拒签见证人"
    leaf = _LEAVES.get(parsed.leaf, parsed.leaf)
    if not parsed.key:
        return leaf
    key = parsed.key if parsed.group == "answers" else parsed.key[-6:].upper()
    return f"{_GROUPS[parsed.group]} {key}：{leaf}"


def value_text(path: str, value: Any, units: Mapping[str, str]) -> str:
    """A value as a person reads it."""
    leaf = path.rsplit("/", 1)[-1]
    if value is None or value == "":
        return "（空）"
    if leaf == "strokes":
        return f"手写签名，{len(value)} 笔"
    if leaf == "annotation":
        return f"{len(value)} 处标注"
    if leaf == "position":
        return f"{value.get('lat')}，{value.get('lon')}（±{value.get('accuracy', '—')} 米）"
    if leaf.endswith("_at") or path == "conclude/at":
        return display.moment(dt.datetime.fromisoformat(value).astimezone(SHANGHAI))
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(str(item) for item in value)
    if isinstance(value, str):
        return _WORDS.get(leaf, {}).get(value) or units.get(value) or value
    return json.dumps(value, ensure_ascii=False)
