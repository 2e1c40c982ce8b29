"""What calls to a model start from in tests: messages, a schema, quick retries."""

from __future__ import annotations

from nolle.agents.retry import Policy

FAST = Policy(base_s=0.002, cap_s=0.01)
SCHEMA = {"title": "A", "type": "object", "properties": {"a": {"type": "integer"}}}


def says(text):
    return [{"role": "system", "content": "你是助理。"}, {"role": "user", "content": text}]
