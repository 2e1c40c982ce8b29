"""The search shows like cases, in law too, and never one that gives the answer away."""

import random
from datetime import date

import pytest
from support.decided_cases import documents

from nolle.cases.models import Case
from nolle.errors import InputError
from nolle.retrieval import elements, fewshot
from nolle.retrieval.build import build_index
from nolle.retrieval.documents import Document, latest_day
from nolle.retrieval.filters import filters_of
from nolle.retrieval.guards import Subject
from nolle.retrieval.index import open_index
from nolle.retrieval.search import Engine, find

THEFT = (
    "2021年3月4日凌晨，犯罪嫌疑人周某撬开居民吴某家的门锁，入室盗走抽屉内现金4200元和金手镯一只，"
    "销赃得款用于吃喝。周某到案后如实供述。"
)
DRUNK = "犯罪嫌疑人何某酒后驾驶轿车上路行驶时被交警查获，经检验，其血液中酒精含量为96毫克/100毫升。"


def ids(found):
    return [hit.document.id for hit in found.hits]


@pytest.mark.parametrize(
    ("text", "charge"),
    [(THEFT, "盗窃罪"), (DRUNK, "危险驾驶罪")],
)
def test_the_nearest_are_of_the_same_charge(index, text, charge):
    found = find(index, Subject(text), 3)
    assert [hit.document.charges for hit in found.hits] == [(charge,)] * 3
    scores = [hit.score for hit in found.hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


@pytest.mark.parametrize(
    ("asked", "field", "wanted"),
    [
        ({"charges": ["诈骗"]}, "charges", {("诈骗罪",)}),
        ({"outcomes": ["相对不起诉"]}, "outcome", {"DNP"}),
        ({"outcomes": ["SNP", "IENP"]}, "outcome", {"SNP", "IENP"}),
        ({"provinces": ["河南"]}, "province", {"河南省"}),
        ({"scenarios": ["s4"]}, "scenario", {"S4"}),
    ],
)
def test_filters(index, asked, field, wanted):
    found = find(index, Subject(THEFT), 20, filters=filters_of(**asked), by_law=False)
    assert {getattr(hit.document, field) for hit in found.hits} == wanted


def test_filters_by_date(index):
    filters = filters_of(since=date(2018, 1, 1), until=date(2018, 6, 30))
    dates = [hit.document.date for hit in find(index, Subject(THEFT), 20, filters=filters).hits]
    assert dates
    assert all("2018-01-01" <= day <= "2018-06-30" for day in dates)


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        ({"charges": ["偷懒罪"]}, "偷懒罪"),
        ({"outcomes": ["guilty"]}, "DNP"),
        ({"scenarios": ["S5"]}, "S4"),
        ({"since": date(2020, 1, 1), "until": date(2019, 1, 1)}, "until"),
    ],
)
def test_a_wrong_filter_says_what_is_right(asked, word):
    with pytest.raises(InputError, match=word):
        filters_of(**asked)


def test_the_case_itself_is_withheld_by_id_and_by_text(index):
    own = index.document(0)
    by_id = find(index, Subject("完全不同的盗窃事实：盗走现金和金项链", id=own.id), 5)
    assert own.id not in ids(by_id)
    by_text = find(index, Subject(own.text), 5)
    assert own.id not in ids(by_text)
    assert by_text.withheld.itself == 1
    assert own.id in ids(find(index, Subject(own.text), 5, guard=False))


def test_a_later_case_is_withheld_and_counted(index):
    subject = Subject(THEFT, day=date(2017, 1, 1))
    found = find(index, subject, 50, by_law=False)
    assert found.hits
    assert all(latest_day(hit.document.date) <= subject.day for hit in found.hits)
    later = sum(latest_day(index.document(row).date) > subject.day for row in range(len(index)))
    assert found.withheld.later == later
    assert find(index, Subject(THEFT), 5).withheld.dated is False


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2020-02-03", date(2020, 2, 3)),
        ("2020-02", date(2020, 2, 29)),
        ("2020", date(2020, 12, 31)),
        ("", None),
        ("某年", None),
    ],
)
def test_a_partial_date_counts_as_its_last_day(text, day):
    assert latest_day(text) == day


