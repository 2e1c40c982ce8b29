"""State and runtime context of the prompts that judge one defendant of several."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, cast

from typing_extensions import TypedDict

from ..agents.redact import Redaction, redact, should_redact
from ..cases.extract import read_facts
from ..cases.joint import JointCase
from ..cases.models import Case
from .baseline_state import BaselineContext
from .state import Json, merge, merge_steps

_CASE_KEYS = frozenset({"id", "facts", "court_view", "names"})


def only_texts(left: Json | None, right: Json) -> Json:
    """The later case without anything but its texts and names, so that no label gets in."""
    return {key: value for key, value in right.items() if key in _CASE_KEYS}


class JointInput(TypedDict, total=False):
    """What a run starts from: ``case`` (id, facts, court_view, names), ``defendant``, ``model``.

    ``example`` is a :class:`~nolle.cases.joint.JointExample` as JSON, of another case.
    """

    case: Annotated[Json, only_texts]
    defendant: str
    model: str
    seed: int | None
    example: Json | None


class JointState(JointInput, total=False):
    """Plain JSON; ``answers`` by round, masked as they came, with what was read of them."""

    answers: Annotated[Json, merge]
    error: Json
    result: Json
    steps: Annotated[list[Json], merge_steps]


@dataclass
class JointContext(BaselineContext):
    """The context of the baselines, for a case of facts and court's view."""

    def redaction(self, state: Any) -> Redaction | None:
        """The redaction of all texts, the example's too; None where the model may see them."""
        if self.masked is None:
            wanted = should_redact(self.spec(state), self.known_settings())
            self.masked = (_redacted(state) if wanted else None,)
        return cast("Redaction | None", self.masked[0])


def texts_of(case: JointCase) -> Json:
    """What a prompt may know of a labelled case."""
    return {
        "id": case.id,
        "facts": case.facts,
        "court_view": case.court_view,
        "names": list(case.names),
    }


def _redacted(state: Any) -> Redaction:
    """One table for case and example, so that no pseudonym stands for two persons."""
    texts, example = state["case"], state.get("example") or {}
    names = [state["defendant"], *(texts.get("names") or ())]
    names += [example["defendant"]] if example else []
    case = Case(
        person_info="\n".join(f"犯罪嫌疑人{name}。" for name in dict.fromkeys(names)),
        procedure=texts.get("court_view") or "",
        fact="\n".join((texts["facts"], example.get("facts") or "")),
    )
    return redact(case, read_facts(case))
