"""The chat as a LangGraph graph with ``messages``: for LangGraph Server, Studio, agent-chat-ui.

Each thread keeps its review in its state, so questions need not send the case again.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from langchain_core.messages import AIMessage, AnyMessage
from langgraph.graph import END, START, StateGraph
from langgraph.graph.message import add_messages
from langgraph.graph.state import CompiledStateGraph
from typing_extensions import TypedDict

from ..cases.models import Case
from ..cases.readers import case_from_text
from ..errors import InputError, NolleError
from ..graphs.judges import RULES
from ..graphs.run import run
from ..graphs.whatif import whatif
from . import worker
from .chat_answers import EXAMPLES, answer, answer_if, help_text
from .chat_questions import is_chinese, question_of
from .chat_turns import Turn, said_of, turn_of
from .step_words import review_text, safe

Json = dict[str, Any]


class ChatInput(TypedDict, total=False):
    """What a turn starts from; ``model`` is a model spec, default rules."""

    messages: Annotated[list[AnyMessage], add_messages]
    model: str


class ChatState(ChatInput, total=False):
    """The conversation with the case that it is about, its review and the day of that review."""

    case: Json
    review: Json
    today: str


def reply(state: ChatState) -> Json:
    """Review the case of the last message, or answer its question about the review before."""
    said = said_of([{"role": m.type, "content": m.content} for m in state["messages"]])
    turn = turn_of(said)
    chinese = is_chinese(turn.text) or not turn.text
    try:
        if turn.kind == "help" and state.get("review") is None:
            return _said(help_text(chinese))
        if turn.kind == "task":
            return _said(turn.text)
        if turn.kind == "case":
            return _review(turn.text, state)
        return _answer(turn, state)
    except NolleError as error:
        lead = "无法完成" if chinese else "This did not work"
        return _said(f"{lead}：{safe(str(error))}")


def _said(text: str, **update: Any) -> Json:
    return {"messages": [AIMessage(text)], **update}


def _review(text: str, state: ChatState) -> Json:
    today = date.today()
    case = case_from_text(text)
    review = run(case, state.get("model") or RULES, today=today)
    told = f"{review_text(review)}\n\n{EXAMPLES[True]} {EXAMPLES[False]}"
    kept = {"case": case.model_dump(mode="json"), "today": today.isoformat()}
    return _said(told, review=worker.public(review), **kept)


def _answer(turn: Turn, state: ChatState) -> Json:
    if state.get("review") is None:
        if turn.case_text is None:
            raise InputError("the review is not kept any more, conversation: send the case again")
        made: Any = _review(turn.case_text, state)
        state = made
    review = worker.review_of(state["review"])
    question = question_of(turn.text, review.outcomes)
    kept = {key: state[key] for key in ("case", "review", "today") if key in state}
    if not question.changes:
        return _said(answer(question, review), **kept)
    case, day = Case.model_validate(state["case"]), date.fromisoformat(state["today"])
    found = whatif(case, question.changes, RULES, today=day)
    text = answer_if(found.changes, found.differences, found.after, question.chinese)
    return _said(text, **kept)


def build() -> CompiledStateGraph[ChatState, None, ChatInput, ChatState]:
    """The compiled graph; the server that runs it brings its own checkpointer."""
    builder = StateGraph(ChatState, input_schema=ChatInput)
    builder.add_node("reply", reply)
    builder.add_edge(START, "reply")
    builder.add_edge("reply", END)
    return builder.compile(name="nolle-chat")


graph = build()
