"""Assumed changes in words, for a model that reads the case text and not the facts."""

from __future__ import annotations

from collections.abc import Mapping

from . import overrides

_VALUE_ZH = {
    "amount": "犯罪数额（元）",
    "alcohol": "血液酒精含量（毫克/100毫升）",
    "grams": "重量（克）",
    "injury": "最重伤情",
    "age": "行为时年龄（周岁）",
    "returns": "退回补充侦查次数",
    "conduct_date": "行为日期",
    "decision_date": "决定日期",
}
_STATE_ZH = {"yes": "有", "no": "没有"}


def in_words(assumed: Mapping[str, str]) -> tuple[str, ...]:
    """One line per canonical change, e.g. ``张某：没有自首``."""
    lines = []
    for full, value in assumed.items():
        name, _, key = full.rpartition(":")
        if key in _VALUE_ZH:
            said = f"{_VALUE_ZH[key]}为{value}"
        else:
            said = f"{_STATE_ZH.get(value, value)}“{overrides.circumstances()[key]}”这一情节"
        lines.append(f"{name}：{said}" if name else said)
    return tuple(lines)
