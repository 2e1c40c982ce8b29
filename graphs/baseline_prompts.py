"""The chat messages of the single-prompt baselines, with the case text fenced as data.

Role, rules, definitions, output format and demonstration follow appendix H.1 of the PDP-Bench
paper in wording of our own; the fence is an addition of ours.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from ..agents import templates
from ..cases.models import FIELDS, Case, Frozen
from .reading import TAGS

Message = dict[str, str]

FENCE_OPEN: Final = "<<<"
FENCE_CLOSE: Final = ">>>"
_DEMONSTRATION = Path(__file__).parents[1] / "agents" / "data" / "baseline_demonstration.yaml"

_WIDE = str.maketrans("<>", "＜＞")
_BRACKETED = re.compile(r"【([^【】\n]{0,24})】")
_CONTROL_TAG = re.compile(r"\[(/?[A-Z][A-Z_]{2,24})\]")
_NOT_HAN = re.compile(r"[^\u4e00-\u9fff]")
_SECTION_NAMES = frozenset(tag.strip("【】") for tag in TAGS)


class Kind(StrEnum):
    """The prompt conditions of the paper, and few-shot prompting with decided cases."""

    BASELINE = "baseline"
    DEFINITIONS = "definitions"
    ONE_SHOT = "one_shot"
    FEW_SHOT = "few_shot"


class Shot(Frozen):
    """A decided case to show, and the answer to it in the layout that is asked for."""

    case: Case
    answer: str


_FILES: dict[Kind, tuple[str, ...]] = {
    Kind.BASELINE: ("system", "user"),
    Kind.DEFINITIONS: ("system", "definitions", "user"),
    Kind.ONE_SHOT: ("system", "user", "demonstration"),
    Kind.FEW_SHOT: ("system", "user"),
}


def messages(case: Case, kind: Kind, shots: Sequence[Shot] = ()) -> list[Message]:
    """The messages of one call: system and user, with a demonstration (or ``shots``) in between.

    Of the case only person_info, procedure and fact are used, neutralised and fenced.
    """
    system = _render("system", definitions=kind is Kind.DEFINITIONS)
    chat = [{"role": "system", "content": system}]
    if kind is Kind.ONE_SHOT:
        chat.append({"role": "user", "content": user_message(demonstration_case())})
        chat.append({"role": "assistant", "content": _render("demonstration")})
    for shot in shots:
        chat.append({"role": "user", "content": user_message(shot.case)})
        chat.append({"role": "assistant", "content": neutral_answer(shot.answer)})
    chat.append({"role": "user", "content": user_message(case)})
    return chat


def user_message(case: Case) -> str:
    """The message that puts one case, each field between fences."""
    return _render("user", **{field: neutral(case.text_of(field)).strip() for field in FIELDS})


def neutral(text: str) -> str:
    """Case text that can neither close its fence nor pass for a part of the chat or the answer.

    Angle brackets become full-width, the three section tags of an answer and bracketed control
    words such as ``[INST]`` get other brackets. All other text stays as it is.
    """
    text = _CONTROL_TAG.sub(r"〔\1〕", text.translate(_WIDE))
    return _BRACKETED.sub(_other_brackets, text)


def neutral_answer(text: str) -> str:
    """An answer to show that cannot pass for a part of the chat; its sections stay."""
    return _CONTROL_TAG.sub(r"〔\1〕", text.translate(_WIDE)).strip()


def version(kind: Kind) -> str:
    """The versions of the prompt files that a condition uses, e.g. ``system.1 user.1``."""
    return " ".join(f"{name}.{templates.version(f'baseline_{name}')}" for name in _FILES[kind])


@cache
def demonstration_case() -> Case:
    """The case of the demonstration; to be kept out of what is evaluated."""
    import yaml

    data = yaml.safe_load(_DEMONSTRATION.read_text("utf-8"))
    return Case.model_validate({"id": "baseline-demonstration", **data})


def _other_brackets(found: re.Match[str]) -> str:
    named = _NOT_HAN.sub("", found[1])
    return f"〔{found[1]}〕" if named in _SECTION_NAMES else found[0]


def _render(name: str, **values: object) -> str:
    template = templates.template(f"baseline_{name}")
    return template.render(open=FENCE_OPEN, close=FENCE_CLOSE, **values).strip()
