"""The single-prompt baselines of PDP-Bench as graphs: prompt, one call, reading.

``baseline``, ``definitions`` and ``one_shot`` are the entries of ``langgraph.json``;
:func:`run_baseline` runs one on a case. Their decision is the strict reading of the answer, the
one that published figures were computed with; the lenient one stands beside it.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from pydantic import Field

from ..agents.registry import available, parse_spec
from ..cases.facts import Facts
from ..cases.findings import Step, Unresolved
from ..cases.models import Case, Frozen
from ..cases.vocabulary import Decision
from ..config import Settings, load_settings
from ..errors import ConfigError
from . import baseline_nodes as nodes
from .baseline_prompts import Kind, Shot
from .baseline_state import BaselineContext, BaselineInput, BaselineState, Stage
from .judges import RULES
from .reading import Reading
from .run import TraceTarget, _tracing, sink_of

BaselineGraph = CompiledStateGraph[BaselineState, BaselineContext, BaselineInput, BaselineState]


class BaselineResult(Frozen):
    """What a single-prompt baseline answered and how it was read.

    ``decision`` and ``articles`` are those of the ``strict`` reading. ``answer`` and
    ``reasoning`` are the model's words with masked names put back; ``content`` is what was sent
    and read where it differs from ``answer`` (thoughts between tags). ``from_case`` marks a strict
    decision that stands only in words copied from the case. ``usage`` is that of the one call
    (tokens, US dollars, milliseconds). ``unresolved`` says why there is no decision: codes
    ``unparsable``, ``truncated``, ``refused``, ``limit``, ``model_error``, ``node_failed``.
    """

    id: str
    kind: Kind
    model: str
    answer: str = ""
    content: str = ""
    reasoning: str = ""
    strict: Reading = Reading()
    lenient: Reading = Reading()
    format_ok: bool = False
    from_case: bool = False
    truncated: bool = False
    unresolved: Unresolved | None = None
    usage: dict[str, Any] = Field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    seed: int | None = None
    run_id: str = ""

    @property
    def decision(self) -> Decision | None:
        """The decision of the strict reading."""
        return self.strict.decision

    @property
    def articles(self) -> tuple[str, ...]:
        """The articles of the strict reading: raw strings behind ``cl:``, ``cpl:``, ``cpr:``."""
        return self.strict.articles

    @property
    def trace(self) -> tuple[Step, ...]:
        """The steps, under the name that a review gives them."""
        return self.steps

    def prediction(self) -> dict[str, Any]:
        """The ``prediction`` of PDP-Bench's own result files: raw strings, "" for none."""
        return {"relevant_articles": list(self.articles), "decision": self.strict.raw}

    def to_json(self) -> dict[str, Any]:
        """The result as one JSON object, named as in a review where it says the same."""
        data = self.model_dump(mode="json")
        head = {
            "id": data.pop("id"),
            "model": data.pop("model"),
            "decision": self.decision.value if self.decision else None,
            "decision_zh": self.decision.zh if self.decision else None,
            "level1": self.decision.level1 if self.decision else None,
            "articles": list(self.articles),
        }
        return {**head, **data, "trace": data.pop("steps")}


def run_baseline(
    case: Case,
    kind: Kind | str,
    model: str,
    *,
    seed: int | None = None,
    client: Any = None,
    trace: TraceTarget = None,
    budget: Any = None,
    settings: Settings | None = None,
    run_id: str | None = None,
    today: date | None = None,
    shots: Sequence[Shot] = (),
) -> BaselineResult:
    """Put one case to a model in a single prompt and read its answer.

    ``kind`` is ``baseline``, ``definitions``, ``one_shot``, or ``few_shot`` with the ``shots`` to
    show; ``client`` a :class:`~nolle.agents.client.Client` (default: the process's own); ``budget``
    a :class:`~nolle.agents.limits.Budget`; ``trace`` a JSONL file to append to, or a sink.

    Raises ConfigError for a kind or model that is not available and InputError for a trace file
    that cannot be written. A call that fails ends in ``unresolved``.
    """
    plan = _Plan(case, kind, model, seed, run_id, today, settings, shots)
    with _tracing(), sink_of(trace) as sink:
        context = plan.context(client, budget, sink)
        return plan.result(build(plan.kind).invoke(plan.start, context=context))


