"""Data sets by name or path, their splits, and seeded samples of them.

``pdp-bench``, ``cail2018``, ``lawbench-3-1`` … mean the files under ``$NOLLE_HOME/data/NAME``;
``NAME:PATH`` reads a file or folder as that data set, ``hf:OWNER/NAME`` loads from the hub, and a
path alone is read by its fields: own records, case files, or any layout that is known.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from ..cases.joint import JointCase, JointSource, unlabelled
from ..cases.joint_readers import iter_joint
from ..cases.joint_text import leak_free
from ..cases.models import Case
from ..cases.readers import case_from_text
from ..cases.vocabulary import Decision
from ..config import load_settings
from ..errors import ConfigError, InputError
from .dataset_files import HUB, RawRow, rows_of
from .dataset_kinds import TASKS, Kind, kind_of, sample_of
from .records import Gold, Person
from .samples import Data, Sample, Task

RQ2 = "test_rq2"
PER_CLASS = 25
SPLIT_SEED = 42
CAIL_SAMPLE = 4000
_SCENARIOS = {"s1", "s2", "s3", "s4"}
_JOINT = {Kind.IMLJP, Kind.MPMCP, Kind.CMDL}


def load_data(source: str, *, split: str = "", sample: int | None = None, seed: int = 42) -> Data:
    """Read a data set.

    Args:
        source: a name, ``NAME:PATH``, ``hf:OWNER/NAME`` or a path.
        split: ``test`` or ``test_rq2`` of PDP-Bench (25 of each class, as the paper drew them),
            ``S1`` to ``S4`` of MPMCP, else files or subfolders of that name.
        sample: how many to draw, in the order of the data; CAIL2018 draws 4,000 by itself.
        seed: of the draw.

    Raises:
        InputError: what cannot be read, with its place; nothing to read; an unknown split.
        ConfigError: a package or a local copy of the data that is missing.
    """
    kind, place = _named(source)
    rows = iter(rows_of(place, split))
    if kind in _JOINT:
        samples = list(_joint(place))
        kind_found: Kind = kind
    else:
        kind_found, samples = _samples(kind, rows, Path(place).stem)
    if not samples:
        raise InputError(f"no rows, {source}, give data with at least one row")
    of = len(samples)
    chosen = _split(samples, split, TASKS[kind_found], of)
    wanted = sample
    if sample is None and kind_found is Kind.CAIL:
        wanted = CAIL_SAMPLE
    if wanted is not None and wanted < len(chosen):
        chosen = _drawn(chosen, wanted, seed)
    return Data(
        name=source,
        task=TASKS[kind_found],
        samples=tuple(_numbered(chosen)),
        split=split,
        of=of,
    )


def _named(source: str) -> tuple[Kind | None, str]:
    """The data set that is named, if any, and where it lies."""
    name, colon, path = source.partition(":")
    names = {kind.value: kind for kind in Kind}
    if source.startswith(HUB) or (not colon and Path(source).exists()):
        return None, source
    if colon and name in names:
        return names[name], path
    if source not in names:
        if colon or any(c in source for c in "/\\.") or not source.strip():
            return None, source
        known = ", ".join(names)
        raise InputError(f"no such data, {source}, give a path or one of: {known}")
    folder = load_settings().home / "data"
    found = [folder / source, *(folder / f"{source}{end}" for end in (".jsonl", ".json"))]
    for place in found:
        if place.exists():
            return names[source], str(place)
    raise ConfigError(
        f"no copy of {source}, {folder / source}: put its files there, or give {source}:PATH "
        f"or {HUB}OWNER/NAME"
    )


def _samples(kind: Kind | None, rows: Iterator[RawRow], hint: str) -> tuple[Kind, list[Sample]]:
    """All rows as samples of one task."""
    found: list[Sample] = []
    known = kind
    for index, row in enumerate(rows):
        if row.record is None:
            known = known or Kind.OWN
            found.append(_document(row, index))
            continue
        known = known or kind_of(row.record, hint)
        if known in _JOINT:
            raise InputError(f"rows of {known.value}, {row.where}, name them: {known.value}:PATH")
        found.append(sample_of(known, row.record, row.where, index))
    return known or Kind.OWN, found


def _document(row: RawRow, index: int) -> Sample:
    """A case file without labels; its name is its id, for texts have none."""
    case = case_from_text(row.text or "", row.where).model_copy(update={"id": row.stem})
    return Sample(index=index, case=case, gold=Gold(case_id=case.id, index=index))


def _split(samples: list[Sample], split: str, task: Task, of: int) -> list[Sample]:
    if split == RQ2 and task is Task.PROSECUTION and of > PER_CLASS * len(Decision):
        return _per_class(samples)
    if split.lower() in _SCENARIOS and task is Task.JOINT:
        chosen = [s for s in samples if s.gold.scenario.lower() == split.lower()]
        if not chosen:
            raise InputError(f"no case of scenario {split}, use --split S1, S2, S3 or S4")
        return chosen
    return samples


def _per_class(samples: list[Sample]) -> list[Sample]:
    """25 of each class in a seeded order, drawn class by class as the paper's script does."""
    draw = random.Random(SPLIT_SEED)
    chosen: list[Sample] = []
    for decision in (Decision.P, Decision.DNP, Decision.SNP, Decision.IENP):
        of_class = [s for s in samples if s.gold.decision is decision]
        if len(of_class) < PER_CLASS:
            raise InputError(
                f"{len(of_class)} cases of {decision.value}, split {RQ2} takes {PER_CLASS} of each "
                "class: leave --split out"
            )
        chosen += draw.sample(of_class, PER_CLASS)
    draw.shuffle(chosen)
    return chosen


