"""What the tests of approval share: a case to approve and the step that an answer leaves."""

from __future__ import annotations

from support.made_cases import EXAMPLES

from nolle.cases.findings import Review, Step

DUI = EXAMPLES / "dui-minor-dnp.json"
NAME = "曹某某"


def approval_step(review: Review) -> Step:
    """The one step of an answer in the trace."""
    (step,) = [step for step in review.trace if step.node == "approval"]
    return step
