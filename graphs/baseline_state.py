"""The state and the runtime context of the baseline graphs."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from time import perf_counter
from typing import Annotated, Any, cast

from typing_extensions import TypedDict

from ..agents.redact import Redaction, redact, should_redact
from ..agents.registry import ModelSpec, parse_spec
from ..cases.extract import read_facts
from ..cases.findings import Step
from ..cases.models import Case
from ..config import Settings, load_settings
from .baseline_prompts import Shot
from .context import day_of
from .state import Json, merge_steps, only_case
from .trace import digest, step_id


class Stage(StrEnum):
    """The nodes of a baseline graph, in order."""

    PROMPT = "prompt"
    CALL = "call"
    READ = "read"


_SEQ = {stage.value: seq for seq, stage in enumerate(Stage, start=1)}


class BaselineInput(TypedDict, total=False):
    """What a run starts from. Only ``case`` and ``model`` are required."""

    case: Annotated[Json, only_case]
    kind: str
    model: str
    seed: int | None
    today: str | None
    shots: list[Json]


class BaselineState(BaselineInput, total=False):
    """Plain JSON, as the review's state; ``reply`` is what the model sent, masked as it is."""

    messages: list[dict[str, str]]
    reply: Json
    error: Json
    result: Json
    steps: Annotated[list[Json], merge_steps]


@dataclass
class BaselineContext:
    """The runtime context: client, budget and settings of the run, and the trace sink.

    Typed loosely because LangGraph makes a JSON schema of this class.
    """

    run_id: str = ""
    client: Any = None
    budget: Any = None
    settings: Any = None
    sink: Any = None
    facts: Any = field(default=None, repr=False)
    masked: Any = field(default=None, repr=False)

    def known_settings(self) -> Settings:
        """The settings of the run, else those of the environment."""
        if self.settings is None:
            self.settings = load_settings()
        return cast(Settings, self.settings)

    def spec(self, state: BaselineState) -> ModelSpec:
        """The model to ask: that of the state, else that of the settings."""
        settings = self.known_settings()
        return parse_spec(state.get("model") or settings.model, settings)

    def redaction(self, state: BaselineState) -> Redaction | None:
        """The redaction of the case, None where the model may see it as it is."""
        if self.masked is None:
            settings = self.known_settings()
            case = Case.model_validate(state["case"])
            wanted = should_redact(self.spec(state), settings)
            if wanted and self.facts is None:
                self.facts = read_facts(case, day_of(state.get("today")))
            self.masked = (redact(case, self.facts) if wanted else None,)
        return cast("Redaction | None", self.masked[0])

    def shots(self, state: BaselineState) -> list[Shot]:
        """The decided cases to show, masked like the case itself."""
        shown = [Shot.model_validate(shot) for shot in state.get("shots") or ()]
        if self.redaction(state) is None:
            return shown
        return [_masked(shot) for shot in shown]

    def step(
        self,
        stage: StrEnum,
        started: float,
        finding: Json,
        *,
        state: BaselineState,
        inputs: tuple[object, ...],
        model: str,
        usage: Json | None = None,
    ) -> Json:
        """Record one finished step: send it to the sink and return its JSON for the state.

        A step that is no stage of the baselines is numbered after those before it.
        """
        before = state.get("steps")
        step = Step(
            seq=_SEQ.get(stage.value, len(before or ()) + 1),
            node=stage.value,
            parent=step_id(before[-1]) if before else None,
            inputs_hash=digest(stage.value, *inputs),
            finding=finding,
            model=model,
            usage=usage or {},
            ms=round((perf_counter() - started) * 1000, 3),
            run_id=self.run_id,
        )
        if self.sink is not None:
            self.sink.emit(step)
        return step.model_dump(mode="json")


def _masked(shot: Shot) -> Shot:
    hidden = redact(shot.case, read_facts(shot.case))
    return Shot(case=hidden.case, answer=hidden.mask(shot.answer))
