"""The running figures: macro-F1 as the metrics have it, rates, and lines for people."""

from __future__ import annotations

import random

import pytest

from nolle.cases.models import Case
from nolle.cases.vocabulary import Decision
from nolle.evals.arms import Arm
from nolle.evals.board import Board
from nolle.evals.jobs import Job
from nolle.evals.metrics import decision_scores
from nolle.evals.records import Failure, Gold
from nolle.evals.samples import Sample, Task

LABELS = tuple(Decision)
ARM = Arm(name="graph", kind="graph")


def jobs(count: int, draw: random.Random) -> list[Job]:
    return [
        Job(
            key=f"k{n}",
            task=Task.PROSECUTION,
            sample=Sample(
                index=n,
                case=Case(id=f"c{n}", fact="张某窃得手机。"),
                gold=Gold(case_id=f"c{n}", index=n, decision=draw.choice(LABELS)),
            ),
            arm=ARM,
            model="vllm:m",
            spec="vllm:m",
        )
        for n in range(count)
    ]


@pytest.mark.parametrize("seed", range(5))
def test_running_macro_f1_is_that_of_the_metrics(seed: int) -> None:
    draw = random.Random(seed)
    all_jobs = jobs(60, draw)
    board = Board(all_jobs, [job.sample.gold for job in all_jobs], quiet=True)
    said = [draw.choice((*LABELS, None)) for _ in all_jobs]
    half = len(all_jobs) // 2
    records = [job.record(decision=found) for job, found in zip(all_jobs, said, strict=True)]
    board.before(record.model_dump(mode="json") for record in records[:half])
    for record in records[half:]:
        board.kept(record)
    (tally,) = board.tallies.values()
    gold = [job.sample.gold.decision.value for job in all_jobs if job.sample.gold.decision]
    wanted = decision_scores(gold, [found.value if found else None for found in said]).macro_f1
    assert tally.macro_f1 == pytest.approx(wanted)
    assert (tally.done, tally.wanted) == (60, 60)
    assert tally.decisions["unresolved"] == said.count(None)


def test_without_labels_there_is_no_score() -> None:
    (one,) = jobs(1, random.Random(1))
    board = Board([one], [], quiet=True)
    board.kept(one.record(decision=Decision.P))
    assert board.tallies["graph", "vllm:m"].macro_f1 is None


def test_the_line_counts_and_the_table_shows_markup_as_it_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    from rich.console import Console

    (one,) = jobs(1, random.Random(1))
    one = one.model_copy(update={"model": "vllm:[red]x"})
    board = Board([one], [], quiet=False)
    board.kept(one.record(failure=Failure.MODEL_ERROR))
    board.stopping("limit reached")
    assert board.line().startswith("1 of 1 answers")
    assert board.line().endswith("1 failed")
    screen = Console(width=120)
    with screen.capture() as shown:
        screen.print(board.table())
    assert "vllm:[red]x" in shown.get()
    assert capsys.readouterr().err == "stopping: limit reached\n"
