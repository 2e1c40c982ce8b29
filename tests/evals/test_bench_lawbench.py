"""nolle bench lawbench on invented rows; the floors on the development data."""

import pytest

from nolle.cases.extract import read_facts
from nolle.cases.models import Case
from nolle.errors import InputError
from nolle.evals.bench import bench
from nolle.evals.ljp_articles import additions, article_number, cited_articles
from nolle.evals.stated_term import stated_term
from nolle.evals.term import judgment_day, predict_term, term_weight
from nolle.statutes.charges import charge

THEFT = {
    "id": "t1",
    "fact": "2015年5月3日，被告人张某撬锁进入李某家中，盗走现金4000元。张某归案后如实供述。",
    "charges": ["盗窃"],
    "articles": [264],
    "term": "7个月",
}
BRIBE = {
    "id": "b1",
    "fact": "2012年至2014年，被告人赵某担任县交通局局长，利用职务便利非法收受他人贿赂款12万元。",
    "charges": ["受贿"],
    "articles": [383, 385, 386],
    "term": "36个月",
}
LIFE = {
    "id": "l1",
    "fact": "2013年2月1日，被告人王某持刀将刘某杀死，后抛尸。",
    "charges": ["故意杀人"],
    "articles": [232],
    "term": "无期",
}


def cited(fact, *names):
    return sorted(cited_articles(fact, names, read_facts(Case(fact=fact))))


def test_contract(rows_file):
    found = bench("lawbench", rows_file([THEFT, BRIBE, LIFE]))
    assert found["kind"] == "lawbench"
    assert (found["n"], found["n_terms"]) == (3, 2)
    for key in ("articles_f1", "charges_f1", "term_score"):
        assert 0 <= found[key] <= 1
        assert key in found["baseline"]
    assert found["articles_f1"] == 1.0
    assert found["charges_f1"] == 1.0
    assert found["term_score"] > 0.85


def test_life_and_death_are_left_out_of_the_terms(rows_file):
    assert bench("lawbench", rows_file([LIFE]))["n_terms"] == 0


def test_baseline_is_the_best_constant(rows_file):
    rows = [{**THEFT, "term": f"{months}个月"} for months in (12, 12, 12)]
    baseline = bench("lawbench", rows_file(rows))["baseline"]
    assert baseline["term_months"] == 12
    assert baseline["term_score"] == 1.0
    assert baseline["charges"] == ["盗窃罪"]
    assert baseline["charges_f1"] == 1.0


def test_progress_counts_every_row(rows_file):
    seen = []
    bench("lawbench", rows_file([THEFT, BRIBE]), on_progress=lambda *step: seen.append(step))
    assert seen == [(1, 2), (2, 2)]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({**THEFT, "fact": " "}, "facts"),
        ({**THEFT, "charges": None}, "labels"),
        ({**THEFT, "articles": ["x"]}, "articles"),
    ],
)
def test_bad_rows_name_the_field(rows_file, row, words):
    with pytest.raises(InputError, match=words):
        bench("lawbench", rows_file([THEFT, row]))


def test_it_runs_by_rules_only(rows_file):
    with pytest.raises(InputError, match="rules"):
        bench("lawbench", rows_file([THEFT]), model="openai:gpt")


@pytest.mark.parametrize(
    ("fact", "names", "articles"),
    [
        ("钱某盗走现金3000元。", ("盗窃罪",), [264]),
        ("孙某收受贿赂5万元。", ("受贿罪",), [383, 385, 386]),
        ("周某利用其地位形成的便利条件，收受贿赂5万元。", ("受贿",), [383, 385, 386, 388]),
        ("吴某行贿10万元。", ("行贿罪",), [389, 390]),
        (
            "郑某曾因犯贩卖毒品罪被判处有期徒刑三年。2016年又容留他人吸毒。",
            ("容留他人吸毒罪",),
            [354, 356],
        ),
        ("冯某入室盗窃被发现，为抗拒抓捕殴打失主。", ("抢劫罪",), [263, 269]),
        ("陈某点燃柴堆，未造成人员伤亡。", ("放火罪",), [114]),
        ("陈某放火烧毁房屋，致一人死亡。", ("放火罪",), [115]),
        ("褚某先盗窃后诈骗。", ("盗窃罪", "诈骗罪"), [264, 266]),
        ("卫某之事。", ("没有的罪名",), []),
    ],
)
def test_articles_given_fact_and_charges(fact, names, articles):
    assert cited(fact, *names) == articles


def test_the_table_names_charges_that_exist():
    for row in additions():
        for name in row.charges:
            assert charge(name) is not None, name


@pytest.mark.parametrize(
    ("key", "number"),
    [("cl:第一百三十三条之一", 133), ("cl:第二百六十四条", 264), ("cpl:第十五条", None)],
)
def test_article_numbers(key, number):
    assert article_number(key) == number


@pytest.mark.parametrize(
    ("text", "lo", "hi"),
    [
        ("建议对被告人判处六个月至一年有期徒刑，并处罚金。", 6, 12),
        ("建议判处被告人有期徒刑一年六个月。", 18, 18),
        ("建议对其判处四年以上六年以下××，并处罚金。", 48, 72),
        ("公诉机关建议判处被告人××至十个月，并处罚金。", 4, 10),
        ("建议判处被告人拘役5个月。", 5, 5),
        ("建议本院以××罪判处一年以下××。", 4.8, 12),
    ],
)
def test_recommendations_told_by_the_facts(text, lo, hi):
    found = stated_term("被告人盗走现金。" + text)
    assert found is not None
    assert (found.lo, found.hi) == (pytest.approx(lo), pytest.approx(hi))
    assert lo <= found.middle <= hi


@pytest.mark.parametrize(
    "text",
    ["被告人曾被判处有期徒刑三年。", "建议依法判处。", "建议判处××，并处罚金。", ""],
)
def test_no_recommendation(text):
    assert stated_term(text) is None


def test_a_milder_law_before_judgment_applies():
    old = "2012年8月，被告人张某入室盗走电脑两台，价值6000元。"
    facts = read_facts(Case(fact=old))
    assert judgment_day(facts).year >= 2014
    months = predict_term(old, ["盗窃罪"], facts)
    assert months is not None
    assert months < 36


def test_terms_of_several_charges_are_combined():
    fact = "2016年3月，秦某盗走现金5000元，又骗取他人现金6000元。"
    facts = read_facts(Case(fact=fact))
    single = predict_term(fact, ["盗窃罪"], facts)
    both = predict_term(fact, ["盗窃罪", "诈骗罪"], facts)
    assert single is not None
    assert both is not None
    assert both > single
    assert predict_term(fact, ["没有的罪名"], facts) is None


def test_the_weight_of_a_term_peaks_near_the_expected_one():
    weights = {months: term_weight(months, 7, 0.6) for months in (0, 6, 7, 29, 60)}
    assert weights[6] > weights[29] > weights[60]
    assert weights[0] > weights[60]


@pytest.mark.dev_data
def test_floors_on_the_development_data(dev_file):
    found = bench("lawbench", dev_file("lawbench_ljp.jsonl"))
    assert found["articles_f1"] >= 0.80
    assert found["charges_f1"] >= 0.65
    assert found["term_score"] >= 0.87
    assert found["term_score"] > found["baseline"]["term_score"]
