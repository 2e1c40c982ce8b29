"""Keys of records: what makes another answer, and what does not."""

from __future__ import annotations

from datetime import date

import pytest

from nolle.cases.models import Case
from nolle.evals import keys
from nolle.evals.arms import Arm, ArmKind
from nolle.evals.records import Gold
from nolle.evals.samples import Sample, Task

DAY, LATER = date(2026, 1, 2), date(2026, 1, 3)
ARM = Arm(name="a", kind="graph")


def sample(index: int = 0, when: str = "2020-05-01", fact: str = "张某窃得手机。") -> Sample:
    case = Case.model_validate({"id": "c", "meta": {"date": when}, "fact": fact})
    return Sample(index=index, case=case, gold=Gold(case_id="c", index=index))


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ((sample(0), DAY), (sample(9), DAY), True),
        ((sample(), DAY), (sample(), LATER), True),
        ((sample(when=""), DAY), (sample(when=""), LATER), False),
        ((sample(), DAY), (sample(fact="张某骗得手机。"), DAY), False),
    ],
)
def test_of_a_sample_counts_what_an_arm_reads(
    left: tuple[Sample, date], right: tuple[Sample, date], same: bool
) -> None:
    one, other = (keys.sample_digest(Task.PROSECUTION, *pair) for pair in (left, right))
    assert (one == other) is same


@pytest.mark.parametrize(
    ("change", "spec", "same"),
    [
        ({"about": "other words"}, "vllm:m", True),
        ({"name": "b"}, "vllm:m", False),
        ({"parts": {"verify": False}}, "vllm:m", False),
        ({"kind": "one_shot"}, "vllm:m", False),
        ({}, "vllm:m?temperature=1", False),
    ],
)
def test_of_an_arm_counts_everything_but_its_description(
    change: dict[str, object], spec: str, same: bool
) -> None:
    other = Arm.model_validate({"name": "a", "kind": "graph", **change})
    one = keys.arm_digest(Task.PROSECUTION, ARM, "vllm:m")
    assert (one == keys.arm_digest(Task.PROSECUTION, other, spec)) is same


def test_seed_run_and_code_make_keys_of_their_own() -> None:
    made = {
        keys.record_key("s", "a", run, seed, code)
        for run in (0, 1)
        for seed in (42, 43)
        for code in ("0" * 64, "1" * 64)
    }
    assert len(made) == 8
    assert len({keys.settings_of(key) for key in made}) == 4


def test_each_kind_of_arm_has_prompts_of_its_own() -> None:
    found = {kind: keys.prompts_hash(kind, Task.PROSECUTION) for kind in ArmKind}
    assert found[ArmKind.RULES] == ""
    assert found[ArmKind.GRAPH] != found[ArmKind.BASELINE] != found[ArmKind.ONE_SHOT]
    assert keys.prompts_hash(ArmKind.BASELINE, Task.TERM) != found[ArmKind.BASELINE]


def test_the_code_is_hashed_the_same_twice() -> None:
    first = keys.code_hash()
    keys.code_hash.cache_clear()
    assert keys.code_hash() == first
    assert len(first) == 64
