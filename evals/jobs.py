"""One question of a comparison: which sample, which arm, which model, which run."""

from __future__ import annotations

from typing import Any

from ..cases.models import Frozen
from .arms import Arm
from .records import Record
from .samples import Sample, Task


class Job(Frozen):
    """``model`` is the spec as asked for (``rules`` for the rules), ``spec`` the one with the arm's
    reasoning and sampling; ``key`` names the settings and the code that the answer hangs on.
    """

    key: str
    task: Task
    sample: Sample
    arm: Arm
    model: str
    spec: str
    run_id: int = 0
    seed: int | None = None

    def record(self, **found: Any) -> Record:
        """The record of this job with what was found."""
        return Record(
            key=self.key,
            case_id=self.sample.case.id,
            index=self.sample.index,
            arm=self.arm.name,
            model=self.model,
            run_id=self.run_id,
            seed=self.seed,
            **found,
        )
