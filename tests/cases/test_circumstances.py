import json
import os
import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from nolle.cases import circumstances as module
from nolle.cases.amounts import find_amounts
from nolle.cases.circumstances import by_id, find_circumstances, group_of, rules
from nolle.cases.evidence import find_evidence
from nolle.cases.facts import Suspect
from nolle.cases.injuries import find_alcohol, find_injuries
from nolle.cases.measures import find_counts, find_weights
from nolle.cases.models import Case, Span
from nolle.cases.patterns import compile_pattern, required_literals

ROWS = yaml.safe_load(
    (Path(__file__).parent / "cases" / "circumstances.yaml").read_text(encoding="utf-8")
)
PHRASES = [
    (label[:-1], label[-1], text)
    for label, texts in yaml.safe_load(
        (Path(__file__).parent / "cases" / "circumstance_phrases.yaml").read_text(encoding="utf-8")
    ).items()
    for text in texts
]
READERS = (find_amounts, find_injuries, find_alcohol, find_weights, find_counts, find_evidence)
ALL = "全体"


def read(row):
    suspects = [Suspect(name=name) for name in row["suspects"]]
    other = {} if row.get("field") != "person_info" else {"fact": "事实另述。"}
    case = Case(**{row.get("field", "fact"): row["text"]}, **other)
    return find_circumstances(case, suspects)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_table(row):
    found = read(row)
    for expected, holds in (("holds", True), ("denied", False)):
        for name, ids in row.get(expected, {}).items():
            mine = {c.id for c in found if c.holds is holds and (c.defendant or ALL) in (name, ALL)}
            assert set(ids) <= mine, (expected, name, set(ids) - mine)
    read_as = {f"{c.id}{'+' if c.holds else '-'}" for c in found}
    assert not read_as & set(row.get("never", []))
    for name, ids in row.get("never_of", {}).items():
        assert not {c.id for c in found if c.holds and c.defendant in (None, name)} & set(ids)


@pytest.mark.parametrize(("id_", "sign", "text"), PHRASES)
def test_phrases(id_, sign, text):
    found = find_circumstances(Case(fact=text), [Suspect(name="杨某某")])
    read_as = {(c.id, c.holds) for c in found}
    if sign == "!":
        assert (id_, True) not in read_as
    else:
        assert (id_, sign == "+") in read_as


def test_many_suspects_in_a_long_text_are_each_found():
    names = [f"{family}某{stem}" for family in "赵钱孙李周吴郑王" for stem in "甲乙丙丁戊"]
    text = "，".join(f"{name}持刀殴打刘某庚" for name in names) + "。"
    text += "、".join(names) + "主动投案，取得谅解。"
    case = Case(fact=(text * 60)[:30_000])
    suspects = [Suspect(name=name) for name in names]
    found = {c.defendant for c in find_circumstances(case, suspects) if c.id == "weapon"}
    assert set(names) <= found


def test_every_pattern_compiles_and_contains_its_literal():
    for rule in rules():
        assert rule.zh
        assert rule.patterns
        for source in (*rule.patterns, *rule.by_other, *rule.negations, *rule.ignored):
            assert compile_pattern(source).regex.pattern


@pytest.mark.parametrize(
    ("source", "literals"),
    [
        ("取得…谅解", ("取得", "谅解")),
        ("(未|没有)赔偿", ("赔偿",)),
        ("(投案|自首)", ("投案", "自首")),
        ("自首(情节)?", ("自首",)),
        (r"\d+次", ("次",)),
        ("[甲乙]?", ()),
        ("(未)?(曾)?", ()),
    ],
)
def test_required_literals(source, literals):
    found = required_literals(source.replace("…", "."))
    assert set(found) <= set(literals)
    assert bool(found) == bool(literals)


def test_groups_and_ids():
    assert group_of("surrender") == "for"
    assert group_of("prior_record") == "against"
    assert group_of("one_against_one") == "doubt"
    assert group_of("no such circumstance") is None
    required = """surrender confession plea denial partial_denial retraction restitution
        restitution_full compensation forgiveness reconciliation first_offence occasional no_record
        prior_record admin_record recidivist attempt preparation discontinuance accomplice
        principal_words coerced instigation minor elderly deaf_mute_blind limited_capacity insane
        excess_defence merit major_merit victim_fault neighbour_dispute family_dispute civil_dispute
        student pregnant weapon violence gang fled hit_and_run no_licence passenger_vehicle motorway
        accident refused_test domestic minor_victim elderly_victim in_home pickpocket multiple_times
        armed_theft poor rescue hearing victims_punish no_compensation expert_doubt
        evidence_contradiction one_against_one no_direct_evidence not_established identity_doubt
        knowledge_denied alternative_explanation returned_no_progress illegal_collection
        ownership_dispute defence_situation ongoing_attack rape_resisted civil_relation_real
        no_possession_intent prior_use small_value returned_all no_serious_result long_ago"""
    assert set(required.split()) <= set(by_id())


def test_info_span_and_age():
    info = "犯罪嫌疑人杨某某，男，聋哑人，1945年3月2日出生；朱某，男，系累犯。"
    cut = info.index("朱某")
    suspects = [
        Suspect(name="杨某某", age_at_conduct=77, info=Span(field="person_info", start=0, end=cut)),
        Suspect(name="朱某", info=Span(field="person_info", start=cut, end=len(info))),
    ]
    found = find_circumstances(Case(person_info=info, fact="事实另述。"), suspects)
    pairs = {(c.id, c.defendant) for c in found if c.holds}
    assert {("deaf_mute_blind", "杨某某"), ("elderly", "杨某某"), ("recidivist", "朱某")} <= pairs
    assert ("recidivist", "杨某某") not in pairs


def test_spans_lie_in_their_field():
    case = Case(person_info="杨某某，累犯。", procedure="两次退回补充侦查。", fact="杨某某自首。")
    for c in find_circumstances(case, [Suspect(name="杨某某")]):
        assert c.span.of(case)


@settings(max_examples=150, deadline=None)
@given(
    st.text(
        alphabet="杨某甲被告人未没有自首赔偿谅解0123456789.,，。；：（）“”[]余万亿元克轻伤死亡第次人两张mg/ml\n",
        min_size=1,
        max_size=120,
    ).filter(str.strip)
)
def test_never_raises(text):
    case = Case(person_info=text, procedure=text, fact=text)
    find_circumstances(case, [Suspect(name="杨某甲"), Suspect(name="某"), Suspect(name="(")])
    for reader in READERS:
        reader(case)


def test_malformed_table_is_a_config_error(monkeypatch):
    from nolle.errors import ConfigError

    module.rules.cache_clear()
    monkeypatch.setattr(module.yaml, "load", lambda *_: [{"id": "x", "zh": "某"}])
    try:
        with pytest.raises(ConfigError, match=re.escape("circumstances.yaml")):
            module.rules()
    finally:
        module.rules.cache_clear()


@pytest.mark.dev_data
def test_development_cases_are_read_fast_and_quotably():
    home = os.environ.get("NOLLE_DEV_DATA")
    if not home:
        pytest.skip("NOLLE_DEV_DATA is not set")
    lines = (Path(home) / "data" / "reviews_dev.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    cases = [Case.model_validate(row) for row in rows]
    names = [[Suspect(name=d["name"]) for d in row["defendants"]] for row in rows]
    for case, suspects in zip(cases, names, strict=True):
        for c in find_circumstances(case, suspects):
            assert c.span.of(case)
            assert c.defendant is None or c.defendant in {s.name for s in suspects}
        for reader in READERS:
            assert all(item.span.of(case) for item in reader(case))