COPIES = 25


@pytest.fixture
def planted(tmp_path):
    """An index in which altered copies of the theft stand beside other cases, more than fit into
    the candidates of a search."""
    chance = random.Random(5)
    copies = []
    for number in range(COPIES):
        surname, owner = chance.sample("赵钱孙李郑王冯陈褚卫", 2)
        text = THEFT.replace("周某", f"{surname}某某").replace("吴某", f"{owner}某")
        text = text.replace("4200", str(chance.randrange(1000, 90000))).replace("，", ", ")
        copies.append(Document(id=f"copy-{number}", text=text, charges=("盗窃罪",), outcome="P"))
    build_index([*copies, *documents(8)], tmp_path / "planted", processes=1)
    with open_index(tmp_path / "planted") as index:
        yield index


@pytest.mark.parametrize("by_law", [True, False])
def test_planted_copies_are_never_returned_and_do_not_crowd_out_others(planted, by_law):
    found = find(planted, Subject(THEFT), 5, by_law=by_law)
    assert len(found.hits) == 5
    assert not [name for name in ids(found) if name.startswith("copy")]
    assert found.withheld.near_duplicate == COPIES


def test_two_copies_of_one_case_are_shown_once(planted):
    found = find(planted, Subject("犯罪嫌疑人孙某入室盗走抽屉内的现金和手镯，销赃后挥霍。"), 5)
    shown = [name for name in ids(found) if name.startswith("copy")]
    assert len(shown) == 1
    assert found.withheld.twin > 0


def test_likeness_in_law_moves_the_same_charge_up(index):
    text = (
        "犯罪嫌疑人在夜市饮酒后驾驶轿车回家，途中被交警查获，血液酒精含量为150毫克/100毫升，"
        "在烧烤摊吃饭的食客均可证实其饮酒。"
    )
    plain, ranked = (find(index, Subject(text), 3, by_law=law) for law in (False, True))
    assert {hit.document.charges for hit in ranked.hits} == {("危险驾驶罪",)}
    assert all(hit.likeness is None for hit in plain.hits)
    assert ranked.hits[0].likeness >= ranked.hits[-1].likeness


def test_dense_without_a_dense_half_is_refused(index):
    with pytest.raises(InputError, match="--dense"):
        find(index, Subject(THEFT), engine=Engine.DENSE)
    with pytest.raises(InputError, match="hybrid"):
        Engine.of("vector")


def test_the_same_question_has_the_same_answer(index):
    first, second = (find(index, Subject(THEFT), 5) for _ in range(2))
    assert first == second


def test_one_example_of_each_decision(index):
    chosen = fewshot.one_per_decision(index, Subject(THEFT))
    assert {d.value: hit.document.outcome for d, hit in chosen.items()} == {
        "P": "P",
        "DNP": "DNP",
        "SNP": "SNP",
        "IENP": "IENP",
    }
    assert chosen["DNP"].document.charges == ("盗窃罪",)


def test_the_nearest_of_the_same_scenario(index):
    assert fewshot.nearest_same_scenario(index, Subject(THEFT), "S4").document.scenario == "S4"
    assert fewshot.nearest(index, Subject(DRUNK), 2)[0].document.charges == ("危险驾驶罪",)


def test_a_case_gives_its_own_date_to_the_guard():
    case = Case.model_validate({"id": "c", "fact": THEFT, "meta": {"date": "2021-06"}})
    subject = Subject.of(case)
    assert (subject.id, subject.day, subject.text) == ("c", date(2021, 6, 30), THEFT)


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        (THEFT, THEFT, 1.0, 1.0),
        (THEFT, DRUNK, 0.0, 0.1),
        (THEFT, THEFT.replace("4200元", "4600元"), 0.9, 1.0),
        ("天气晴朗。", "风和日丽。", 0.0, 0.0),
    ],
)
def test_likeness(one, other, least, most):
    alike = elements.likeness(elements.elements_of(one), elements.elements_of(other))
    assert least <= alike <= most
    assert alike == elements.likeness(elements.elements_of(other), elements.elements_of(one))
