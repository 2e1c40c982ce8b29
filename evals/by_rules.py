"""What the embedded rules answer to a job: a review, or the tool of the task. Pure computation, so
that it can run in another process."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

from ..cases.extract import read_facts
from ..graphs.asking import Asking
from ..graphs.run import run
from ..tools.charge_identification import charges_of
from .bench_lexeval import solve
from .dataset_kinds import article_key
from .jobs import Job
from .joint_rules import persons_by_rules
from .ljp_articles import cited_articles
from .mcq import parse_question
from .record_of import of_review
from .records import Record, Spent
from .samples import Sample, Task
from .term import conduct_day, expected_term


def answer_by_rules(job: Job, today: date) -> Record:
    """The record of a job by rules."""
    started = time.perf_counter()
    if job.task is Task.PROSECUTION:
        review = run(job.sample.case, today=today, asking=Asking(parts=job.arm.parts, corpus=False))
        return of_review(job, review, time.perf_counter() - started)
    found = _solved(job.task, job.sample)
    seconds = round(time.perf_counter() - started, 4)
    return job.record(**found, spent=Spent(seconds=seconds))


def _solved(task: Task, sample: Sample) -> dict[str, Any]:
    fact = sample.case.fact
    if task is Task.JOINT:
        assert sample.joint is not None
        persons = persons_by_rules(sample.joint.names, sample.joint.facts)
        charges = tuple(dict.fromkeys(name for one in persons for name in one.charges))
        return {"persons": persons, "charges": charges}
    if task is Task.CHOICE:
        return {"choice": solve(parse_question(fact))}
    facts = read_facts(sample.case)
    if task is Task.CHARGES:
        return {"charges": charges_of(fact, on=conduct_day(facts))}
    if task is Task.TERM:
        return {"months": expected_term(fact, sample.given_charges, facts)[0]}
    numbers = sorted(cited_articles(fact, sample.given_charges, facts))
    keys = tuple(map(article_key, numbers))
    return {"articles": keys, "raw_articles": keys}