async def arun_baseline(
    case: Case,
    kind: Kind | str,
    model: str,
    *,
    seed: int | None = None,
    client: Any = None,
    trace: TraceTarget = None,
    budget: Any = None,
    settings: Settings | None = None,
    run_id: str | None = None,
    today: date | None = None,
    shots: Sequence[Shot] = (),
    facts: Facts | None = None,
) -> BaselineResult:
    """As :func:`run_baseline`, without a thread that waits for the model.

    ``facts`` are what was read out of this very case beforehand, for masking it.
    """
    plan = _Plan(case, kind, model, seed, run_id, today, settings, shots)
    with _tracing(), sink_of(trace) as sink:
        context = plan.context(client, budget, sink)
        context.facts = facts
        values = await build(plan.kind, awaiting=True).ainvoke(plan.start, context=context)
        return plan.result(values)


class _Plan:
    """What a run is about, checked before it starts."""

    def __init__(
        self,
        case: Case,
        kind: Kind | str,
        model: str,
        seed: int | None,
        run_id: str | None,
        today: date | None,
        settings: Settings | None,
        shots: Sequence[Shot],
    ) -> None:
        self.kind = _kind(kind)
        if model == RULES:
            raise ConfigError(
                "a baseline asks a language model, model='rules': name one, e.g. vllm:Qwen/Qwen3-8B"
            )
        self.settings = settings or load_settings()
        self.spec = parse_spec(model, self.settings)
        self.case, self.model, self.seed = case, model, seed
        self.run_id = run_id or uuid.uuid4().hex
        self.start: BaselineInput = {
            "case": case.model_dump(mode="json"),
            "kind": self.kind.value,
            "model": model,
            "seed": seed,
            "today": (today or date.today()).isoformat(),
            "shots": [shot.model_dump(mode="json") for shot in shots],
        }

    def context(self, client: Any, budget: Any, sink: Any) -> BaselineContext:
        """The runtime context; ConfigError where the process's own client lacks the key."""
        if client is None:
            available(self.spec)
        return BaselineContext(
            run_id=self.run_id, client=client, budget=budget, settings=self.settings, sink=sink
        )

    def result(self, values: Mapping[str, Any]) -> BaselineResult:
        return BaselineResult.model_validate(
            {
                "id": self.case.id,
                "kind": self.kind,
                "model": self.model,
                "seed": self.seed,
                "run_id": self.run_id,
                "steps": values["steps"],
                **values["result"],
            }
        )


def _kind(kind: Kind | str) -> Kind:
    try:
        return Kind(kind)
    except ValueError:
        known = ", ".join(Kind)
        raise ConfigError(f"unknown baseline {str(kind)[:40]!r}: use one of {known}") from None


@cache
def build(kind: Kind, awaiting: bool = False) -> BaselineGraph:
    """The compiled graph of a prompt condition; with ``awaiting`` for an event loop."""
    builder: StateGraph[BaselineState, BaselineContext, BaselineInput, BaselineState] = StateGraph(
        BaselineState, context_schema=BaselineContext, input_schema=BaselineInput
    )
    add: Any = builder.add_node
    add(Stage.PROMPT.value, (nodes.aprompt_node if awaiting else nodes.prompt_node)(kind))
    add(Stage.CALL.value, nodes.acall if awaiting else nodes.call)
    add(Stage.READ.value, nodes.aread if awaiting else nodes.read)
    builder.add_edge(START, Stage.PROMPT.value)
    route: Any = builder.add_conditional_edges
    after_prompt = nodes.aafter_prompt if awaiting else nodes.after_prompt
    route(Stage.PROMPT.value, after_prompt, [Stage.CALL.value, Stage.READ.value])
    builder.add_edge(Stage.CALL.value, Stage.READ.value)
    builder.add_edge(Stage.READ.value, END)
    return builder.compile(name=f"nolle-{kind.value}")


baseline = build(Kind.BASELINE)
definitions = build(Kind.DEFINITIONS)
one_shot = build(Kind.ONE_SHOT)
