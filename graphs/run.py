"""Running the review graph on one case: at once, asynchronously, step by step, or resumed."""

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from contextvars import copy_context
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any, Literal, cast, overload

from ..cases.findings import Review, Step
from ..cases.models import Case
from ..collector import seldom_meanwhile
from ..errors import InputError
from . import judges
from . import overrides as changes
from .asking import Asking, judges_of
from .context import RunContext
from .pending import Pending, Proposed, Waiting
from .state import RECURSION_LIMIT, SCHEMA_VERSION, Input, Json
from .trace import JsonlSink, Sink, Tee, digest

TraceTarget = str | Path | Sink | None
THREADS = 64
"""How many questions of one review may wait for a model at the same time."""
ASYNC_REVIEWS = 256
"""How many reviews by a model may run side by side in one event loop."""


@overload
def run(
    case: Case,
    model: str = ...,
    *,
    overrides: Mapping[str, object] | None = ...,
    run_id: str | None = ...,
    checkpoint: str | Path | None = ...,
    trace: TraceTarget = ...,
    today: date | None = ...,
    asking: Asking | None = ...,
    approve: Literal[False] = ...,
) -> Review: ...


@overload
def run(
    case: Case,
    model: str = ...,
    *,
    overrides: Mapping[str, object] | None = ...,
    run_id: str | None = ...,
    checkpoint: str | Path | None = ...,
    trace: TraceTarget = ...,
    today: date | None = ...,
    asking: Asking | None = ...,
    approve: Literal[True],
) -> Review | Pending: ...


def run(
    case: Case,
    model: str = judges.RULES,
    *,
    overrides: Mapping[str, object] | None = None,
    run_id: str | None = None,
    checkpoint: str | Path | None = None,
    trace: TraceTarget = None,
    today: date | None = None,
    asking: Asking | None = None,
    approve: bool = False,
) -> Review | Pending:
    """Review one case.

    ``overrides`` are assumed changes (:mod:`nolle.graphs.overrides`); ``today`` counts where the
    case has no decision date. With ``checkpoint`` (a SQLite file) an unfinished run of the same
    ``run_id`` is resumed, its finished nodes are not run again, and a finished one returns its
    stored review. ``trace`` is a JSONL file to append to, or a sink. ``asking`` says how a language
    model is asked; past a limit the review ends with what is done, the rest Unresolved. With
    ``approve`` (and ``checkpoint``) the run stops before the opinion and waits for a person
    (:func:`nolle.graphs.approval.answer`); where nobody is suspected there is nothing to approve.

    Raises ConfigError for a model that is not available and InputError for a bad change, a bad
    path, or a ``run_id`` that belongs to another case.
    """
    plan = _Plan(case, model, overrides, run_id, today, asking)
    if not approve:
        return _run(plan, checkpoint, trace)
    if checkpoint is None:
        raise InputError("a run that waits for approval needs a checkpoint: name a SQLite file")
    plan.start["approve"] = True
    try:
        return _run(plan, checkpoint, trace)
    except Waiting as stop:
        return Pending(run_id=plan.run_id, checkpoint=str(checkpoint), findings=stop.findings)


def _run(plan: _Plan, checkpoint: str | Path | None, trace: TraceTarget) -> Review:
    with seldom_meanwhile(), _tracing(), sink_of(trace) as sink:
        context = plan.context(sink)
        if checkpoint is None:
            return plan.review(_graph().invoke(plan.start, plan.config, context=context), context)
        from .checkpoints import open_sqlite

        with open_sqlite(checkpoint) as saver:
            graph = _graph(saver)
            known = graph.get_state(plan.config)
            given = plan.resumed(known)
            if given is not _DONE:
                values = graph.invoke(given, plan.config, context=context, durability="sync")
            else:
                values = known.values
            return plan.review(values, context)


async def arun(
    case: Case,
    model: str = judges.RULES,
    *,
    overrides: Mapping[str, object] | None = None,
    run_id: str | None = None,
    checkpoint: str | Path | None = None,
    trace: TraceTarget = None,
    today: date | None = None,
    asking: Asking | None = None,
) -> Review:
    """Review one case without blocking the event loop; as :func:`run` otherwise."""
    plan = _Plan(case, model, overrides, run_id, today, asking)
    if model != judges.RULES:
        return await _in_thread(plan, checkpoint, trace)
    with seldom_meanwhile(), _tracing(), sink_of(trace) as sink:
        context = plan.context(sink)
        if checkpoint is None:
            values = await _graph().ainvoke(plan.start, plan.config, context=context)
            return plan.review(values, context)
        from .checkpoints import open_sqlite_async

        async with open_sqlite_async(checkpoint) as saver:
            graph = _graph(saver)
            known = await graph.aget_state(plan.config)
            given = plan.resumed(known)
            if given is not _DONE:
                values = await graph.ainvoke(given, plan.config, context=context, durability="sync")
            else:
                values = known.values
            return plan.review(values, context)


