"""Asking a model one question about one case: what it sees, what comes back, what it cost."""

from __future__ import annotations

import threading
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from ..errors import LimitError, ModelError
from .answers import Answer
from .base import View
from .lens import Lens, lens, restored
from .once import Once
from .prompting import Prefix, messages, version_of
from .step_record import note_replies

if TYPE_CHECKING:
    from .client import Client
    from .limits import Budget
    from .registry import ModelSpec

A = TypeVar("A", bound=Answer)

PROBLEMS = {
    "unparsable": "模型的回答不合格式，经一次更正仍无法读取",
    "truncated": "模型的回答超过长度上限被截断",
    "refused": "模型拒绝回答",
}


class Unanswered(ModelError):
    """A model's answer could not be used; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(PROBLEMS.get(code, code))
        self.code = code


@cache
def shared_client() -> Client:
    """The client of the process, so that its limit on concurrent calls holds for all reviews."""
    from .client import Client

    return Client()


class Asker:
    """Puts the questions of one review to one model; may be used by several threads."""

    def __init__(
        self,
        spec: ModelSpec,
        client: Client,
        *,
        seed: int | None = None,
        budget: Budget | None = None,
    ) -> None:
        self.spec = spec
        self.once = Once()
        self._client = client
        self._seed = seed
        self._budget = budget
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Ask nothing more: whoever waited for the review has gone."""
        self._stopped.set()

    def lens(self, view: View, *, marked: bool = True) -> Lens:
        """How the model sees the case: masked where the text leaves this machine."""
        from ..config import load_settings
        from .redact import redact, should_redact

        redaction = None
        wanted, _ = self.once("wanted", lambda: should_redact(self.spec, load_settings()))
        if wanted:
            redaction, _ = self.once("redaction", lambda: redact(view.case, view.facts))
        return lens(view, redaction, marked=marked)

    def must(
        self, agent: str, prefix: Prefix, seen: Lens, answer_class: type[A], **question: Any
    ) -> A:
        """The answer; raises Unanswered where there is none that can be used."""
        answer, problem = self.ask(agent, prefix, seen, answer_class, **question)
        if answer is None:
            raise Unanswered(problem)
        return answer

    def ask(
        self, agent: str, prefix: Prefix, seen: Lens, answer_class: type[A], **question: Any
    ) -> tuple[A | None, str]:
        """The answer in the case's own words, or None and the code of the problem.

        Raises LimitError at a limit or after :meth:`stop`, ModelError and ConfigError as the
        client does.
        """
        from .structured import ask

        if self._stopped.is_set():
            raise LimitError("the review was given up by its caller")
        answer, replies, problem = ask(
            self._client,
            self.spec,
            messages(agent, prefix, seen, answer_class, **question),
            answer_class,
            budget=self._budget,
            seed=self._seed,
            tag=agent,
        )
        more: dict[str, Any] = {
            "repairs": max(0, len(replies) - 1),
            "prompt_version": version_of(agent),
        }
        if problem:
            more["problem"] = problem
        note_replies(replies, **more)
        return (None, problem) if answer is None else (restored(answer, seen.restore), "")
