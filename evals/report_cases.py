"""The cases on which arms disagree, packed for the page: an index, and texts in compressed parts.

A page of thousands of cases stays small and opens fast because the texts (steps, answers) are
gzipped by the hundred and unpacked by the page when a case is opened.
"""

from __future__ import annotations

import base64
import gzip
import json
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO

from ..cases.models import Frozen
from ..cases.sanitise import plain
from .decisions import ReadingKind, decision_of
from .folder import Kept, Place, RunFolder, place_of
from .graded import Subject, answer_of, reference_of, subject_of
from .records import Gold, Record

PART_CASES = 40
BUDGET_MB = 9.0
"""How much of the page the texts may take, in millions of characters."""
_ANSWER, _THOUGHTS, _WORDS, _GROUNDS, _QUOTES = 6000, 3000, 400, 4, 3
_ROW_CHARS = 160
_HEAD = {"node", "who"}
"""What a step that found nothing has; it is not shown."""


class Packed(Frozen):
    """``index`` is a list of rows ``[case id, place, gold, answers, part]``; an answer is a number
    into ``answers``, ``part`` -1 where the texts did not fit; ``parts`` are gzip in base64."""

    cases: int
    differing: int
    answers: tuple[str, ...]
    index: tuple[tuple[Any, ...], ...]
    parts: tuple[str, ...]

    @property
    def with_texts(self) -> int:
        """How many cases can be opened."""
        return sum(row[-1] >= 0 for row in self.index)


class Vote(Frozen):
    """What an arm says of a case in most of its runs, and in how many; its first such record."""

    answer: str
    votes: int
    runs: int
    kept: Kept


def pack(folder: RunFolder, budget_mb: float = BUDGET_MB) -> Packed:
    """The cases whose arms give different answers, in the order of the data.

    Where not all texts fit, a sample of the cases (always the same) has them. With one arm there
    is nothing to compare: then its unresolved and wrong answers are listed.
    """
    votes = _votes(folder)
    places = sorted((p for p in votes if _listed(folder, p, votes[p])), key=lambda p: (p[1], p[0]))
    names = list(dict.fromkeys(answer for p in places for answer in _row_answers(folder, votes, p)))
    number = {name: place for place, name in enumerate(names)}
    room = int(budget_mb * 1_000_000) - _ROW_CHARS * len(places)
    part_of: dict[Place, int] = {}
    parts: list[str] = []
    order = list(places)
    random.Random(42).shuffle(order)
    with folder.open_records() as file:
        for start in range(0, len(order), PART_CASES):
            chosen = order[start : start + PART_CASES]
            text = _compressed([_texts(folder, votes[p], p, file) for p in chosen])
            room -= len(text)
            if room < 0:
                break
            part_of |= {place: len(parts) for place in chosen}
            parts.append(text)
    rows = [
        (
            plain(place[0]) or f"#{place[1]}",
            place[1],
            *(number[a] for a in _row_answers(folder, votes, place)[:1]),
            [number[a] for a in _row_answers(folder, votes, place)[1:]],
            part_of.get(place, -1),
        )
        for place in places
    ]
    return Packed(
        cases=len(votes),
        differing=len(places),
        answers=tuple(map(plain, names)),
        index=tuple(rows),
        parts=tuple(parts),
    )


def _votes(folder: RunFolder) -> dict[Place, list[Vote | None]]:
    """For every case the vote of each arm, None where an arm has not answered it."""
    found: dict[Place, list[list[Kept]]] = {}
    for number, arm in enumerate(folder.arms):
        for kept in arm.kept:
            found.setdefault(place_of(kept.record), [[] for _ in folder.arms])[number].append(kept)
    labelled = {subject_of(gold) for gold in folder.gold.values()} - {None}
    common = next(iter(labelled)) if len(labelled) == 1 else None
    votes: dict[Place, list[Vote | None]] = {}
    for place, by_arm in found.items():
        gold = folder.gold.get(place)
        subject = (subject_of(gold) if gold else None) or common
        if subject is None:
            said = (subject_of(kept[0].record) for kept in by_arm if kept)
            subject = next((one for one in said if one), None)
        votes[place] = [_vote(kept, subject) if kept else None for kept in by_arm]
    return votes


def _vote(kept: Sequence[Kept], subject: Subject | None) -> Vote:
    answers = [answer_of(one.record, subject) for one in kept]
    answer, votes = Counter(answers).most_common(1)[0]
    first = kept[answers.index(answer)]
    return Vote(answer=answer, votes=votes, runs=len(kept), kept=first)


def _listed(folder: RunFolder, place: Place, votes: Sequence[Vote | None]) -> bool:
    said = {vote.answer for vote in votes if vote}
    if len(folder.arms) > 1:
        return len(said) > 1
    gold = folder.gold.get(place)
    return "" in said or (gold is not None and said != {reference_of(gold)})


