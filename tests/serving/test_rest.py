"""REST over HTTP against a server of its own process."""

import json
from pathlib import Path

import pytest

pytest.importorskip("fastapi")

CASES = sorted((Path(__file__).parents[2] / "examples" / "cases").glob("*.json"))


@pytest.fixture(scope="module")
def record():
    return json.loads(next(p for p in CASES if p.stem == "dui-minor-dnp").read_text("utf-8"))


@pytest.fixture(scope="module")
def made(http, record):
    answer = http.post("/v1/reviews", json={"case": record})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_review_is_what_the_command_line_prints(made, record):
    import nolle

    data = nolle.review(record).to_json()
    same = ("id", "decision", "decision_zh", "level1", "articles", "opinion", "outcomes", "checks")
    assert {key: made[key] for key in same} == {key: data[key] for key in same}
    assert made["review_id"].startswith("rv-")
    assert len(made["trace"]) == len(data["trace"])


def test_a_review_is_found_again(http, made):
    state = http.get(f"/v1/reviews/{made['review_id']}").json()
    assert (state["status"], state["decision"], state["steps_done"]) == ("done", "DNP", 10)
    assert state["review"] == made
    history = http.get("/v1/reviews").json()["reviews"]
    assert made["review_id"] in [item["review_id"] for item in history]


def test_the_steps_are_told_as_they_finish(http, record):
    accepted = http.post("/v1/reviews", json={"case": record, "wait": False})
    assert accepted.status_code == 202
    review_id = accepted.json()["review_id"]
    for _ in range(2):  # while it runs, and again from the trace
        with http.stream("GET", f"/v1/reviews/{review_id}/events") as stream:
            lines = list(stream.iter_lines())
        events = [line.partition(": ")[2] for line in lines if line.startswith("event")]
        assert events == ["step"] * 10 + ["done"]
        nodes = [json.loads(line[6:]).get("node") for line in lines if line.startswith("data")]
        assert nodes[0] == "intake"
        assert nodes[-2] == "opinion"


def test_what_if(http, made):
    answer = http.post(
        f"/v1/reviews/{made['review_id']}/whatif", json={"changes": {"alcohol": 250}}
    )
    found = answer.json()
    assert found["changes"] == {"alcohol": "250"}
    assert {"defendant": None, "what": "decision", "before": "DNP", "after": "P"} in found[
        "differences"
    ]
    assert found["review"]["decision"] == "P"


@pytest.mark.parametrize(
    ("name", "kind", "start"),
    [
        ("page", "text/html", b"<!DOCTYPE html>"),
        ("opinion.docx", "application/vnd.openxmlformats", b"PK"),
        ("json", "application/json", b"{"),
    ],
)
def test_downloads(http, made, name, kind, start):
    answer = http.get(f"/v1/reviews/{made['review_id']}/{name}")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(kind)
    assert answer.content[: len(start)].lower() == start.lower()


def test_an_upload_of_any_kind_is_read(http, made, record):
    docx = http.get(f"/v1/reviews/{made['review_id']}/opinion.docx").content
    for name, data in (
        ("case.json", json.dumps(record).encode()),
        ("case.txt", record["fact"].encode("gb18030")),
        ("case.md", record["fact"].encode()),
        ("case.docx", docx),
    ):
        form = {"overrides": '{"alcohol": 100}', "model": "nolle-rules"}
        answer = http.post("/v1/reviews", files={"file": (name, data)}, data=form)
        assert answer.status_code == 200, (name, answer.text)


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({}, 422, "a request needs a case"),
        ({"text": "x", "case": {}}, 422, "a request needs a case"),
        ({"text": " "}, 422, "no facts"),
        ({"case": {"fact": 1}}, 422, "a number instead of text"),
        ({"text": "甲盗窃。", "overrides": {"zz": 1}}, 422, "unknown change 'zz'"),
        ({"text": "甲盗窃。", "model": "zz"}, 400, "model 'zz' is not offered"),
        ({"text": "甲盗窃。", "today": "soon"}, 422, "today"),
        ({"text": "甲盗窃。", "colour": 1}, 422, "colour"),
    ],
)
def test_a_bad_request_gets_one_line(http, body, status, said):
    answer = http.post("/v1/reviews", json=body)
    assert answer.status_code == status
    error = answer.json()["error"]
    assert said in error["message"]
    assert "\n" not in error["message"]


def test_the_law_can_be_asked(http):
    charge = http.get("/v1/statutes/盗窃罪", params={"date": "2021-05-01"}).json()
    assert charge["key"] == "cl:第二百六十四条"
    assert http.get("/v1/statutes/zz").status_code == 422
    cited = http.post("/v1/citations", json={"text": "依照刑法第三十七条", "date": "2021-05-01"})
    assert [c["state"] for c in cited.json()["citations"]] == ["right"]


def test_what_can_be_assumed(http):
    known = http.get("/v1/circumstances").json()
    (forgiven,) = [c for c in known["circumstances"] if c["key"] == "forgiveness"]
    assert "谅解" in forgiven["zh"]
    assert {v["key"] for v in known["values"]} >= {"alcohol", "amount"}


def test_similar_cases_say_why_there_are_none(http, record):
    found = http.post("/v1/similar", json={"case": record}).json()
    assert found["similar"] or found["note"]


def test_a_review_can_be_deleted(http, record):
    review_id = http.post("/v1/reviews", json={"case": record}).json()["review_id"]
    assert http.delete(f"/v1/reviews/{review_id}").json()["status"] == "deleted"
    assert http.get(f"/v1/reviews/{review_id}").status_code == 404


def test_health_and_metrics(http, made):
    assert http.get("/healthz").json() == {"status": "ok"}
    assert http.get("/readyz").status_code == 200
    text = http.get("/metrics").text
    assert 'nolle_reviews_total{decision="DNP",model="rules",status="done"}' in text
    assert 'route="/v1/reviews/{review_id}"' in text
    assert made["review_id"] not in text


def test_unknown_paths_get_json_too(http):
    answer = http.get("/v1/nothing")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"
