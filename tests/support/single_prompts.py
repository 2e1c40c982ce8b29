"""What the tests of single prompts share: models, an answer, a case, the fence around it."""

from __future__ import annotations

from typing import Any

from nolle.cases.models import Case
from nolle.graphs.baseline_prompts import FENCE_CLOSE, FENCE_OPEN, Kind

LOCAL = "vllm:Qwen/Qwen3-8B"
REMOTE = "openrouter:qwen/qwen3.6-max-preview"
ANSWER = (
    "【适用法条】\n刑法：第二百六十四条\n刑事诉讼法：第一百七十六条\n\n"
    "【审查分析】\n依照刑法第二百六十四条，构成盗窃罪。\n\n【最终结论】\n决定：起诉"
)


def case_with(fact: str = "张某某于2021年3月1日盗窃手机一部，价值三千元。", **more: Any) -> Case:
    fields = {"id": "c1", "person_info": "犯罪嫌疑人张某某，男。", "procedure": "移送审查起诉。"}
    return Case.model_validate({**fields, "fact": fact, **more})


PAPER = (Kind.BASELINE, Kind.DEFINITIONS, Kind.ONE_SHOT)


def last_fence(sent: str) -> str:
    """What stands in the last fence of a message."""
    return sent.rpartition(FENCE_OPEN)[2].partition(FENCE_CLOSE)[0].strip()