def _row_answers(
    folder: RunFolder, votes: Mapping[Place, Sequence[Vote | None]], place: Place
) -> list[str]:
    """Gold first ("" for none), then each arm ("" for no answer)."""
    gold = folder.gold.get(place)
    head = reference_of(gold) if gold else ""
    return [head, *(vote.answer if vote else "" for vote in votes[place])]


def _texts(
    folder: RunFolder, votes: Sequence[Vote | None], place: Place, file: BinaryIO
) -> dict[str, Any]:
    """What a case shows when opened: gold, and for each arm its answer or steps."""
    gold = folder.gold.get(place)
    return {
        "id": place[0] or f"#{place[1]}",
        "n": place[1],
        "gold": _gold(gold) if gold else None,
        "arms": [_arm(vote, vote.kept.whole(file)) if vote else None for vote in votes],
    }


def _gold(gold: Gold) -> dict[str, Any]:
    people = [
        f"{p.name}：" + "、".join(filter(None, [p.decision and p.decision.zh, p.role, *p.charges]))
        for p in gold.persons
    ]
    return {
        "label": reference_of(gold),
        "articles": list(gold.articles),
        "charges": list(gold.charges),
        "months": gold.months,
        "people": people,
    }


def _arm(vote: Vote, record: Record) -> dict[str, Any]:
    strict = decision_of(record, ReadingKind.STRICT)
    lenient = decision_of(record, ReadingKind.LENIENT)
    return {
        "votes": [vote.votes, vote.runs],
        "raw": record.raw_decision if strict is None else "",
        "lenient": lenient.value if lenient and lenient is not strict else "",
        "failure": record.failure.value if record.failure else "",
        "reason": _cut(record.reason, _WORDS),
        "confidence": record.confidence,
        "articles": list(record.raw_articles or record.articles)[:20],
        "deciding": record.process.deciding or "",
        "review": bool(record.process.checks) or len(record.steps) > 1,
        "answer": _cut(record.answer, _ANSWER),
        "steps": [found for step in record.steps if (found := _step(step)).keys() - _HEAD],
    }


def _step(step: Mapping[str, Any]) -> dict[str, Any]:
    """A step of a trace in few words: node, defendant, what it found, on which grounds."""
    finding = step.get("finding")
    found = finding if isinstance(finding, Mapping) else step
    held = [g for g in _objects(found.get("grounds")) if g.get("holds")]
    quotes = [q for holder in (found, *held) for q in _objects(holder.get("quotes"))]
    cited = [str(c.get("key", "")) for c in _objects(found.get("citations"))]
    said = next((str(found[k]) for k in ("verdict", "decision", "role") if found.get(k)), "")
    troubles = (found.get(name) for name in ("unresolved", "error"))
    words = [
        *_strings(found.get("charges")),
        *(str(found[name]) for name in ("summary", "note") if found.get(name)),
        *_strings(found.get("reasons")),
        *_sentence(found.get("sentence")),
        *(f"{t.get('code', '')} {t.get('reason', '')}" for t in _objects(list(troubles))),
    ]
    most = _THOUGHTS if step.get("node") == "reasoning" else _WORDS
    compact = {
        "node": str(step.get("node", "")),
        "who": str(step.get("defendant") or ""),
        "said": said,
        "words": _cut("；".join(words), most),
        "grounds": [
            _cut(f"{g.get('zh', '')}：{g.get('reason', '')}".strip("："), _WORDS)
            for g in held[:_GROUNDS]
        ],
        "quotes": list(dict.fromkeys(_cut(str(q.get("text", "")), 120) for q in quotes))[:_QUOTES],
        "cited": list(dict.fromkeys(cited))[:_GROUNDS],
        "confidence": found.get("confidence"),
    }
    return {key: value for key, value in compact.items() if value not in ("", [], None)}


def _sentence(value: Any) -> list[str]:
    if not isinstance(value, Mapping):
        return []
    months = value.get("months")
    return [str(value.get("kind", "")) + (f" {months:g} months" if months is not None else "")]


def _objects(value: Any) -> list[Mapping[str, Any]]:
    items = value if isinstance(value, Sequence) and not isinstance(value, str) else ()
    return [item for item in items if isinstance(item, Mapping)]


def _strings(value: Any) -> list[str]:
    items = value if isinstance(value, Sequence) and not isinstance(value, str) else ()
    return [item for item in items if isinstance(item, str)]


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _compressed(items: Sequence[Mapping[str, Any]]) -> str:
    text = plain(json.dumps(items, ensure_ascii=False, separators=(",", ":")))
    return base64.b64encode(gzip.compress(text.encode("utf-8"), 9, mtime=0)).decode("ascii")
