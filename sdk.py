"""The SDK: review one case or many, at once or asynchronously, and ask what would change if."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

from .cases.models import Case
from .errors import InputError

if TYPE_CHECKING:
    from .cases.findings import Review, Step
    from .graphs.asking import Asking
    from .graphs.pending import Pending
    from .graphs.trace import Sink
    from .graphs.whatif import WhatIf

CaseLike = Case | Mapping[str, Any]
"""A case, or a mapping with the keys of the input record."""

Corpus = str | Path | Literal[False] | None
"""The folder of an index of decided cases; None for the configured one, False for none."""

__all__ = ["approve", "areview", "astream", "review", "review_many", "whatif"]


@overload
def review(
    case: CaseLike,
    model: str | None = ...,
    *,
    overrides: Mapping[str, object] | None = ...,
    run_id: str | None = ...,
    checkpoint: str | Path | None = ...,
    trace: str | Path | Sink | None = ...,
    today: date | None = ...,
    asking: Asking | None = ...,
    corpus: Corpus = ...,
    approve: Literal[False] = ...,
) -> Review: ...


@overload
def review(
    case: CaseLike,
    model: str | None = ...,
    *,
    overrides: Mapping[str, object] | None = ...,
    run_id: str | None = ...,
    checkpoint: str | Path | None = ...,
    trace: str | Path | Sink | None = ...,
    today: date | None = ...,
    asking: Asking | None = ...,
    corpus: Corpus = ...,
    approve: Literal[True],
) -> Review | Pending: ...


def review(
    case: CaseLike,
    model: str | None = None,
    *,
    overrides: Mapping[str, object] | None = None,
    run_id: str | None = None,
    checkpoint: str | Path | None = None,
    trace: str | Path | Sink | None = None,
    today: date | None = None,
    asking: Asking | None = None,
    corpus: Corpus = None,
    approve: bool = False,
) -> Review | Pending:
    """Review one case and return the recommendation with every step that led to it.

    ``model`` defaults to ``NOLLE_MODEL``, else ``rules``. ``overrides`` assumes changes (see
    :func:`whatif`). ``checkpoint`` names a SQLite file from which an unfinished run of the same
    ``run_id`` is resumed; ``trace`` a JSONL file to append steps to (or a sink); ``today`` the day
    whose law applies where the case has no decision date; ``asking`` how a language model is asked
    (seed, limits; :class:`nolle.graphs.asking.Asking`); ``corpus`` the folder of the index in which
    similar cases are looked for (None: the configured one, False: none). Works inside a running
    event loop. With
    ``approve`` (and ``checkpoint``) the review stops before its opinion and what it waits with is
    returned; :func:`approve` makes it go on.

    Raises InputError for a case, change or path that cannot be used and ConfigError for a model
    that is not available.
    """
    from .graphs.run import run

    stop: Any = {"approve": True} if approve else {}
    made: Review | Pending = run(
        _case(case),
        _model(model),
        overrides=overrides,
        run_id=run_id,
        checkpoint=checkpoint,
        trace=trace,
        today=today,
        asking=_asking(asking, corpus),
        **stop,
    )
    return made


def approve(
    checkpoint: str | Path,
    run_id: str,
    *,
    by: str,
    accept: bool = False,
    reject: str | None = None,
    edit: Iterable[str] = (),
    reason: str = "",
    trace: str | Path | Sink | None = None,
    asking: Asking | None = None,
) -> Review:
    """Answer a review that waits for approval, also from another process, and finish it.

    Exactly one of ``accept``, ``reject`` (the reason; the review ends Unresolved) and ``edit``
    (``DEFENDANT:CHECK=VERDICT``; the decision is drawn again). ``by`` is who answers, ``reason``
    why; both, and the time, stand in the trace and in the notes.

    Raises InputError for a run that is not known or does not wait and for an answer that does not
    fit, and ConfigError for a model that is not available.
    """
    from .graphs.approval import answer

    return answer(
        checkpoint,
        run_id,
        by=by,
        accept=accept,
        reject=reject,
        edit=edit,
        reason=reason,
        trace=trace,
        asking=asking,
    )


async def areview(
    case: CaseLike,
    model: str | None = None,
    *,
    overrides: Mapping[str, object] | None = None,
    run_id: str | None = None,
    checkpoint: str | Path | None = None,
    trace: str | Path | Sink | None = None,
    today: date | None = None,
    asking: Asking | None = None,
    corpus: Corpus = None,
) -> Review:
    """Review one case without blocking the event loop; as :func:`review` otherwise."""
    from .graphs.run import arun

    return await arun(
        _case(case),
        _model(model),
        overrides=overrides,
        run_id=run_id,
        checkpoint=checkpoint,
        trace=trace,
        today=today,
        asking=_asking(asking, corpus),
    )


async def astream(
    case: CaseLike,
    model: str | None = None,
    *,
    overrides: Mapping[str, object] | None = None,
    run_id: str | None = None,
    checkpoint: str | Path | None = None,
    trace: str | Path | Sink | None = None,
    today: date | None = None,
    asking: Asking | None = None,
    corpus: Corpus = None,
) -> AsyncIterator[Step | Review]:
    """Yield each step as it finishes and, last, the review; as :func:`review` otherwise."""
    from .graphs.run import astream as stream

    async for item in stream(
        _case(case),
        _model(model),
        overrides=overrides,
        run_id=run_id,
        checkpoint=checkpoint,
        trace=trace,
        today=today,
        asking=_asking(asking, corpus),
    ):
        yield item


def review_many(
    cases: Iterable[CaseLike],
    model: str | None = None,
    workers: int = 1,
    on_progress: Callable[[int, int, Review], None] | None = None,
    *,
    today: date | None = None,
    asking: Asking | None = None,
    corpus: Corpus = None,
) -> list[Review]:
    """Review several cases and return their reviews in the same order.

    ``workers`` is how many run side by side, in threads: it helps where a model server answers,
    not with ``rules``, which keep one core busy. ``on_progress`` is called after each with the
    number done, the number of all, and the review. Raises as :func:`review` does, at the first
    case that fails.
    """
    from concurrent.futures import ThreadPoolExecutor, as_completed

    if workers < 1:
        raise InputError(f"workers={workers}: give a number from 1")
    every = [_case(case) for case in cases]
    spec = _model(model)
    asking = _asking(asking, corpus)
    reviews: dict[int, Review] = {}

    def note(index: int, made: Review) -> None:
        reviews[index] = made
        if on_progress is not None:
            on_progress(len(reviews), len(every), made)

    if workers == 1:
        for index, case in enumerate(every):
            note(index, review(case, spec, today=today, asking=asking))
    else:
        with ThreadPoolExecutor(max_workers=workers) as pool:
            waiting = {
                pool.submit(review, case, spec, today=today, asking=asking): index
                for index, case in enumerate(every)
            }
            try:
                for future in as_completed(waiting):
                    note(waiting[future], future.result())
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
    return [reviews[index] for index in range(len(every))]


def whatif(
    case: CaseLike,
    changes: Mapping[str, object],
    model: str | None = None,
    *,
    today: date | None = None,
) -> WhatIf:
    """Review the case as it stands and with assumed changes, and say what differs.

    A change sets a circumstance (``{"forgiveness": "yes", "surrender": "no"}``, ids or Chinese
    names) or a value (``amount`` in yuan, ``alcohol`` in mg/100 ml, ``grams``, ``injury``, ``age``
    in years, ``returns``, ``conduct_date``, ``decision_date``); ``"NAME:age"`` means one
    defendant. Raises InputError, listing the valid keys, for an unknown one.
    """
    from .graphs.whatif import whatif as compare

    return compare(_case(case), changes, _model(model), today=today)


def _case(case: CaseLike) -> Case:
    """The case; InputError for what is none."""
    if isinstance(case, Case):
        return case
    if not isinstance(case, Mapping):
        raise InputError(
            f"not a case: {type(case).__name__}; give a nolle.Case, e.g. from nolle.Case.load(path)"
        )
    from .cases.readers import case_from_record

    return case_from_record(case, "case")


def _asking(asking: Asking | None, corpus: Corpus) -> Asking | None:
    """How the run asks, with the corpus where one is named."""
    if corpus is None:
        return asking
    from .graphs.asking import Asking

    return replace(asking or Asking(), corpus=corpus)


def _model(model: str | None) -> str:
    """The model spec, by default the configured one."""
    if model is not None:
        return model
    from .config import load_settings

    return load_settings().model
