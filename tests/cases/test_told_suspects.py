"""Who the defendants are where only a narrative is given, and who is none."""

import pytest

from nolle.cases.models import Case
from nolle.cases.people import find_people
from nolle.cases.suspects import find_suspects

TOLD = [
    (
        "titles",
        "被告人张某伙同被告人李某1殴打被害人王某某、赵某，致王某某轻伤。",
        {"张某", "李某1"},
        {"王某某", "赵某"},
    ),
    ("bracketed", "，被告人[姜某]、[姜某某]打伤被害人[姜某甲]。", {"姜某", "姜某某"}, {"姜某甲"}),
    (
        "counted group",
        "段某1、段某2、段某3三人见状冲入屋内，打伤被害人马某。三名被告人在家中等候民警。",
        {"段某1", "段某2", "段某3"},
        {"马某"},
    ),
    (
        "counted group with notes",
        "孙某1（周某之兄）、孙某、孙某2三人冲上前按住被害人周某。三名被告人归案。",
        {"孙某1", "孙某", "孙某2"},
        {"周某"},
    ),
    (
        "caught without a title",
        "被告人何某约吴某甲到场打人。2016年3月1日，民警将吴某甲抓获归案。被害人郑某轻伤。",
        {"何某", "吴某甲"},
        {"郑某"},
    ),
    (
        "dealt with elsewhere",
        "被告人冯某与陈某（另案处理）、褚某（已判刑）、卫某（在逃）盗窃被害人蒋某的电动车。",
        {"冯某"},
        {"蒋某", "陈某", "褚某", "卫某"},
    ),
    (
        "civil defendant",
        "被告人沈某打伤被害人韩某，附带民事诉讼被告人杨某应当赔偿。",
        {"沈某"},
        {"韩某", "杨某"},
    ),
    ("both capacities", "原审被告人暨附带民事诉讼被告人朱某打伤秦某。", {"朱某"}, {"秦某"}),
    ("group word", "六被告人依法应当从轻。被告人尤某、许某打人。", {"尤某", "许某"}, {"依法应"}),
    (
        "kept last character",
        "被告人李某敏目无国法，李某敏起次要作用，李某敏减轻处罚。",
        {"李某敏"},
        {"李某"},
    ),
    ("called by an alias", "民警将化名吕某的被告人施某抓获。", {"施某"}, {"吕某"}),
]


@pytest.mark.parametrize(
    ("fact", "wanted", "none"), [t[1:] for t in TOLD], ids=[t[0] for t in TOLD]
)
def test_told(fact, wanted, none):
    found = {s.name for s in find_suspects(Case(fact=fact))}
    assert found == wanted
    assert not found & none


def test_mentions_point_at_the_name_alone():
    case = Case(fact="被告人姜某与被告人姜某某打架，姜某某先动手，姜某后逃跑，姜某甲报警。")
    for suspect in find_suspects(case):
        assert len(suspect.mentions) == 2
        for span in suspect.mentions:
            assert span.of(case) == suspect.name


def test_aliases_told_in_the_facts():
    case = Case(
        person_info="犯罪嫌疑人张某，男。犯罪嫌疑人王某，男。",
        fact="张某（绰号“黑仔”）与王某行窃，黑仔望风。",
    )
    first, second = find_suspects(case)
    assert first.aliases == ("黑仔",)
    assert second.aliases == ()
    assert "黑仔" in {span.of(case) for span in first.mentions}


def test_those_elsewhere_are_told_from_victims_and_witnesses():
    case = Case(fact="被告人冯某与陈某（已判刑）打伤被害人蒋某，证人沈某证实经过。")
    kinds = {p.name: p.kind.value for p in find_people(case, find_suspects(case))}
    assert kinds == {"陈某": "elsewhere", "蒋某": "victim", "沈某": "witness"}
