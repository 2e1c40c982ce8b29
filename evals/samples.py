"""What a comparison puts to its arms: samples of a task, each with its labels apart."""

from __future__ import annotations

from enum import StrEnum

from ..cases.joint import JointCase
from ..cases.models import Case, Frozen
from .records import Gold


class Task(StrEnum):
    """What is asked of a sample.

    ``prosecution``: the decision of the procuratorate; ``joint``: charges, roles and terms of
    several defendants; ``articles``: CL articles given fact and charges; ``charges``: given the
    fact; ``term``: months given fact and charges (and articles); ``choice``: letters of options.
    """

    PROSECUTION = "prosecution"
    JOINT = "joint"
    ARTICLES = "articles"
    CHARGES = "charges"
    TERM = "term"
    CHOICE = "choice"


class Sample(Frozen):
    """One sample. ``case`` is all of it that an arm may read, with the charges and articles that
    the task gives; for ``choice`` the fact is the question with its options. ``joint`` is a case of
    several defendants as the published prompts read it, without labels.
    """

    index: int
    case: Case
    gold: Gold
    given_charges: tuple[str, ...] = ()
    given_articles: tuple[str, ...] = ()
    joint: JointCase | None = None


class Data(Frozen):
    """Samples in the order of the data. ``name`` says where they are from, ``of`` how many there
    were before a split or sample was drawn.
    """

    name: str
    task: Task
    samples: tuple[Sample, ...]
    split: str = ""
    of: int = 0

    @property
    def labelled(self) -> bool:
        """Whether any sample has a label of the task."""
        return any(has_label(sample.gold, self.task) for sample in self.samples)


def has_label(gold: Gold, task: Task) -> bool:
    """Whether the labels of a sample say anything on the task."""
    match task:
        case Task.PROSECUTION:
            return gold.decision is not None
        case Task.JOINT:
            return any(person.charges or person.role for person in gold.persons)
        case Task.ARTICLES:
            return bool(gold.articles)
        case Task.CHARGES:
            return bool(gold.charges)
        case Task.TERM:
            return gold.months is not None
        case Task.CHOICE:
            return bool(gold.choice)
