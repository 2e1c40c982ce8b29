"""A case of two defendants for the prompts of MMSI and MultiJustice, and a client for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from support.fake_client import FakeClient

from nolle.cases.joint import JointCase, JointDefendant, JointExample, JointSource
from nolle.cases.vocabulary import Role, SentenceKind

LOCAL = "vllm:tiny"
REMOTE = "openrouter:qwen/qwen3.6-max-preview"
FACTS = "姜某某提议并叫上姜某，将王某1打伤。"
VIEW = "姜某某系主犯，应当按照全部犯罪处罚；姜某起次要作用，系从犯，自首，可以从轻处罚。"
CASE = JointCase(
    id="c1",
    source=JointSource.IMLJP,
    facts=FACTS,
    court_view=VIEW,
    defendants=(
        JointDefendant(
            name="姜某某",
            role=Role.PRINCIPAL,
            charges=("故意伤害罪",),
            kind=SentenceKind.FIXED_TERM,
            months=36,
        ),
        JointDefendant(name="姜某", role=Role.ACCOMPLICE, charges=("故意伤害罪",), months=14),
    ),
)
EXAMPLE = JointExample(
    id="e1",
    defendant="李某",
    facts="李某伙同陈某入户盗窃后诈骗。",
    charges=("盗窃罪", "诈骗罪"),
    kind=SentenceKind.FIXED_TERM,
    months=27,
)
ROLE, TERM = "分析……\n角色：从犯", "分析……\n刑期：14个月"
BOTH = "被告人姜某的行为构成故意伤害罪、盗窃罪，判处有期徒刑一年二个月。"


def by_question(messages: Sequence[Mapping[str, str]]) -> str:
    last = messages[-1]["content"]
    if "构成某某罪" in last:
        return BOTH
    if "判处被告人某某" in last:
        return "判处被告人姜某有期徒刑一年二个月。"
    return ROLE if "角色：" in last else TERM


class JointClient(FakeClient):
    """Answers by the question asked, unless told otherwise."""

    def __init__(
        self, answer: str | Callable[..., str] | Exception = by_question, **more: Any
    ) -> None:
        super().__init__(answer, **more)
