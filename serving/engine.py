"""One place that runs reviews for every surface: REST, chat, MCP and the page.

Reviews by rules run in worker processes, reviews by a model in threads of this process, where they
wait for its server. A review is kept in the store from its submission on, so a server that is
stopped takes it up again: by rules from the start (which takes milliseconds), by a model from its
last finished step.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
import uuid
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from ..cases.models import Case
from ..errors import ConfigError, NolleError
from ..graphs import overrides as assumed
from ..graphs.judges import RULES
from ..graphs.trace import digest
from . import runs, worker
from .claims import Claim
from .faults import Busy, Failed, NotDone, NotFound, in_words
from .live import Live
from .store import Record, Status, Store
from .workers import Workers

Json = dict[str, Any]
INLINE_BYTES = 20_000
"""Up to this size a case is read in the server itself, which takes few milliseconds."""
log = logging.getLogger("nolle.serve")


class Submission(NamedTuple):
    """A review that somebody asks for; ``today`` counts where the case has no decision date."""

    case: Case
    owner: str
    model: str
    overrides: Mapping[str, object] = {}
    today: date | None = None


class Engine:
    """Runs, keeps and finds reviews. ``models`` are the specs that may be asked for, the first one
    by default; ``timeout`` is in seconds, for one review from its start."""

    def __init__(
        self,
        home: Path,
        models: tuple[str, ...] = (RULES,),
        *,
        workers: int = 2,
        most_waiting: int = 2000,
        most_models: int = 64,
        timeout: float = 1800.0,
        keep_days: float = 30.0,
        on_end: Callable[[str, Status, str | None, float], None] | None = None,
    ) -> None:
        self.models = models
        self.timeout, self.keep_days, self.most_waiting = timeout, keep_days, most_waiting
        self.live: dict[str, Live] = {}
        self.stopping = asyncio.Event()
        self.ready = asyncio.Event()
        self._folder = home / "serve"
        self.store = Store(self._folder / "reviews.sqlite")
        self.workers = Workers(workers)
        self._claim = Claim(self._folder / "servers")
        self._by_model = asyncio.Semaphore(most_models)
        self._on_end = on_end
        self._warming: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Take up what an earlier server left behind; the workers get ready meanwhile."""
        self._warming = asyncio.create_task(self._warm())
        for record in self.store.unfinished():
            if self._claim.is_left(record.server) and self.store.take(record, self._claim.id):
                self._launch(record)

    async def _warm(self) -> None:
        try:
            await self.workers.warm()
        except NolleError as error:
            log.error("workers do not start: %s", error)
            return
        self.ready.set()
        while True:
            self.store.prune(time.time() - self.keep_days * 86_400)
            await asyncio.sleep(3600)

    async def stop(self, grace: float = 10.0) -> None:
        """Finish what can be finished within ``grace`` seconds; the rest stays in the store."""
        self.stopping.set()
        rules = [x.task for x in self.live.values() if x.model == RULES and x.task]
        if rules:
            await asyncio.wait(rules, timeout=grace)
        rest = [x.task for x in self.live.values() if x.task]
        rest += [self._warming] if self._warming else []
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        self.workers.close()
        self.store.close()
        self._claim.close()

    async def read(self, **given: Any) -> Case:
        """The case of ``record=``, ``text=`` or ``data=`` with ``name=``; InputError if none."""
        size = len(given.get("text") or given.get("data") or "")
        if given.get("record") is not None or size <= INLINE_BYTES:
            return worker.read_case(given)
        return Case.model_validate(await self.workers.run("read", given, timeout=60.0))

    def model_of(self, name: str | None) -> str:
        """The spec that a name means: a spec, ``nolle-rules`` or ``nolle/SPEC``."""
        if not name:
            return self.models[0]
        spec = RULES if name == "nolle-rules" else name.removeprefix("nolle/")
        if spec not in self.models:
            offered = ", ".join(self.models)
            raise ConfigError(f"model {name[:100]!r} is not offered, model: use one of {offered}")
        return spec

    def submit(self, asked: Submission) -> Live:
        """Start a review (or put it in the queue) and return at once.

        Raises Busy past the limit of waiting reviews, InputError for a bad change.
        """
        if len(self.live) >= self.most_waiting or self.stopping.is_set():
            raise Busy("too many reviews are waiting, server: try again in a few seconds")
        now = time.time()
        changes = assumed.canonical(asked.overrides) if asked.overrides else {}
        case = asked.case.model_dump(mode="json")
        record = Record(
            id=f"rv-{uuid.uuid4().hex}",
            owner=asked.owner,
            created=now,
            updated=now,
            status=Status.QUEUED,
            model=asked.model,
            overrides=changes,
            today=(asked.today or date.today()).isoformat(),
            case_id=asked.case.id,
            server=self._claim.id,
        )
        self.store.add(record, case, self.digest(asked.case, asked.model, changes))
        return self._launch(record)

    def digest(self, case: Case, model: str, overrides: Mapping[str, str] | None = None) -> str:
        """What names a case, a model and assumptions together."""
        return digest(case.model_dump(mode="json"), model, dict(overrides or {}))

    async def review(self, asked: Submission) -> str:
        """Review now; its id. Raises what kept it from a result."""
        live = self.submit(asked)
        await live.end()
        self.done(self.found(live.id, asked.owner))
        return live.id

    def found(self, review_id: str, owner: str) -> Record:
        """The owner's review of that id, as it stands. Raises InputError if there is none."""
        record = self.store.get(review_id, owner)
        if record is None:
            raise NotFound(f"no review {review_id[:80]!r}: check the id, or review the case again")
        live = self.live.get(review_id)
        if live is not None:
            update = {"status": live.status, "steps": len(live.steps)}
            record = record.model_copy(update=update)
        return record

    def done(self, record: Record) -> bytes:
        """The packed result of a review; raises what kept it from one."""
        if record.status is Status.DONE and (packed := self.store.result(record.id)) is not None:
            return packed
        if record.error is not None:
            raise Failed(*record.error)
        raise NotDone(f"review {record.id} is {record.status.value}: it has no result")

    def cancel(self, record: Record) -> bool:
        """Stop a review that is under way; False if it has ended already."""
        live = self.live.get(record.id)
        if live is None or live.status.ended:
            return False
        self.store.note(record.id, Status.CANCELLED)
        live.change(Status.CANCELLED)
        if live.task is not None:
            live.task.cancel()
        return True

    def forget(self, record: Record) -> None:
        """Delete a review that has ended."""
        self.store.delete(record.id)

    async def whatif(self, record: Record, changes: Mapping[str, object], model: str) -> Json:
        """What changes if: the JSON of ``nolle whatif --json`` for a review that is done."""
        self.done(record)
        wait = contextlib.nullcontext() if model == RULES else self._by_model
        async with wait:
            return await runs.compared(
                self.workers, self.store, record, changes, model, self.timeout
            )

    def _launch(self, record: Record) -> Live:
        live = Live(record)
        self.live[record.id] = live
        live.task = asyncio.create_task(self._run(record, live))
        return live

    async def _run(self, record: Record, live: Live) -> None:
        """Run a review to its end; only a server that stops leaves it without one."""
        decision: str | None = None
        try:
            made = await self._made(record, live)
            decision = made.decision
            self.store.finish(record.id, made.packed, made.steps, decision)
            live.change(Status.DONE)
        except asyncio.CancelledError:
            if not self.stopping.is_set() and not live.status.ended:
                raise
        except Exception as error:
            code, message = in_words(error)
            if not isinstance(error, NolleError):
                log.error("review %s failed: %s", record.id, type(error).__name__)
            self.store.note(record.id, Status.FAILED, (code, message))
            live.change(Status.FAILED)
        finally:
            del self.live[record.id]
            live.left = True
            live.change()
            if live.status.ended:
                self._checkpoint(record).unlink(missing_ok=True)
                if self._on_end:
                    seconds = time.monotonic() - live.began
                    self._on_end(record.model, live.status, decision, seconds)

    async def _made(self, record: Record, live: Live) -> worker.Made:
        if record.model == RULES:
            return await runs.by_rules(self.workers, self.store, record, live, self.timeout)
        checkpoint = self._checkpoint(record)
        async with self._by_model:
            return await runs.by_model(self.store, record, live, checkpoint, self.timeout)

    def _checkpoint(self, record: Record) -> Path:
        return self._folder / "runs" / f"{record.id}.sqlite"
