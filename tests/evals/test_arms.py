"""Arms: what ships, what a user adds, and what is refused in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from nolle.errors import ConfigError, InputError
from nolle.evals.arms import Arm, ArmKind, all_arms, find_arms, read_arm
from nolle.evals.samples import Task
from nolle.graphs.parts import WHOLE, Parts

QWEN = "openrouter:qwen/qwen3.6-max-preview"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NOLLE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def write(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_every_shipped_arm_is_read_under_its_own_name() -> None:
    arms = {name: read_arm(path) for name, path in all_arms().items()}
    assert {name: arm.name for name, arm in arms.items()} == {name: name for name in arms}
    assert {"graph", "rules", "baseline", "definitions", "one_shot", "few_shot"} <= arms.keys()
    assert all(arm.about for arm in arms.values())
    assert set(ArmKind) == {arm.kind for arm in arms.values()}


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("graph", WHOLE),
        ("graph-no-signals", Parts(signals=False)),
        ("graph-no-retrieval", Parts(retrieval=False)),
        ("graph-no-verify", Parts(verify=False)),
        ("graph-no-waiver", Parts(checks=("evidence", "subsumption"))),
        ("graph-merged", Parts(merged=True)),
    ],
)
def test_parts_of_the_shipped_arms(name: str, parts: Parts) -> None:
    (arm,) = find_arms([name], Task.PROSECUTION)
    assert arm.parts == parts


def test_one_file_makes_an_arm_and_the_users_own_comes_first(home: Path, tmp_path: Path) -> None:
    write(home / "arms", "warm.yaml", "kind: baseline\nsampling: {temperature: 0.7}\n")
    write(home / "arms", "graph.yaml", "kind: graph\nparts: {signals: false}\n")
    path = write(tmp_path, "mine.yml", "kind: rules\nparts: {checks: [evidence, subsumption]}\n")
    warm, graph, mine = find_arms(["warm", "graph", str(path)], Task.PROSECUTION)
    assert warm.spec("vllm:tiny") == "vllm:tiny?temperature=0.7"
    assert graph.parts == Parts(signals=False)
    assert (mine.name, mine.by_rules) == ("mine", True)


@pytest.mark.parametrize(
    ("arm", "model", "spec"),
    [
        ("baseline", "vllm:tiny", "vllm:tiny"),
        ("baseline-think-least", QWEN, f"{QWEN}?budget=0"),
        ("graph-think-most", QWEN, f"{QWEN}?budget=4096"),
        ("graph-think-most", "openrouter:openai/gpt-5.4", "openrouter:openai/gpt-5.4?effort=xhigh"),
        ("graph-think-least", f"{QWEN}?provider=a", f"{QWEN}?provider=a&budget=0"),
    ],
)
def test_reasoning_becomes_part_of_the_spec(arm: str, model: str, spec: str) -> None:
    (found,) = find_arms([arm], Task.PROSECUTION)
    assert found.spec(model) == spec


def test_a_model_without_known_levels_is_refused() -> None:
    (found,) = find_arms(["graph-think-most"], Task.PROSECUTION)
    with pytest.raises(ConfigError, match="reasoning levels are not known"):
        found.spec("vllm:tiny")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("kind: oracle", "correct kind"),
        ("kind: baseline\nparts: {signals: false}", "parts are those of the graph"),
        ("kind: few_shot", "shots of kind few_shot: use one_per_decision"),
        ("kind: baseline\nshots: same_scenario", "shots of kind baseline: leave it out"),
        ("kind: mmsi", "design of kind mmsi: use fd or cv or fd_cv or two_stage"),
        ("kind: multijustice\ndesign: fd", "design of kind multijustice: use charge or term"),
        ("kind: graph\ndesign: fd", "design of kind graph: leave it out"),
        ("kind: multijustice\ndesign: term\nexamples: a.jsonl", "examples go with shots"),
        ("kind: rules\nmodel: vllm:tiny", "rules ask no model"),
        ("kind: graph\nreasoning: {effort: high, budget: 1}", "exclude each other"),
        ("kind: graph\nsampling: {temperature: 9}", "sampling.temperature"),
        ("kind: graph\ncolour: red", "colour"),
        ("kind: graph\nparts: {checks: []}", "parts.checks"),
        ("kind: [", "not readable as YAML"),
        ("- graph", "not an arm"),
    ],
)
def test_a_bad_file_is_one_line(tmp_path: Path, text: str, says: str) -> None:
    path = write(tmp_path, "bad.yaml", text)
    with pytest.raises(InputError, match=says) as error:
        read_arm(path)
    assert "\n" not in str(error.value)
    assert str(path) in str(error.value)


@pytest.mark.parametrize(
    ("names", "task", "says"),
    [
        (["nobody"], Task.PROSECUTION, "unknown arm 'nobody'.*baseline"),
        (["rules", "rules"], Task.PROSECUTION, "named twice"),
        ([], Task.PROSECUTION, "no arm"),
        (["graph"], Task.CHOICE, "does not answer the task choice.*baseline, rules"),
        (["one_shot"], Task.CHARGES, "does not answer"),
        (["missing/arm.yaml"], Task.PROSECUTION, "no such file"),
    ],
)
def test_what_cannot_be_compared_is_refused(names: list[str], task: Task, says: str) -> None:
    with pytest.raises(InputError, match=says):
        find_arms(names, task)


def test_an_arm_is_frozen() -> None:
    arm = Arm(name="x", kind=ArmKind.GRAPH)
    with pytest.raises(ValueError, match="frozen"):
        arm.name = "y"  # type: ignore[misc]
