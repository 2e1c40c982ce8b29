"""The similar-cases agent: decided cases like this one, from the corpus where there is one.

It only helps people and models to compare; no rule decides by it. The names in a similar case are
masked always: they are nobody's business in another case.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from ..cases.extract import read_facts
from ..cases.findings import SimilarCase, SimilarFinding
from ..cases.models import Case
from ..cases.vocabulary import Decision
from ..errors import NolleError
from .base import Context, View
from .opinion import months_zh

if TYPE_CHECKING:
    from ..retrieval.documents import Document
    from ..retrieval.index import Share
    from ..retrieval.search import Hit
    from .redact import Redaction

NO_CORPUS = "没有案例库：未检索类案"
NOTHING = "案例库中没有可以显示的类案"
SHOWN = 5
SHARED = 8
"""Words in common that are shown."""
SNIPPET = 240
"""Characters of a similar case that are shown."""
_PERSONS = "甲乙丙丁戊己庚辛壬癸"

Finder = Callable[[View, Context], SimilarFinding]


def assess(view: View, context: Context) -> SimilarFinding:
    """Why no similar cases are shown where no corpus is at hand."""
    return SimilarFinding(note=NO_CORPUS)


def finder(corpus: Path, k: int = SHOWN) -> Finder:
    """The agent on one corpus.

    Raises ConfigError or InputError, in one line, for an index that cannot be used.
    """
    from ..retrieval.library import opened

    library = opened(corpus, masked)

    def find(view: View, context: Context) -> SimilarFinding:
        from ..retrieval.guards import Subject
        from ..retrieval.search import find as search

        subject = Subject.of(view.case)
        try:
            found = search(library.index, subject, k, dense=library.dense, charges=view.charges)
        except NolleError as error:
            return SimilarFinding(note=f"未能检索类案：{error}", corpus=library.about())
        cases = tuple(
            similar_case(hit, words_of(library.index.explain(subject.text, hit.row)))
            for hit in found.hits
        )
        return SimilarFinding(
            cases=cases,
            note="" if cases else NOTHING,
            withheld=found.withheld.model_dump(mode="json"),
            corpus=library.about(),
        )

    return find


def similar_case(hit: Hit, shared: tuple[str, ...] = ()) -> SimilarCase:
    """A hit as a review shows it."""
    document = hit.document
    return SimilarCase(
        id=document.id,
        score=hit.score,
        outcome=outcome_zh(document),
        charge="、".join(document.charges),
        snippet=snippet(document.text),
        date=document.date,
        province=document.province,
        role=document.role,
        likeness=hit.likeness or 0.0,
        shared=shared,
    )


def words_of(shares: Sequence[Share]) -> tuple[str, ...]:
    """The words that brought a hit up, the weightiest first; charges it was read under left out."""
    from ..retrieval.tokenise import CHARGE_MARK

    words = (share.term for share in shares if not share.term.startswith(CHARGE_MARK))
    return tuple(islice(words, SHARED))


def outcome_zh(document: Document) -> str:
    """What became of the case: the decision, the term, or both; empty where nothing is known."""
    from ..retrieval.documents import DEATH, LIFE

    decision = Decision.from_label(document.outcome)
    parts = [decision.zh] if decision is not None else []
    if document.months == LIFE:
        parts.append("无期徒刑")
    elif document.months == DEATH:
        parts.append("死刑")
    elif document.months is not None and decision in (None, Decision.P):
        parts.append(f"判处{months_zh(document.months)}" if document.months else "未判处监禁刑")
    return "，".join(parts)


def masked(text: str) -> str:
    """A text without what identifies people, for a remote embedder."""
    return _redacted(text).case.fact


@lru_cache(maxsize=2048)
def snippet(text: str, limit: int = SNIPPET) -> str:
    """The beginning of the facts on one line, persons as 〔甲〕, numbers and places as labels."""
    found = _redacted(text)
    short = found.case.fact
    persons = [secret for secret in found.table if secret.is_name]
    persons.sort(key=lambda secret: short.find(secret.placeholder))
    for number, secret in enumerate(persons):
        stem = _PERSONS[number] if number < len(_PERSONS) else str(number + 1)
        short = short.replace(secret.placeholder, f"〔{stem}〕")
    short = " ".join(short.split())
    return short if len(short) <= limit else short[: limit - 1] + "…"


def _redacted(text: str) -> Redaction:
    # The patterns of names take a while to load, and most reviews look for no similar case.
    from .redact import redact

    case = Case(fact=text)
    return redact(case, read_facts(case))