def _drawn(samples: Sequence[Sample], size: int, seed: int) -> list[Sample]:
    """A simple random sample without replacement, in the order of the data."""
    if size < 1:
        raise InputError(f"a sample of {size}, --sample, give a number from 1 up")
    places = sorted(random.Random(seed).sample(range(len(samples)), size))
    return [samples[place] for place in places]


def _numbered(samples: Sequence[Sample]) -> Iterator[Sample]:
    """Samples by their place, each under an id of its own."""
    seen: Counter[str] = Counter()
    for index, sample in enumerate(samples):
        seen[sample.case.id] += 1
        again = seen[sample.case.id]
        name = sample.case.id if again == 1 else f"{sample.case.id}#{again}"
        yield sample.model_copy(
            update={
                "index": index,
                "case": sample.case.model_copy(update={"id": name}),
                "joint": sample.joint and sample.joint.model_copy(update={"id": name}),
                "gold": sample.gold.model_copy(update={"case_id": name, "index": index}),
            }
        )


def _joint(place: str) -> Iterator[Sample]:
    """Cases of several defendants that hold a judgment."""
    for index, found in enumerate(iter_joint(place)):
        if found.defendants:
            yield _joint_sample(found, index)


def _joint_sample(found: JointCase, index: int) -> Sample:
    """Facts and names for the arms; roles, charges and terms for the scores.

    Of MPMCP the names of a case's own charges are masked in its facts, as MultiJustice asks for.
    """
    found = leak_free(found) if found.source is JointSource.MPMCP else found
    named = "\n".join(f"犯罪嫌疑人{name}。" for name in found.names)
    scenario = found.scenario
    return Sample(
        index=index,
        case=Case(id=found.id, person_info=named, fact=found.facts),
        joint=unlabelled(found),
        gold=Gold(
            case_id=found.id,
            index=index,
            charges=found.charges,
            scenario=scenario.value if scenario else "",
            persons=tuple(
                Person(
                    name=person.name,
                    role=person.role.value if person.role else None,
                    charges=person.charges,
                    months=person.months,
                )
                for person in found.defendants
            ),
        ),
    )
