"""What belongs to one run and not to its state: judges, trace sink, run id, parsed models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from time import perf_counter
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..agents.base import Context, View
from ..cases.facts import Facts
from ..cases.findings import SimilarCase, Step
from ..cases.models import Case
from ..cases.vocabulary import Role
from .judges import RULES, of_model
from .state import Json, Node
from .trace import digest

if TYPE_CHECKING:
    from langgraph.runtime import Runtime
    from pydantic import BaseModel

    M = TypeVar("M", bound=BaseModel)
else:
    M = TypeVar("M")


class Memo:
    """Models beside the JSON they were dumped to, so that a node need not parse it again.

    Keyed by the identity of the JSON object: state restored from a checkpoint is another object
    and is parsed anew.
    """

    def __init__(self) -> None:
        self._models: dict[int, tuple[Json, Any]] = {}
        self._digests: dict[int, tuple[Json, str]] = {}

    def dump(self, model: BaseModel) -> Json:
        """The model as JSON, remembered."""
        data = model.model_dump(mode="json")
        self.remember(data, model)
        return data

    def remember(self, data: Json, model: BaseModel) -> None:
        """Note that ``data`` is the JSON of ``model``."""
        self._models[id(data)] = (data, model)

    def load(self, kind: type[M], data: Json) -> M:
        """The model that ``data`` came from, or ``data`` parsed."""
        known = self._models.get(id(data))
        if known is not None and known[0] is data and isinstance(known[1], kind):
            return known[1]
        model = kind.model_validate(data)
        self.remember(data, model)
        return model

    def digest(self, data: Json) -> str:
        """The digest of a large part of the state, computed once."""
        known = self._digests.get(id(data))
        if known is not None and known[0] is data:
            return known[1]
        value = digest(data)
        self._digests[id(data)] = (data, value)
        return value


@dataclass
class RunContext:
    """The runtime context of the graph (``context_schema``).

    ``judges`` is a :class:`~nolle.graphs.judges.Judges` (None: those of the state's model) and
    ``sink`` a :class:`~nolle.graphs.trace.Sink`; both are typed loosely because LangGraph makes
    a JSON schema of this class.
    """

    run_id: str = ""
    judges: Any = None
    sink: Any = None
    memo: Any = field(default_factory=Memo, repr=False)

    def judge(self, model: str) -> Any:
        """The judges of this run."""
        if self.judges is None:
            self.judges = of_model(model)
        return self.judges

    def step(
        self,
        node: Node,
        *,
        seq: int,
        started: float,
        finding: Json,
        defendant: str | None = None,
        parent: str | None = None,
        inputs: tuple[object, ...] = (),
        model: str = RULES,
        usage: Json | None = None,
    ) -> Json:
        """Record one finished step: send it to the sink and return its JSON for the state.

        ``started`` is a :func:`time.perf_counter` reading; ``inputs`` is what ``inputs_hash``
        covers; ``usage`` is what the model calls of the step used.
        """
        step = Step.model_construct(
            seq=seq,
            node=node.value,
            defendant=defendant,
            parent=parent,
            inputs_hash=digest(node.value, defendant, *inputs),
            finding=finding,
            model=model,
            usage=usage or {},
            ms=round((perf_counter() - started) * 1000, 3),
            run_id=self.run_id,
        )
        if self.sink is not None:
            self.sink.emit(step)
        data = {name: getattr(step, name) for name in Step.model_fields}
        self.memo.remember(data, step)
        return data


def context_of(runtime: Runtime[RunContext]) -> RunContext:
    """The run's context; a fresh one where the graph was invoked without."""
    return runtime.context if runtime.context is not None else RunContext()


def agent_context(case: Case, model: str) -> Context:
    """The settings that agents may read."""
    return Context.model_construct(model=model, province=case.meta.province or None)


def view_of(ctx: RunContext, source: Mapping[str, Any], defendant: str, brief: Json) -> View:
    """One defendant's view, from the state or a task (``source``) and the broadcast ``brief``."""
    role = brief.get("role")
    return View.model_construct(
        case=ctx.memo.load(Case, source["case"]),
        facts=ctx.memo.load(Facts, source["facts"]),
        defendant=defendant,
        charges=tuple(brief.get("charges") or ()),
        role=Role(role) if role else None,
        similar=tuple(
            cast(SimilarCase, ctx.memo.load(SimilarCase, item))
            for item in source.get("similar_cases") or ()
        ),
        feedback=tuple(brief.get("feedback") or ()),
    )


def inputs_of(ctx: RunContext, source: Mapping[str, Any]) -> tuple[str, str]:
    """Digests of the case and the facts, the inputs that every agent shares."""
    return ctx.memo.digest(source["case"]), ctx.memo.digest(source["facts"])


def day_of(text: str | None) -> date | None:
    """The ISO date, or None."""
    return date.fromisoformat(text) if text else None
