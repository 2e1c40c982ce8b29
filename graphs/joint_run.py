"""Running a design on one defendant: the graph of its rounds, its result, its checks beforehand."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from pydantic import Field

from ..agents.registry import available, parse_spec
from ..cases.findings import Step, Unresolved
from ..cases.joint import JointCase, JointExample
from ..cases.models import Frozen
from ..cases.vocabulary import Role, SentenceKind
from ..config import Settings, load_settings
from ..errors import ConfigError, InputError
from .joint_nodes import RESULT, Question, after_round, result, round_node
from .joint_state import JointContext, JointInput, JointState, texts_of
from .judges import RULES
from .run import TraceTarget, _tracing, sink_of

JointGraph = CompiledStateGraph[JointState, JointContext, JointInput, JointState]


class JointResult(Frozen):
    """What a model answered about one defendant.

    ``role``, ``charges`` and ``months`` are what the design asks for and the answers hold; months
    are None for life and death (see ``sentence_kind``). ``answers`` and ``usage`` (tokens, US
    dollars, milliseconds) go by round. ``unresolved`` says what could not be read, in which round:
    codes ``unparsable``, ``truncated``, ``refused``, ``limit``, ``model_error``, ``node_failed``.
    """

    id: str
    defendant: str
    design: str
    model: str
    role: Role | None = None
    charges: tuple[str, ...] = ()
    sentence_kind: SentenceKind | None = None
    months: float | None = None
    unresolved: Unresolved | None = None
    answers: dict[str, str] = Field(default_factory=dict)
    usage: dict[str, dict[str, Any]] = Field(default_factory=dict)
    example_id: str = ""
    steps: tuple[Step, ...] = ()
    seed: int | None = None
    run_id: str = ""

    @property
    def trace(self) -> tuple[Step, ...]:
        """The steps, under the name that a review gives them."""
        return self.steps

    def to_json(self) -> dict[str, Any]:
        """The result as one JSON object."""
        data = self.model_dump(mode="json")
        return {**data, "trace": data.pop("steps")}


def build(design: str, chain: Sequence[Question], *, awaiting: bool = False) -> JointGraph:
    """The compiled graph of a chain of rounds; with ``awaiting`` for an event loop."""
    builder: StateGraph[JointState, JointContext, JointInput, JointState] = StateGraph(
        JointState, context_schema=JointContext, input_schema=JointInput
    )
    add: Any = builder.add_node
    route: Any = builder.add_conditional_edges
    names = [question.round.value for question in chain]
    for at, name in enumerate(names):
        add(name, round_node(design, chain, at, awaiting))
    add(RESULT, result)
    builder.add_edge(START, names[0])
    for name, following in pairwise(names):
        route(name, after_round(following), [following, RESULT])
    builder.add_edge(names[-1], RESULT)
    builder.add_edge(RESULT, END)
    return builder.compile(name=f"nolle-{design}")


class JointPlan:
    """What a run is about, checked before it starts.

    Raises InputError for a person who is no defendant of the case, a text that the design needs and
    the case lacks, and an example that is the case itself; ConfigError for a model that is none.
    """

    def __init__(
        self,
        case: JointCase,
        defendant: str,
        design: str,
        chain: Sequence[Question],
        model: str,
        *,
        example: JointExample | None = None,
        seed: int | None = None,
        run_id: str | None = None,
        settings: Settings | None = None,
    ) -> None:
        if model == RULES:
            raise ConfigError(f"{design} asks a language model, model='rules': name one")
        if defendant not in case.names:
            raise InputError(
                f"no defendant {defendant[:40]!r}, case {case.id}: name one of its own"
            )
        if any(question.court_view for question in chain) and not case.court_view.strip():
            raise InputError(f"no court's view, case {case.id}: use a design that needs the facts")
        if example is not None and example.facts.strip() == case.facts.strip():
            raise InputError(f"the example is the case itself, case {case.id}: choose another")
        self.settings = settings or load_settings()
        self.spec = parse_spec(model, self.settings)
        self.run_id = run_id or uuid.uuid4().hex
        self._about = {
            "id": case.id,
            "defendant": defendant,
            "design": design,
            "model": model,
            "seed": seed,
            "run_id": self.run_id,
            "example_id": example.id if example else "",
        }
        self.start: JointInput = {
            "case": texts_of(case),
            "defendant": defendant,
            "model": model,
            "seed": seed,
            "example": example.model_dump(mode="json") if example else None,
        }

    def invoke(
        self, graph: JointGraph, client: Any, budget: Any, trace: TraceTarget
    ) -> JointResult:
        """Run the graph on this plan."""
        with _tracing(), sink_of(trace) as sink:
            context = self._context(client, budget, sink)
            return self._result(graph.invoke(self.start, context=context))

    async def ainvoke(
        self, graph: JointGraph, client: Any, budget: Any, trace: TraceTarget
    ) -> JointResult:
        """As :meth:`invoke`, without a thread that waits for the model."""
        with _tracing(), sink_of(trace) as sink:
            context = self._context(client, budget, sink)
            return self._result(await graph.ainvoke(self.start, context=context))

    def _context(self, client: Any, budget: Any, sink: Any) -> JointContext:
        if client is None:
            available(self.spec)
        return JointContext(
            run_id=self.run_id, client=client, budget=budget, settings=self.settings, sink=sink
        )

    def _result(self, values: Mapping[str, Any]) -> JointResult:
        return JointResult.model_validate(
            {**self._about, "steps": values["steps"], **values["result"]}
        )
