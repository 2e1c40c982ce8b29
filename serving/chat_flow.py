"""A conversation on the engine: a case is reviewed step by step, a question answered from it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from ..cases.findings import Review
from ..errors import InputError, NolleError
from ..graphs.judges import RULES
from ..graphs.whatif import Difference
from . import worker
from .chat_answers import EXAMPLES, answer, answer_if, help_text
from .chat_questions import is_chinese, question_of
from .chat_turns import Said, Turn, turn_of
from .engine import Engine, Submission
from .events import STOPPING, events
from .faults import in_words
from .step_words import id_line, review_text, safe, step_line
from .store import Record, Status


async def reply(engine: Engine, owner: str, model: str, said: Sequence[Said]) -> AsyncIterator[str]:
    """The answer to the last message, piece by piece; errors that people can mend are told in it.

    Whoever stops listening cancels a review that is under way.
    """
    turn = turn_of(said)
    chinese = is_chinese(turn.text) or not turn.text
    try:
        if turn.kind == "help":
            yield help_text(chinese)
        elif turn.kind == "task":
            yield turn.text
        elif turn.kind == "case":
            async for piece in _review(engine, owner, model, turn.text):
                yield piece
        else:
            yield await _answer(engine, owner, model, turn)
    except NolleError as error:
        yield f"{'无法完成' if chinese else 'This did not work'}：{safe(in_words(error)[1])}"


async def _review(engine: Engine, owner: str, model: str, text: str) -> AsyncIterator[str]:
    case = await engine.read(text=text)
    live = engine.submit(Submission(case, owner, model))
    record = engine.found(live.id, owner)
    try:
        async for event, data in events(engine, record):
            if event == "step" and (line := step_line(data)):
                yield f"- {line}\n"
            elif event == Status.FAILED:
                yield f"\n未能完成 failed：{safe(data['error']['message'])}\n\n{id_line(live.id)}"
            elif event == Status.CANCELLED:
                yield "\n已取消 cancelled"
            elif event == STOPPING:
                yield f"\n服务重启后继续 goes on after a restart\n\n{id_line(live.id)}"
            elif event == Status.DONE:
                review = reviewed(engine, engine.found(live.id, owner))
                hint = f"{EXAMPLES[True]} {EXAMPLES[False]}"
                yield f"\n{review_text(review)}\n\n{hint}"
    finally:
        if not live.status.ended and not engine.stopping.is_set():
            engine.cancel(record)


async def _answer(engine: Engine, owner: str, model: str, turn: Turn) -> str:
    record = await _record(engine, owner, model, turn)
    review = reviewed(engine, record)
    question = question_of(turn.text, review.outcomes)
    if question.changes:
        # By rules, at once, whatever made the review: a person waits for the answer.
        found = await engine.whatif(record, question.changes, RULES)
        after = worker.review_of(found["after"])
        differences = [Difference.model_validate(item) for item in found["differences"]]
        text = answer_if(found["changes"], differences, after, question.chinese)
        if record.model != RULES:
            text += "\n\n（依规则重新计算 reckoned again by rules）"
    else:
        text = answer(question, review)
    return f"{text}\n\n{id_line(record.id)}"


async def _record(engine: Engine, owner: str, model: str, turn: Turn) -> Record:
    """The review that a question is about; made again where it is not kept any more."""
    if turn.review_id is not None:
        record = engine.store.get(turn.review_id, owner)
        if record is not None and record.status is Status.DONE:
            return record
    if turn.case_text is None:
        raise InputError("the review is not kept any more, conversation: send the case again")
    case = await engine.read(text=turn.case_text)
    known = engine.store.same(owner, engine.digest(case, model))
    if known is not None:
        return known
    return engine.found(await engine.review(Submission(case, owner, model)), owner)


def reviewed(engine: Engine, record: Record) -> Review:
    """The review of a record; raises what kept it from one."""
    return worker.review_of(worker.unpack(engine.done(record)))