async def _in_thread(plan: _Plan, checkpoint: str | Path | None, trace: TraceTarget) -> Review:
    """Run in a thread of our own: the loop's few default threads would queue the model's calls."""
    loop = asyncio.get_running_loop()
    work = partial(copy_context().run, _run, plan, checkpoint, trace)
    try:
        return await loop.run_in_executor(_threads(), work)
    except asyncio.CancelledError:
        plan.judges.stop()
        raise


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=ASYNC_REVIEWS, thread_name_prefix="nolle-review")


async def astream(
    case: Case,
    model: str = judges.RULES,
    *,
    overrides: Mapping[str, object] | None = None,
    run_id: str | None = None,
    checkpoint: str | Path | None = None,
    trace: TraceTarget = None,
    today: date | None = None,
    asking: Asking | None = None,
) -> AsyncIterator[Step | Review]:
    """Yield each step as it finishes, then the review; as :func:`run` otherwise.

    Steps of a superstep come in the order in which they finish; ``seq`` gives their order.
    """
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[Step | None] = asyncio.Queue()

    class _Queue:
        def emit(self, step: Step) -> None:
            loop.call_soon_threadsafe(queue.put_nowait, step)

    with sink_of(trace) as sink:
        sinks = Tee([_Queue(), *([sink] if sink is not None else [])])
        task = asyncio.create_task(
            arun(
                case,
                model,
                overrides=overrides,
                run_id=run_id,
                checkpoint=checkpoint,
                trace=sinks,
                today=today,
                asking=asking,
            )
        )
        task.add_done_callback(lambda _: queue.put_nowait(None))
        try:
            while (step := await queue.get()) is not None:
                yield step
            yield await task
        finally:
            if not task.done():
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task


_DONE: Any = object()


class _Plan:
    """What a run is about, checked before it starts."""

    def __init__(
        self,
        case: Case,
        model: str,
        overrides: Mapping[str, object] | None,
        run_id: str | None,
        today: date | None,
        asking: Asking | None,
    ) -> None:
        assumed = changes.canonical(overrides) if overrides else {}
        self.judges = judges_of(model, asking or Asking(), assumed)
        self.run_id = run_id or uuid.uuid4().hex
        self.config: Any = {
            "configurable": {"thread_id": self.run_id},
            "recursion_limit": RECURSION_LIMIT,
        }
        # Rules hold the interpreter lock: more threads only cost time. Questions to a model wait
        # for its server, so all of a superstep go out together.
        self.config["max_concurrency"] = 1 if model == judges.RULES else THREADS
        data = case.model_dump(mode="json")
        self.case = (data, case)
        self.start: Input = {
            "schema_version": SCHEMA_VERSION,
            "case": data,
            "model": model,
            "today": (today or date.today()).isoformat(),
            "overrides": assumed,
            "key": digest(data, model, assumed),
        }

    def context(self, sink: Sink | None) -> RunContext:
        """The runtime context of this run."""
        context = RunContext(run_id=self.run_id, judges=self.judges, sink=sink)
        context.memo.remember(*self.case)
        return context

    def resumed(self, known: Any) -> Any:
        """What to invoke the graph with: the start, None to go on, or _DONE if it is finished.

        Raises InputError if the stored run is about something else.
        """
        values: Json = known.values
        if not values:
            # A run stopped before its first node keeps only the input, under the entry.
            return None if known.next else self.start
        self._same(values)
        return None if known.next else _DONE

    def _same(self, values: Mapping[str, Any]) -> None:
        version = values.get("schema_version", SCHEMA_VERSION)
        if version != SCHEMA_VERSION:
            raise InputError(
                f"run {self.run_id} was stored in layout {version}, this version uses "
                f"{SCHEMA_VERSION}: start it under another run id"
            )
        if values.get("key", self.start["key"]) != self.start["key"]:
            raise InputError(
                f"run {self.run_id} belongs to another case, model or set of changes: "
                "use another run id"
            )
        if self.start.get("approve") and not values.get("approve"):
            raise InputError(f"run {self.run_id} was started without approval: use another run id")

    def review(self, values: Mapping[str, Any], context: RunContext) -> Review:
        """The finished review with its trace. Raises Waiting where a person is to approve it."""
        if "__interrupt__" in values:
            asked = values["__interrupt__"][0].value["findings"]
            raise Waiting(self.run_id, tuple(map(Proposed.model_validate, asked)))
        review = cast(Review, context.memo.load(Review, values["review"]))
        steps = tuple(context.memo.load(Step, step) for step in values["steps"])
        return review.model_copy(update={"trace": steps})


def _graph(saver: Any = None) -> Any:
    from .review import build

    return build(saver)


def _tracing() -> AbstractContextManager[Any]:
    """Keep case text away from outside tracing services unless the user asked nolle for it."""
    from langsmith import tracing_context

    wanted = os.environ.get("NOLLE_TRACE_LANGSMITH") == "1"
    return tracing_context() if wanted else tracing_context(enabled=False)


@contextmanager
def sink_of(target: TraceTarget) -> Iterator[Sink | None]:
    """The sink that ``target`` means; a file is closed at the end."""
    if isinstance(target, str | Path):
        with JsonlSink(target) as sink:
            yield sink
    else:
        yield target
