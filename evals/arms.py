"""Arms of a comparison: what is asked, how, and with which parts. One YAML file each.

Shipped arms lie in ``data/arms``; files in ``$NOLLE_HOME/arms`` add to them or replace them, and
``--arms`` also takes the path of a file.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Literal

import yaml
from pydantic import Field, ValidationError, model_validator

from ..cases.models import Frozen
from ..config import load_settings
from ..errors import ConfigError, InputError
from ..graphs.judges import RULES
from ..graphs.parts import WHOLE, Parts
from .records import Asked
from .samples import Task

SHIPPED = Path(__file__).parent / "data" / "arms"
_SUFFIXES = {".yaml", ".yml"}
_ALL = frozenset(Task)


class ArmKind(StrEnum):
    """What answers: the review graph, a single prompt of the paper, one with retrieved examples,
    the prompts of MMSI and MultiJustice on one defendant after the other, or the embedded rules."""

    GRAPH = "graph"
    BASELINE = "baseline"
    DEFINITIONS = "definitions"
    ONE_SHOT = "one_shot"
    FEW_SHOT = "few_shot"
    MMSI = "mmsi"
    MULTIJUSTICE = "multijustice"
    RULES = "rules"


TASKS_OF: dict[ArmKind, frozenset[Task]] = {
    ArmKind.RULES: _ALL,
    ArmKind.GRAPH: _ALL - {Task.CHOICE},
    ArmKind.BASELINE: _ALL - {Task.JOINT},
    ArmKind.DEFINITIONS: frozenset({Task.PROSECUTION}),
    ArmKind.ONE_SHOT: frozenset({Task.PROSECUTION}),
    ArmKind.FEW_SHOT: frozenset({Task.PROSECUTION}),
    ArmKind.MMSI: frozenset({Task.JOINT}),
    ArmKind.MULTIJUSTICE: frozenset({Task.JOINT}),
}
"""Which tasks an arm can answer."""
DESIGNS: dict[ArmKind, dict[str, tuple[Asked, ...]]] = {
    ArmKind.MMSI: {
        "fd": (Asked.TERM,),
        "cv": (Asked.TERM,),
        "fd_cv": (Asked.TERM,),
        "two_stage": (Asked.ROLE, Asked.TERM),
    },
    ArmKind.MULTIJUSTICE: {
        "charge": (Asked.CHARGES,),
        "term": (Asked.TERM,),
        "multitask": (Asked.CHARGES, Asked.TERM),
    },
}
"""The prompts about one defendant, as their graphs name them, with what each asks for."""
SHOTS: dict[ArmKind, tuple[str, ...]] = {
    ArmKind.FEW_SHOT: ("one_per_decision",),
    ArmKind.MULTIJUSTICE: ("", "same_scenario"),
}
"""How examples can be chosen; an arm of another kind shows none."""


class Sampling(Frozen):
    """How answers are drawn; what is left out is the model's own default."""

    temperature: float | None = Field(default=None, ge=0, le=2)
    top_p: float | None = Field(default=None, gt=0, le=1)
    max_tokens: int | None = Field(default=None, gt=0)


class Reasoning(Frozen):
    """How much a model thinks: a level of its own by name, or the ``least`` or ``most`` that its
    profile knows. None: its default."""

    effort: str | None = None
    budget: int | None = Field(default=None, ge=0)
    think: Literal["on", "off"] | None = None
    level: Literal["least", "most"] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Reasoning:
        given = [name for name in Reasoning.model_fields if getattr(self, name) is not None]
        if len(given) > 1:
            raise ValueError(f"{' and '.join(given)} exclude each other: give one of them")
        return self


