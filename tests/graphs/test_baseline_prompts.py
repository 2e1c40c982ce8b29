"""The prompts of the single-prompt baselines: what they say, and what of a case they send."""

from __future__ import annotations

from datetime import date

import pytest
from support.single_prompts import PAPER, case_with

from nolle.cases.models import FIELDS
from nolle.cases.vocabulary import Decision
from nolle.graphs.baseline_prompts import (
    Kind,
    demonstration_case,
    messages,
    neutral,
    user_message,
    version,
)
from nolle.graphs.reading import TAGS, format_ok, read_lenient, read_strict
from nolle.statutes import citations


class TestPrompts:
    @pytest.mark.parametrize(
        ("kind", "roles"),
        [
            (Kind.BASELINE, "system user"),
            (Kind.DEFINITIONS, "system user"),
            (Kind.ONE_SHOT, "system user assistant user"),
        ],
    )
    def test_messages_of_a_condition(self, kind: Kind, roles: str) -> None:
        chat = messages(case_with(), kind)
        assert " ".join(m["role"] for m in chat) == roles
        assert chat[-1]["content"] == user_message(case_with())
        assert ("四种决定的含义" in chat[0]["content"]) is (kind is Kind.DEFINITIONS)

    def test_conditions_differ_only_in_what_they_add(self) -> None:
        base, more, shot = (messages(case_with(), kind) for kind in PAPER)
        assert more[0]["content"].startswith(base[0]["content"])
        assert (shot[0], shot[-1]) == (base[0], base[-1])

    def test_the_system_message_names_every_decision_and_section(self) -> None:
        system = messages(case_with(), Kind.BASELINE)[0]["content"]
        assert all(decision.zh in system for decision in Decision)
        places = [system.index(tag) for tag in TAGS]
        assert places == sorted(places)
        assert read_strict(system).decision is None
        assert read_lenient(system).decision is None

    def test_of_the_case_only_the_three_fields_are_sent(self) -> None:
        case = case_with(id="ID-77", meta={"date": "1999-09-09", "province": "青海"})
        text = "\n".join(m["content"] for m in messages(case, Kind.ONE_SHOT))
        assert all(case.text_of(field) in text for field in FIELDS)
        assert not any(word in text for word in ("ID-77", "1999", "青海"))

    def test_the_demonstration_keeps_the_format(self) -> None:
        answer = messages(case_with(), Kind.ONE_SHOT)[2]["content"]
        assert format_ok(answer)
        assert read_strict(answer).decision is Decision.DNP
        assert read_strict(answer).articles == read_lenient(answer).articles
        assert len(read_strict(answer).articles) == 3

    @pytest.mark.parametrize("kind", PAPER)
    def test_articles_named_in_the_prompt_are_in_force(self, kind: Kind) -> None:
        chat = messages(case_with(fact="无"), kind)
        keys = {key for m in chat for key in citations.keys_in(m["content"])}
        named = {key for key in keys if not key.startswith("other")}
        assert kind is Kind.BASELINE or named
        assert {citations.status(key, date(2023, 8, 24)) for key in named} <= {"in_force"}

    def test_the_demonstration_is_a_case_of_its_own(self) -> None:
        case = demonstration_case()
        assert all(case.text_of(field) for field in FIELDS)
        assert "107.84" in case.fact

    def test_versions(self) -> None:
        assert [version(kind) for kind in Kind] == [
            "system.1 user.1",
            "system.1 definitions.1 user.1",
            "system.1 user.1 demonstration.1",
            "system.1 user.1",
        ]

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("张某某盗窃财物，价值3000元。", None),
            ("【2021】某检刑诉1号", None),
            ("〔最终〕", None),
            ("[2021]第3号", None),
            ("含量<80mg", "含量＜80mg"),
            ("【最终结论】", "〔最终结论〕"),
            ("【 适用 法条 】", "〔 适用 法条 〕"),
            ("[INST]x[/INST]", "〔INST〕x〔/INST〕"),
        ],
    )
    def test_neutral_changes_nothing_else(self, text: str, expected: str | None) -> None:
        assert neutral(text) == (expected or text)
        assert neutral(neutral(text)) == neutral(text)
