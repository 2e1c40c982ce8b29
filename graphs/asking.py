"""How a run asks: seed, limits, parts switched off, and the judges that follow from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from . import judges
from .assumptions import in_words
from .parts import WHOLE, Parts, without

if TYPE_CHECKING:
    from ..agents.client import Client
    from ..agents.limits import Budget, Limits
    from ..cases.facts import Facts


@dataclass(frozen=True)
class Asking:
    """How a language model is asked: the ``seed`` sent along, the ``limits`` of this case, the
    ``budget`` it shares with other cases of the run, the ``client`` that sends the calls (None: the
    one of the process). Rules take no notice of these.

    ``corpus`` is the folder of the index in which similar cases are looked for, by rules and models
    alike; None means the configured one (:func:`nolle.retrieval.library.default_corpus`), False
    none at all.

    ``parts`` switches parts of the review off; ``facts`` are what was read out of this very case
    beforehand, with the same ``today`` and no assumed changes.
    """

    seed: int | None = None
    limits: Limits | None = None
    budget: Budget | None = None
    client: Client | None = None
    corpus: str | Path | Literal[False] | None = None
    parts: Parts = WHOLE
    facts: Facts | None = None


def judges_of(model: str, asking: Asking, assumed: Mapping[str, str]) -> judges.Judges:
    """The judges of the model, within the limits of the case and of the run.

    Raises ConfigError or InputError for a model or corpus that cannot be used.
    """
    found = _asked(model, asking, assumed)
    corpus = _corpus(asking)
    if corpus is not None:
        from ..agents.similar import finder

        found = replace(found, similar=finder(corpus))
    facts = asking.facts
    if facts is not None and not assumed:
        found = replace(found, read_facts=lambda case, today: facts)
    return without(found, asking.parts)


def corpus_state(asking: Asking) -> str:
    """Which index in which version similar cases come from; empty where there is none.

    Raises ConfigError or InputError for a corpus that cannot be used.
    """
    corpus = _corpus(asking)
    if corpus is None:
        return ""
    from ..retrieval.store import check_kind, current_version

    check_kind(corpus)
    version = current_version(corpus)
    return f"{corpus.absolute()}@{version.name if version else ''}"


def _corpus(asking: Asking) -> Path | None:
    if asking.corpus is False:
        return None
    if asking.corpus is not None:
        return Path(asking.corpus)
    from ..retrieval.library import default_corpus

    return default_corpus()


def _asked(model: str, asking: Asking, assumed: Mapping[str, str]) -> judges.Judges:
    if model == judges.RULES:
        return judges.of_model(model)
    budget = asking.budget
    if asking.limits is not None:
        from ..agents.limits import Budget

        budget = Budget(asking.limits, parent=budget)
    return judges.of_model(
        model,
        client=asking.client,
        seed=asking.seed,
        budget=budget,
        assumptions=in_words(assumed) if assumed else (),
        signals=asking.parts.signals,
        merged=asking.parts.merged,
    )
