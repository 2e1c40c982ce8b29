"""A client that answers at once, without a model, and keeps what it was asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from support.single_prompts import ANSWER

from nolle.agents.registry import ModelSpec
from nolle.agents.reply import Reply


class FakeClient:
    """Answers at once: with a text, by a function of the messages, or with an error."""

    def __init__(
        self,
        answer: str | Callable[[Sequence[Mapping[str, str]]], str] | Exception = ANSWER,
        **more: Any,
    ) -> None:
        self.answer, self.more = answer, more
        self.asked: list[dict[str, Any]] = []

    def complete(
        self, messages: Sequence[Mapping[str, str]], spec: ModelSpec, **options: Any
    ) -> Reply:
        self.asked.append({"messages": [dict(m) for m in messages], "spec": spec, **options})
        if isinstance(self.answer, Exception):
            raise self.answer
        text = self.answer if isinstance(self.answer, str) else self.answer(messages)
        fields = {"prompt_tokens": 100, "completion_tokens": 20, "cost_usd": 0.01, **self.more}
        return Reply(text=text, requested_model=spec.name, seed=options["seed"], **fields)

    async def acomplete(
        self, messages: Sequence[Mapping[str, str]], spec: ModelSpec, **options: Any
    ) -> Reply:
        return self.complete(messages, spec, **options)

    @property
    def sent(self) -> str:
        """All message texts of all calls."""
        return "\n".join(m["content"] for call in self.asked for m in call["messages"])

    def roles(self, call: int) -> str:
        return " ".join(m["role"] for m in self.asked[call]["messages"])

    def said(self, call: int, at: int = -1) -> str:
        return str(self.asked[call]["messages"][at]["content"])
