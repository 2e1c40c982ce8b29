"""Every pair of arms of a run against each other, on the cases that both answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING, Any

from .decisions import ReadingKind, decision_of, gold_label
from .folder import Arm, Place, RunFolder, place_of
from .graded import ALL, asked_of, compared_on, grade
from .metrics import LEVEL2, decision_scores
from .paired import DRAWS, difference, holm, interval, macro_draws, mcnemar, mean_draws, weights
from .records import Asked, Gold, Record

if TYPE_CHECKING:
    from .paired import Floats

LEVEL = 0.05
ByCase = dict[Place, tuple[Record, ...]]


def significance(folder: RunFolder, draws: int = DRAWS, seed: int = 42) -> list[dict[str, Any]]:
    """For each pair of arms: what differs, its interval, and whether chance explains it.

    ``measure`` is ``l2_macro_f1`` where cases have decisions, else the mean ``score``. Arms that
    judge several defendants are compared ``on`` what both were asked (charges, else term, else
    role), and not at all where they share no question. Both tests give ``p``, ``p_holm`` (Holm's
    correction over all pairs) and whether that is ``significant`` at 5 %.
    """
    by_case = cache(lambda number, asked: _by_case(folder.arms[number], folder.gold, asked))
    asked_by = [asked_of(arm.records) for arm in folder.arms]

    @cache
    def drawn(number: int, places: tuple[Place, ...], asked: frozenset[Asked]) -> Floats:
        blocks = weights(len(places), draws, seed)
        return _draws(places, by_case(number, asked), folder.gold, blocks, asked)

    found = []
    for one, two in combinations(range(len(folder.arms)), 2):
        asked = asked_by[one] & asked_by[two]
        cases = by_case(one, asked), by_case(two, asked)
        places = tuple(place for place in cases[0] if place in cases[1])
        if places:
            spread = (drawn(one, places, asked), drawn(two, places, asked))
            found.append(_compare(folder, (one, two), cases, places, spread, asked))
    for test in ("mcnemar", "bootstrap"):
        for place, p in holm({i: pair[test]["p"] for i, pair in enumerate(found)}).items():
            found[place][test]["p_holm"] = p
            found[place][test]["significant"] = p < LEVEL
    return found


def own_interval(
    arm: Arm, gold: Mapping[Place, Gold], draws: int = DRAWS, seed: int = 42
) -> tuple[float, float] | None:
    """The 95 % bootstrap interval over cases of an arm's main figure; None without labels."""
    asked = asked_of(arm.records)
    cases = _by_case(arm, gold, asked)
    if not cases:
        return None
    places = list(cases)
    return interval(_draws(places, cases, gold, weights(len(places), draws, seed), asked))


def main_figure(
    places: Sequence[Place],
    cases: ByCase,
    gold: Mapping[Place, Gold],
    asked: frozenset[Asked] = ALL,
) -> tuple[str, float]:
    """The figure that arms are compared by, and its name, over the given cases."""
    if _decided(places, gold):
        truth = [_label(gold[place]) for place in places]
        runs = [
            decision_scores(truth, run, LEVEL2).macro_f1 for run in _columns(places, cases, gold)
        ]
        return "l2_macro_f1", sum(runs) / len(runs)
    scores = [_score(cases[place], gold[place], asked) for place in places]
    return "score", sum(scores) / len(scores)


def _compare(
    folder: RunFolder,
    numbers: tuple[int, int],
    cases: tuple[ByCase, ByCase],
    places: Sequence[Place],
    spread: tuple[Floats, Floats],
    asked: frozenset[Asked],
) -> dict[str, Any]:
    gold = folder.gold
    one, two = cases
    measure, value_one = main_figure(places, one, gold, asked)
    value_two = main_figure(places, two, gold, asked)[1]
    tested = mcnemar(
        [_right(one[place], gold[place], asked) for place in places],
        [_right(two[place], gold[place], asked) for place in places],
    )
    return {
        "first": folder.label(folder.arms[numbers[0]]),
        "second": folder.label(folder.arms[numbers[1]]),
        "n": len(places),
        "measure": measure,
        "on": compared_on((gold[place] for place in places), asked),
        "bootstrap": difference(*spread, value_one - value_two).model_dump(),
        "mcnemar": tested.model_dump(),
    }


def _by_case(arm: Arm, gold: Mapping[Place, Gold], asked: frozenset[Asked]) -> ByCase:
    """The graded records of each case, in the order of the runs."""
    found: dict[Place, list[Record]] = {}
    for record in arm.records:
        place = place_of(record)
        label = gold.get(place)
        if label is not None and grade(record, label, asked) is not None:
            found.setdefault(place, []).append(record)
    return {place: tuple(found[place]) for place in sorted(found, key=lambda p: (p[1], p[0]))}


def _draws(
    places: Sequence[Place],
    cases: ByCase,
    gold: Mapping[Place, Gold],
    blocks: Sequence[Floats],
    asked: frozenset[Asked],
) -> Floats:
    if _decided(places, gold):
        truth = [_label(gold[place]) for place in places]
        return macro_draws(truth, _columns(places, cases, gold), blocks)
    return mean_draws([_score(cases[place], gold[place], asked) for place in places], blocks)


def _columns(
    places: Sequence[Place], cases: ByCase, gold: Mapping[Place, Gold]
) -> list[list[str | None]]:
    """One column of decisions per repeat; a case with fewer repeats is answered by its first."""
    repeats = max(len(cases[place]) for place in places)
    return [
        [_decision(cases[p][k] if k < len(cases[p]) else cases[p][0]) for p in places]
        for k in range(repeats)
    ]


def _decided(places: Iterable[Place], gold: Mapping[Place, Gold]) -> bool:
    return all(gold_label(gold[place]) is not None for place in places)


def _decision(record: Record) -> str | None:
    found = decision_of(record, ReadingKind.STRICT)
    return found.value if found else None


def _label(gold: Gold) -> str:
    label = gold_label(gold)
    assert label is not None
    return label.value


def _right(records: Sequence[Record], gold: Gold, asked: frozenset[Asked]) -> bool:
    """Whether more than half of the runs are right."""
    return 2 * sum(g.right for r in records if (g := grade(r, gold, asked))) > len(records)


def _score(records: Sequence[Record], gold: Gold, asked: frozenset[Asked]) -> float:
    return sum(g.score for r in records if (g := grade(r, gold, asked))) / len(records)
