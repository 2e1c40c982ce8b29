"""The last look at several defendants side by side, a part of verification."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from time import perf_counter

from ..agents.consistency import balanced
from ..agents.contribution import ranking
from ..cases.facts import Facts
from ..cases.findings import Outcome
from .context import RunContext, inputs_of
from .guard import Failure, attempt
from .state import Json, Node, State


def compare_defendants(
    ctx: RunContext, state: State, outcomes: Mapping[str, Outcome], seq: int, parent: str | None
) -> Json:
    """Outcomes that had to be mended, notes on what does not fit, and the step that tells both.

    Nothing is changed in silence: a mended term carries a step of its own, a doubtful role a note.
    """
    started = perf_counter()
    facts = ctx.memo.load(Facts, state["facts"])
    made = attempt(Node.VERIFY, partial(balanced, facts, outcomes))
    if isinstance(made, Failure):
        mended: dict[str, Outcome] = {}
        finding = made.finding
        notes = {f"{Node.VERIFY.value}:together": f"同案均衡未能核对（{made.unresolved.reason}）"}
    else:
        mended, found = made
        finding = {
            "ranking": [
                {"name": c.name, "score": c.score, "elsewhere": c.elsewhere} for c in ranking(facts)
            ],
            "inconsistencies": [item.model_dump(mode="json") for item in found],
        }
        notes = {
            f"{Node.VERIFY.value}:{item.code}:{item.defendant}:{item.other}": f"同案核对：{item.zh}"
            for item in found
        }
    step = ctx.step(
        Node.VERIFY,
        seq=seq,
        parent=parent,
        started=started,
        finding=finding,
        inputs=(*inputs_of(ctx, state), state.get("outcomes")),
    )
    return {"outcomes": mended, "notes": notes, "steps": [step]}
