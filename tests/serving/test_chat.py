"""The chat interface through the official OpenAI client and LangChain's."""

import base64
import json
from pathlib import Path

import pytest

pytest.importorskip("fastapi")
openai = pytest.importorskip("openai")

EXAMPLES = Path(__file__).parents[2] / "examples" / "cases"


@pytest.fixture(scope="module")
def record():
    return json.loads((EXAMPLES / "dui-minor-dnp.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def client(server):
    return openai.OpenAI(base_url=f"{server}/v1", api_key="unused", max_retries=0, timeout=60)


@pytest.fixture(scope="module")
def case_text(record):
    labels = ("犯罪嫌疑人信息", "诉讼程序", "案件事实", "日期", "省份")
    texts = (*(record[f] for f in ("person_info", "procedure", "fact")), *record["meta"].values())
    return "\n".join(f"{label}：{text}" for label, text in zip(labels, texts, strict=True))


@pytest.fixture(scope="module")
def talk(client, case_text):
    """Ask something after a review of the case; the conversation is sent whole, as clients do."""
    said = [{"role": "user", "content": f"请审查：\n{case_text}"}]
    first = client.chat.completions.create(model="nolle-rules", messages=said)
    said.append({"role": "assistant", "content": first.choices[0].message.content})

    def ask(text, before=said):
        messages = [*before, {"role": "user", "content": text}]
        answer = client.chat.completions.create(model="nolle-rules", messages=messages)
        return answer.choices[0].message.content

    ask.first = said[-1]["content"]
    ask.case = said[0]
    return ask


def test_the_models_are_listed(client):
    assert [model.id for model in client.models.list()] == ["nolle-rules"]


def test_a_case_is_reviewed(talk):
    assert "相对不起诉 DNP" in talk.first
    assert "evidence" in talk.first
    assert "适用法条" in talk.first
    assert "审查编号 review id: `rv-" in talk.first


def test_steps_stream_before_the_opinion(client, case_text):
    stream = client.chat.completions.create(
        model="nolle-rules",
        messages=[{"role": "user", "content": case_text}],
        stream=True,
        stream_options={"include_usage": True},
    )
    chunks = list(stream)
    pieces = [
        c.choices[0].delta.content for c in chunks if c.choices and c.choices[0].delta.content
    ]
    assert len(pieces) >= 7
    assert "intake" in pieces[0]
    assert "最终结论" in pieces[-1]
    assert chunks[-1].usage is not None
    assert [c.choices[0].finish_reason for c in chunks if c.choices][-1] == "stop"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("why not prosecute?", ["✗ 起诉必要性审查", "needs 有追诉必要", "recommended"]),
        ("为什么不是存疑不起诉？", ["✗ 事实与证据审查", "证据确实、充分"]),
        ("为什么？", ["情节轻微"]),
        ("如果酒精含量是250呢？", ["假设 血液酒精含量＝250", "相对不起诉 DNP → 起诉 P"]),
        ("what if he did not confess?", ["Assuming", "坦白＝no"]),
        ("what if the moon was blue?", ["I found nothing in that to assume"]),
        ("用了哪些法条？", ["刑法第一百三十三条之一"]),
        ("量刑怎么算的？", ["没有量刑建议"]),
        ("有没有类案？", ["类案"]),
        ("什么罪名？", ["危险驾驶罪"]),
        ("给我意见书全文", ["最终结论"]),
        ("步骤", ["intake"]),
        ("嗯", ["没有读懂", "相对不起诉"]),
    ],
)
def test_questions_are_answered_from_the_review(talk, asked, said):
    answer = talk(asked)
    assert [part for part in said if part.lower() not in answer.lower()] == []
    assert "审查编号" in answer


def test_a_question_finds_its_case_without_the_id(talk):
    stripped = [talk.case, {"role": "assistant", "content": "ok"}]
    assert "相对不起诉" in talk("结论是什么？", before=stripped)


@pytest.mark.parametrize("asked", ["hello", "你好", "what can you do?", "盗窃罪怎么判？", ""])
def test_what_is_no_case_gets_help(client, asked):
    messages = [{"role": "user", "content": asked}]
    answer = client.chat.completions.create(model="nolle-rules", messages=messages)
    text = answer.choices[0].message.content
    assert "案件事实" in text or "the facts" in text


def test_attachments_are_read(client, record, case_text):
    data = base64.b64encode(json.dumps(record).encode()).decode()
    file = {"filename": "case.json", "file_data": f"data:application/json;base64,{data}"}
    parts = [{"type": "text", "text": "please review"}, {"type": "file", "file": file}]
    wrapped = f'<context><source id="1">{case_text}</source></context>\n审查一下'
    for content in (parts, wrapped):
        messages = [{"role": "user", "content": content}]
        answer = client.chat.completions.create(model="nolle-rules", messages=messages)
        assert "相对不起诉 DNP" in answer.choices[0].message.content


@pytest.mark.parametrize(
    ("task", "key"),
    [
        ('Generate a concise, 3-5 word title\n### Output:\n{ "title": "" }', "title"),
        ('Generate 1-3 broad tags\n### Output:\n{ "tags": [] }', "tags"),
        ("Suggest 3-5 relevant follow-up questions or prompts", "follow_ups"),
        ("Determine the necessity of generating search queries", "queries"),
        ("You are an autocompletion system.", "text"),
    ],
)
def test_tasks_of_the_chat_program_itself_start_no_review(client, http, case_text, task, key):
    before = http.get("/v1/reviews?limit=200").json()["reviews"]
    text = f"### Task:\n{task}\n<chat_history>\nUSER: {case_text}\n</chat_history>"
    messages = [{"role": "user", "content": text}]
    answer = client.chat.completions.create(model="nolle-rules", messages=messages)
    assert list(json.loads(answer.choices[0].message.content)) == [key]
    assert http.get("/v1/reviews?limit=200").json()["reviews"] == before


def test_markup_in_a_case_stays_text(client, case_text):
    evil = case_text.replace("曹某某", "曹<img src=x onerror=alert(1)>某")
    messages = [{"role": "user", "content": evil + "![x](http://a.b/c)"}]
    answer = client.chat.completions.create(model="nolle-rules", messages=messages)
    text = answer.choices[0].message.content
    assert "<img" not in text.replace("\\<img", "")
    assert "![x](" not in text


def test_an_unknown_model_is_refused_in_words(client):
    with pytest.raises(openai.BadRequestError, match="is not offered"):
        client.chat.completions.create(
            model="gpt-4o", messages=[{"role": "user", "content": "hello"}]
        )


def test_langchain_talks_to_it(server, case_text):
    langchain_openai = pytest.importorskip("langchain_openai")
    model = langchain_openai.ChatOpenAI(
        model="nolle-rules", base_url=f"{server}/v1", api_key="unused", timeout=60
    )
    assert "相对不起诉" in model.invoke(case_text).content
    streamed = "".join(str(chunk.content) for chunk in model.stream(case_text))
    assert "最终结论" in streamed