class Arm(Frozen):
    """One way to answer. ``model`` binds the arm to one model spec; without, it runs with each
    model that is asked for. ``shots`` names how examples are chosen: ``one_per_decision`` for
    ``few_shot``; ``same_scenario`` for ``multijustice``, from the labelled cases of the file
    ``examples``, or from the compared cases themselves, never the one asked about. ``design`` is
    the prompt of ``mmsi`` or ``multijustice``.
    """

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")
    about: str = ""
    kind: ArmKind
    model: str | None = None
    parts: Parts = WHOLE
    reasoning: Reasoning = Reasoning()
    sampling: Sampling = Sampling()
    shots: str = ""
    examples: str = ""
    design: str = ""

    @model_validator(mode="after")
    def _consistent(self) -> Arm:
        if self.parts != WHOLE and self.kind not in {ArmKind.GRAPH, ArmKind.RULES}:
            raise ValueError("parts are those of the graph: leave them out or set kind: graph")
        for field, table in (("shots", SHOTS), ("design", DESIGNS)):
            allowed = tuple(table.get(self.kind, ("",)))
            if getattr(self, field) not in allowed:
                known = " or ".join(name or "none" for name in allowed)
                known = "leave it out" if allowed == ("",) else f"use {known}"
                raise ValueError(f"{field} of kind {self.kind}: {known}")
        if self.examples and self.shots != "same_scenario":
            raise ValueError("examples go with shots: same_scenario, and with it only")
        if self.kind is ArmKind.RULES and self.model not in {None, RULES}:
            raise ValueError("rules ask no model: leave model out")
        return self

    @property
    def asked(self) -> tuple[Asked, ...]:
        """What is asked of each of several defendants; empty where it is everything."""
        return DESIGNS.get(self.kind, {}).get(self.design, ())

    @property
    def by_rules(self) -> bool:
        """Whether no model is asked."""
        return self.kind is ArmKind.RULES

    @cached_property
    def _added(self) -> dict[str, str]:
        given = {
            **self.reasoning.model_dump(exclude_none=True, exclude={"level"}),
            **self.sampling.model_dump(exclude_none=True),
        }
        return {name: str(value) for name, value in given.items()}

    def spec(self, model: str) -> str:
        """The model spec that the arm asks: the model's, with the arm's reasoning and sampling.

        Raises ConfigError for a spec that cannot be used, and where the model's reasoning has no
        levels to choose from.
        """
        if self.by_rules:
            return RULES
        from ..agents.registry import parse_spec

        added = dict(self._added)
        if self.reasoning.level is not None:
            added |= self._level(parse_spec(model).profile.reasoning, model)
        query = "&".join(f"{name}={value}" for name, value in added.items())
        mark = "&" if "?" in model else "?"
        return parse_spec(f"{model}{mark}{query}" if query else model).text

    def _level(self, known: object, model: str) -> dict[str, str]:
        kind: str = getattr(known, "kind", "none")
        levels: Sequence[str] = getattr(known, "levels", ())
        if kind not in {"effort", "budget", "think"} or not levels:
            raise ConfigError(
                f"its reasoning levels are not known, {model} in arm {self.name}: name one in an "
                "arm of your own, e.g. reasoning: {effort: high}"
            )
        return {kind: levels[0] if self.reasoning.level == "least" else levels[-1]}


def find_arms(names: Sequence[str], task: Task) -> tuple[Arm, ...]:
    """The arms of these names or files, in order.

    Raises InputError for an unknown name, a bad file, two arms of one name, or an arm that does not
    answer the task.
    """
    found: list[Arm] = []
    for name in names:
        path = Path(name)
        arm = read_arm(path) if path.suffix.lower() in _SUFFIXES else _known(name)
        if task not in TASKS_OF[arm.kind]:
            able = ", ".join(kind for kind in ArmKind if task in TASKS_OF[kind])
            raise InputError(
                f"arm {arm.name} does not answer the task {task}, --arms: use arms of kind {able}"
            )
        if any(other.name == arm.name for other in found):
            raise InputError(f"arm {arm.name} is named twice, --arms: leave one out")
        found.append(arm)
    if not found:
        raise InputError("no arm, --arms: name at least one, e.g. --arms rules")
    return tuple(found)


def all_arms() -> dict[str, Path]:
    """The files of all arms by name: the user's own before those of the same name shipped."""
    own = load_settings().home / "arms"
    found: dict[str, Path] = {}
    for folder in (SHIPPED, own):
        if folder.is_dir():
            files = (path for path in folder.iterdir() if path.suffix.lower() in _SUFFIXES)
            found |= {path.stem: path for path in sorted(files)}
    return found


def _known(name: str) -> Arm:
    arms = all_arms()
    if name not in arms:
        known = ", ".join(sorted(arms))
        raise InputError(
            f"unknown arm {name[:60]!r}, --arms: use one of {known}, or the path of a .yaml file"
        )
    return read_arm(arms[name])


def read_arm(path: Path) -> Arm:
    """The arm of a YAML file; its name is the file's unless it says another.

    Raises InputError, in one line, for a file that cannot be read or is no arm.
    """
    try:
        data = yaml.safe_load(path.read_text("utf-8"))
    except FileNotFoundError:
        raise InputError(f"no such file, {path}, check the path of the arm") from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())[:120]
        raise InputError(f"not readable as YAML ({reason}), {path}, correct it") from None
    if not isinstance(data, dict):
        raise InputError(f"not an arm, {path}, write at least 'kind: graph'")
    try:
        arm = Arm.model_validate({"name": path.stem, **data})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "the arm"
        said = first["msg"].removeprefix("Value error, ")
        raise InputError(f"{said}, {path}, correct {where}") from None
    if not arm.examples:
        return arm
    # Beside the arm's own file, wherever the comparison is started from.
    return arm.model_copy(update={"examples": str(path.absolute().parent / arm.examples)})
