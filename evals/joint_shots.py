"""What arms about several defendants need of data: the court's view, and an example to show.

The one example of MultiJustice's prompts comes from a file of labelled cases, or from the compared
cases themselves, each but the one that is asked about (leave one out).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..cases.joint import JointCase, JointDefendant, JointExample
from ..cases.joint_readers import iter_joint
from ..cases.joint_text import leak_free
from ..cases.vocabulary import SentenceKind
from ..errors import InputError
from .arms import Arm, ArmKind
from .keys import digest
from .records import Asked, Person
from .samples import Data, Sample

if TYPE_CHECKING:
    from ..retrieval.joint_examples import JointExamples


def check_joint(arm: Arm, data: Data) -> None:
    """Raise InputError, before anything is asked, where an arm needs texts that cases lack."""
    if arm.kind is not ArmKind.MMSI or arm.design == "fd":
        return
    lacking = [s.case.id for s in data.samples if not (s.joint and s.joint.court_view.strip())]
    if lacking:
        raise InputError(
            f"no court's view in {len(lacking)} of {len(data.samples)} cases, first {lacking[0]}, "
            f"--arms {arm.name}: use mmsi-fd, or data that have it (IMLJP's CV)"
        )


def version_of(arm: Arm, data: Data) -> str:
    """Which examples an arm can show: another set is another setting; "" where it shows none."""
    if arm.shots != "same_scenario":
        return ""
    if arm.examples:
        try:
            return hashlib.sha256(Path(arm.examples).read_bytes()).hexdigest()[:16]
        except OSError as error:
            raise InputError(
                f"cannot be read ({error.strerror}), {arm.examples}, correct examples of arm "
                f"{arm.name}"
            ) from None
    told = ((s.joint and s.joint.model_dump(mode="json"), s.gold.persons) for s in data.samples)
    rows = [[texts, [person.model_dump(mode="json") for person in who]] for texts, who in told]
    return digest(rows)[:16]


def examples_of(arm: Arm, data: Data, folder: Path) -> JointExamples:
    """The examples of an arm, indexed under ``folder``.

    Only defendants whose judgment holds what the arm asks for are shown. Raises InputError where
    there are none.
    """
    from ..retrieval.joint_examples import JointExamples

    cases: Iterable[JointCase] = (
        map(leak_free, iter_joint(arm.examples))
        if arm.examples
        else (_labelled(sample) for sample in data.samples if sample.joint is not None)
    )
    able = [case for case in (_showing(case, arm.asked) for case in cases) if case.defendants]
    if not able:
        raise InputError(
            f"no labelled case to show, {arm.examples or data.name}, arm {arm.name} needs "
            f"{' and '.join(arm.asked)} of a defendant: give other examples"
        )
    return JointExamples(able, folder / arm.name)


def _showing(case: JointCase, asked: Sequence[Asked]) -> JointCase:
    """The case, in its scenario, with the defendants whose judgment answers what is asked."""
    able = tuple(
        one
        for one in case.defendants
        if (Asked.CHARGES not in asked or one.charges)
        and (Asked.TERM not in asked or JointExample.of(case, one.name).answers_term)
    )
    return case.model_copy(update={"stated": case.scenario, "defendants": able})


def _labelled(sample: Sample) -> JointCase:
    """A compared case with its labels, to be shown beside another one."""
    assert sample.joint is not None
    known = {person.name: person for person in sample.gold.persons}
    judged = tuple(_defendant(known[name]) for name in sample.joint.names if name in known)
    return sample.joint.model_copy(update={"defendants": judged})


def _defendant(person: Person) -> JointDefendant:
    timed = person.months is not None
    return JointDefendant(
        name=person.name,
        charges=person.charges,
        kind=SentenceKind.FIXED_TERM if timed else None,
        months=person.months,
    )
