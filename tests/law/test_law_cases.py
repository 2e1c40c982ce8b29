"""Law tests in rows that a lawyer can read: facts in, result and citations out.

Each file under ``cases`` holds rows ``{name, law, ask, given, expect, cites}``. ``ask`` names the
question, ``law`` the rule it rests on, ``expect`` the parts of the answer that matter, ``cites``
articles that the answer must name and ``not_cites`` articles that it must not.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from support.law_rows import params, read_rows

from nolle.agents import subsumption, waiver
from nolle.agents.base import Context, View
from nolle.cases.extract import read_facts
from nolle.cases.models import Case, Meta
from nolle.cases.vocabulary import InjuryGrade
from nolle.statutes import citations, versions
from nolle.statutes.charges import charge
from nolle.statutes.grounds import ground
from nolle.statutes.thresholds import thresholds
from nolle.tools.combine import combine_terms
from nolle.tools.conditional import conditional_nonprosecution
from nolle.tools.drunk_driving import drunk_driving
from nolle.tools.limitation import limitation_expired
from nolle.tools.responsibility import responsibility
from nolle.tools.sentencing import recommend_sentence
from nolle.tools.threshold_check import check_threshold

Answer = dict[str, Any]
FOLDER = Path(__file__).parent / "cases"


def read_case(given: Answer, day: date) -> Case:
    return Case(
        meta=Meta(date=day.isoformat(), province=given.get("province", "")),
        person_info=given.get("person", "犯罪嫌疑人许某，男，1985年3月1日出生。"),
        procedure=given.get("procedure", ""),
        fact=given["fact"],
    )


def decided(given: Answer) -> date:
    """The day of the decision, by default that of the conduct."""
    day: date = given["decided"] if "decided" in given else given["day"]
    return day


def view_of(given: Answer) -> View:
    case = read_case(given, given["decided"])
    facts = read_facts(case, given["decided"])
    return View(case=case, facts=facts, defendant="许某", charges=(given["charge"],))


def of_model(result: Any) -> Answer:
    answer: Answer = result.model_dump(mode="python")
    answer["cites"] = list(answer.get("citations", ()))
    return answer


def limitation(given: Answer) -> Answer:
    """``of`` names a charge and a band key instead of the maximum in months."""
    given = dict(given)
    if "of" in given:
        name, key = given.pop("of")
        on = given["conduct_end"]
        band = next(b for b in must(name).bands_on(on) if b.key == key)
        given["max"] = band.hi
    return of_model(limitation_expired(given.pop("max"), **given))


def age(given: Answer) -> Answer:
    given = dict(given)
    injury = given.pop("injury", None)
    known = given.pop("birth", None) or given.pop("age")
    result = responsibility(
        given.pop("charge"),
        known,
        given.pop("conduct"),
        injury=InjuryGrade(injury) if injury else None,
        **given,
    )
    return of_model(result)


def grounds(given: Answer) -> Answer:
    return {"cites": list(ground(given["ground"]).cite(given["day"]))}


def subject(given: Answer) -> Answer:
    return {"cites": list(versions.cite(given["subject"], given["day"]))}


def status(given: Answer) -> Answer:
    return {"status": citations.status(given["article"], given["day"])}


def bands(given: Answer) -> Answer:
    found = must(given["charge"]).bands_on(given["day"])
    return {
        "bands": [[b.lo, b.hi] for b in found],
        "fines": [b.fine for b in found],
        "in_force": must(given["charge"]).in_force(given["day"]),
        "cites": [b.article for b in found],
    }


def lines(given: Answer) -> Answer:
    found = thresholds(given["charge"], given["day"], given.get("province"))
    rules = [r for r in found if r.measure == given["measure"] and not r.cues]
    return {
        "levels": [{level.level: level.at_least for level in r.levels} for r in rules],
        "cites": [r.source for r in rules],
    }


def threshold(given: Answer) -> Answer:
    case = read_case(given, decided(given))
    result = check_threshold(
        given["charge"],
        read_facts(case, given["day"]),
        given["day"],
        given.get("province"),
        given["fact"],
        decision_day=given.get("decided"),
    )
    return {**of_model(result), "cites": [result.source]}


def alcohol(given: Answer) -> Answer:
    return of_model(drunk_driving(given["mg"], given.get("circumstances", ()), given["day"]))


def sentence(given: Answer) -> Answer:
    facts = read_facts(read_case(given, decided(given)), decided(given))
    result = recommend_sentence(
        given["charge"],
        day=given["day"],
        circumstances=given.get("circumstances", ()) or ("none_known",),
        facts=facts,
        text=given["fact"],
        age=given.get("age"),
        decision_day=decided(given),
    )
    answer = of_model(result)
    answer["kind"] = result.kind.value
    answer["band"] = list(result.band)
    answer["probation"] = result.probation_months is not None
    answer["cites"] = [s.citation for s in result.steps if s.citation]
    return answer


def combine(given: Answer) -> Answer:
    answer = of_model(combine_terms(**given))
    answer["kind"] = answer["kind"].value
    answer["cites"] = [s["citation"] for s in answer["steps"]]
    return answer


def conditional(given: Answer) -> Answer:
    given = dict(given)
    chapters = tuple(must(name).chapter for name in given.pop("charges"))
    result = conditional_nonprosecution(
        given.pop("age"), chapters, given.pop("months"), given.pop("repentant"), **given
    )
    return of_model(result)


def exclusion(given: Answer) -> Answer:
    """What the subsumption check makes of the facts; ``holds`` the grounds that hold."""
    finding = subsumption.assess(view_of(given), Context())
    held = [g for g in finding.grounds if g.holds]
    return {
        "verdict": finding.verdict.value,
        "holds": sorted(g.id for g in held),
        "cites": [c.key for g in held for c in g.citations],
    }


def exemption(given: Answer) -> Answer:
    """Which circumstances for a waiver the check finds, whatever it concludes."""
    finding = waiver.assess(view_of(given), Context())
    held = [g for g in finding.grounds if g.holds and g.weight > 0]
    return {
        "verdict": finding.verdict.value,
        "finds": sorted(g.id for g in held),
        "cites": [c.key for g in held for c in g.citations],
    }


def must(name: str) -> Any:
    found = charge(name)
    assert found is not None, name
    return found


ASK: dict[str, Callable[[Answer], Answer]] = {
    f.__name__: f
    for f in (
        limitation,
        age,
        grounds,
        subject,
        status,
        bands,
        lines,
        threshold,
        alcohol,
        sentence,
        combine,
        conditional,
        exclusion,
        exemption,
    )
}
KEYS = {"name", "law", "ask", "given", "expect", "cites", "exactly", "not_cites", "xfail"}


ROWS = read_rows(FOLDER)


@pytest.mark.parametrize("row", params(ROWS))
def test_law(row: Answer) -> None:
    answer = ASK[row["ask"]](row["given"])
    for key, wanted in row.get("expect", {}).items():
        agree(key, wanted, answer)
    cited = list(dict.fromkeys(answer.get("cites", ())))
    if "exactly" in row:
        assert cited == row["exactly"]
    assert set(row.get("cites", ())) <= set(cited), cited
    assert not set(row.get("not_cites", ())) & set(cited), cited


def agree(key: str, wanted: Any, answer: Answer) -> None:
    """``x_within: [a, b]`` bounds a number; ``x_has`` and ``x_lacks`` look into a list."""
    if key.endswith("_within"):
        low, high = wanted
        value = answer[key.removesuffix("_within")]
        assert value is not None, key
        assert low <= value <= high, (key, value)
    elif key.endswith("_has"):
        assert set(wanted) <= set(answer[key.removesuffix("_has")]), answer
    elif key.endswith("_lacks"):
        assert not set(wanted) & set(answer[key.removesuffix("_lacks")]), answer
    else:
        value = answer[key]
        value = list(value) if isinstance(value, tuple) else value
        assert value == wanted, (key, value)


def test_every_row_says_what_it_asks_and_why() -> None:
    for file, row in ROWS:
        assert row.keys() <= KEYS, (file, row)
        assert row["ask"] in ASK, (file, row)
        assert row["law"], (file, row)
        assert row.keys() & {"expect", "cites", "exactly", "not_cites"}, (file, row)


def test_names_are_unique() -> None:
    names = [(file, row["name"]) for file, row in ROWS]
    assert len(set(names)) == len(names)


def test_there_are_enough_rows() -> None:
    assert len(ROWS) >= 250
    assert {row["ask"] for _, row in ROWS} == set(ASK)
