"""Read YAML without losing anything: every number a Decimal, no key twice, no alias, no guessed type.

YAML 1.1 would read 24:00 as a number, `no` as false and every decimal as a binary fraction, and would let
the second of two equal keys win. A rubric decides who is publicly criticised; none of that may happen to it.
"""

import re
from collections.abc import Hashable
from decimal import Decimal
from typing import Any

import yaml

from scoring.rules.errors import RubricError

MAX_CHARACTERS = 1_000_000
"""Longer texts are no rubric; the limit keeps a hostile upload from costing memory."""

_LARGEST_EXPONENT = 12

_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?\Z")
_NUMBER_STARTS = list("-+.0123456789")


class _Loader(yaml.SafeLoader):
    """SafeLoader with only strings, decimals, true/false and null."""

    yaml_implicit_resolvers: dict[str, Any] = {}

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise RubricError(_place(mark), "不允许使用别名（*）。")
        return super().compose_node(parent, index)


def _place(mark: yaml.Mark | None) -> str:
    return "文件" if mark is None else f"第{mark.line + 1}行第{mark.column + 1}列"


def _number(loader: _Loader, node: yaml.ScalarNode) -> Decimal:
    text = str(loader.construct_scalar(node))
    value = Decimal(text)
    if value and not -_LARGEST_EXPONENT <= value.adjusted() <= _LARGEST_EXPONENT:
        raise RubricError(_place(node.start_mark), f"数值“{text}”超出合理范围。")
    return value


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Hashable, Any]:
    mapping: dict[Hashable, Any] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode) or key_node.tag != "tag:yaml.org,2002:str":
            raise RubricError(_place(key_node.start_mark), "键名应为文字。")
        key = key_node.value
        if key in mapping:
            raise RubricError(_place(key_node.start_mark), f"键“{key}”重复出现。")
        mapping[key] = loader.construct_object(value_node, deep=True)
    return mapping


def _refuse(loader: _Loader, node: yaml.Node) -> None:
    raise RubricError(
        _place(node.start_mark), "不支持这种写法，只能使用文字、数值、true/false、null、列表和映射。"
    )


def _add_scalar(tag: str, pattern: re.Pattern[str], starts: list[str]) -> None:
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", pattern, starts)


_add_scalar("bool", re.compile(r"(?:true|false)\Z"), list("tf"))
_add_scalar("null", re.compile(r"(?:null|~|)\Z"), ["n", "~", ""])
_add_scalar("float", _NUMBER, _NUMBER_STARTS)
_Loader.yaml_constructors = {
    "tag:yaml.org,2002:str": yaml.SafeLoader.construct_yaml_str,
    "tag:yaml.org,2002:bool": yaml.SafeLoader.construct_yaml_bool,
    "tag:yaml.org,2002:null": yaml.SafeLoader.construct_yaml_null,
    "tag:yaml.org,2002:float": _number,
    "tag:yaml.org,2002:seq": lambda loader, node: loader.construct_sequence(node, deep=True),
    "tag:yaml.org,2002:map": _mapping,
    None: _refuse,
}


def load(text: str) -> object:
    """The tree of dicts, lists, str, Decimal, bool and None; `RubricError` names line and column."""
    if len(text) > MAX_CHARACTERS:
        raise RubricError("文件", f"超过{MAX_CHARACTERS}个字符，不是评分细则。")
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 -- a SafeLoader with fewer types
    except yaml.MarkedYAMLError as error:
        raise RubricError(_place(error.problem_mark), f"不是有效的YAML（{error.problem}）。") from error
    except yaml.YAMLError as error:
        raise RubricError("文件", "含有YAML不允许的字符。") from error
    except RecursionError as error:
        raise RubricError("文件", "嵌套层数过多。") from error
