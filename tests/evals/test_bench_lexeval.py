"""nolle bench lexeval on invented questions; the floors on the development data."""

import pytest

from nolle.errors import InputError
from nolle.evals.bench import bench
from nolle.evals.bench_lexeval import solve, subject_of
from nolle.evals.civil import article_weight, cause_weight
from nolle.evals.mcq import choose, parse_question, plain


def question(stem, *options):
    return stem + "".join(
        f"\n{letter}: {text}" for letter, text in zip("ABCD", options, strict=False)
    )


THEFT = "2016年4月，被告人张某在公交车上扒窃手机一部，价值2000元。被告人涉及的案由是："
SALE = "审理查明，原告与被告签订购销合同，被告尚欠货款5万元未付。被告人涉及的案由是："


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (question(THEFT, "抢劫罪", "盗窃罪", "挪用资金罪", "侵占罪"), "B"),
        (
            question("李某打伤王某，经鉴定为轻伤。", "故意杀人罪", "过失致人死亡罪", "故意伤害罪"),
            "C",
        ),
        (question(SALE, "合同纠纷", "悬赏广告纠纷", "买卖合同纠纷", "收养关系纠纷"), "AC"),
        (
            question(
                "原告银行与被告签订借款合同发放贷款，被告逾期未还本金及利息。",
                "隐私权纠纷",
                "金融借款合同",
                "借款合同纠纷",
                "航次租船合同",
            ),
            "BC",
        ),
        (
            question(
                "被告未经许可销售带有原告注册商标的商品。", "信托纠纷", "侵害商标权", "典当纠纷"
            ),
            "B",
        ),
        (question("天气晴朗。", "聚众哄抢罪", "盗窃罪", "挪用特定款物罪"), "B"),
    ],
)
def test_charges(text, answer):
    assert solve(parse_question(text)) == answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (
            question(
                "公诉机关指控被告人赵某贩卖冰毒2克。",
                "中华人民共和国刑法第四十三条",
                "中华人民共和国刑法第三百四十七条",
                "中华人民共和国刑法第一百三十五条",
                "中华人民共和国刑法第二百五条",
            ),
            "B",
        ),
        (
            question(
                "被告人钱某虚开增值税专用发票抵扣税款。",
                "中华人民共和国刑法第二百五条",
                "中华人民共和国刑法第九十五条",
            ),
            "A",
        ),
        (
            question(
                "原告与被告签订合同，被告违约未付款。",
                "旅行社条例第五十条",
                "中华人民共和国消防法第十三条",
                "《中华人民共和国合同法》第一百零七条",
                "中华人民共和国统计法第二十一条",
            ),
            "C",
        ),
        (
            question(
                "被告生产的产品侵犯原告的发明专利权。",
                "学校体育工作条例第二条",
                "中华人民共和国专利法第十一条",
                "铁路安全管理条例第二条",
            ),
            "B",
        ),
    ],
)
def test_articles(text, answer):
    assert solve(parse_question(text)) == answer


def test_title_marks_do_not_decide():
    options = ["《旅行社条例》第五十条", "中华人民共和国合同法第一百零七条"]
    text = "原告与被告签订合同，被告违约未付款。"
    assert solve(parse_question(question(text, *options))) == "B"
    swapped = ["旅行社条例第五十条", "《中华人民共和国合同法》第一百零七条"]
    assert solve(parse_question(question(text, *swapped))) == "B"
    assert plain("《中华人民共和国合同法》第六十条 ") == "中华人民共和国合同法第六十条"


@pytest.mark.parametrize(
    ("stem", "options", "answer"),
    [
        (THEFT, ("75个月", "7个月", "58个月", "90个月"), "B"),
        (THEFT + "建议判处被告人十个月至一年二个月。", ("3个月", "12个月", "40个月"), "B"),
        ("孙某将周某打成重伤二级。", ("1个月", "99个月", "36个月"), "C"),
    ],
)
def test_terms(stem, options, answer):
    assert solve(parse_question(question(stem, *options))) == answer


@pytest.mark.parametrize(
    ("options", "subject"),
    [
        (("6个月", "12个月"), "term"),
        (("中华人民共和国刑法第二百六十四条", "电影管理条例第三条"), "article"),
        (("盗窃罪", "抢劫罪"), "charge"),
        (("合同纠纷", "离婚纠纷"), "charge"),
    ],
)
def test_the_subject_is_read_off_the_options(options, subject):
    assert subject_of(parse_question(question("事实。", *options))) == subject


def test_parsing_takes_the_last_series_of_letters():
    text = "甲公司（A: 卖方）与乙公司（B: 买方）争议。\nA: 盗窃罪 \nB: 诈骗罪 \nC: 抢劫罪"
    found = parse_question(text)
    assert found.options == {"A": "盗窃罪", "B": "诈骗罪", "C": "抢劫罪"}
    assert found.stem.startswith("甲公司")


def test_a_question_without_options_is_refused():
    with pytest.raises(InputError, match="options"):
        parse_question("被告人涉及的案由是：")


@pytest.mark.parametrize(
    ("weights", "several_from", "letters"),
    [
        ({"A": 1.0, "B": 3.0}, None, "B"),
        ({"A": 3.0, "B": 3.0}, None, "A"),
        ({"A": 3.0, "B": 2.0, "C": 0.5}, 2.0, "AB"),
        ({"A": 0.0, "B": 0.1}, 2.0, "B"),
    ],
)
def test_choice(weights, several_from, letters):
    assert choose(weights, several_from) == letters


def test_weights_of_civil_causes_and_articles_follow_the_facts():
    fact = "原告主张被告拖欠物业服务费，小区业主均已缴纳。"
    assert cause_weight("物业服务合同", fact) > cause_weight("海难救助合同", fact) == 0
    law = "中华人民共和国著作权法第十条"
    assert article_weight(law, "被告未经许可使用原告的作品，侵犯著作权。") > article_weight(
        law, fact
    )


def test_contract(rows_file):
    rows = [
        {"question": question(THEFT, "抢劫罪", "盗窃罪"), "answer": "B"},
        {"question": question(SALE, "合同纠纷", "悬赏广告纠纷"), "answer": "A"},
    ]
    found = bench("lexeval", rows_file(rows))
    assert (found["n"], found["accuracy"]) == (2, 1.0)
    assert found["baseline"]["accuracy"] == 0.5


def test_several_letters_must_all_be_right(rows_file):
    row = {"question": question(THEFT, "抢劫罪", "盗窃罪"), "answer": "AB"}
    assert bench("lexeval", rows_file([row]))["accuracy"] == 0.0


def test_the_baseline_of_terms_is_the_smallest_option(rows_file):
    rows = [
        {"question": question(THEFT, "30个月", "6个月"), "answer": "B"},
        {"question": question(THEFT, "8个月", "90个月"), "answer": "B"},
    ]
    baseline = bench("lexeval", rows_file(rows))["baseline"]
    assert baseline["smallest_option"] == 0.5
    assert baseline["accuracy"] == 1.0


@pytest.mark.parametrize(
    "row", [{"question": "无"}, {"question": "无", "answer": "A"}, {"answer": "A"}]
)
def test_bad_rows(rows_file, row):
    with pytest.raises(InputError):
        bench("lexeval", rows_file([row]))


@pytest.mark.dev_data
@pytest.mark.parametrize(
    ("name", "floor"),
    [
        ("lexeval_charge_mcq.jsonl", 0.85),
        ("lexeval_article_mcq.jsonl", 0.80),
        ("lexeval_term_mcq.jsonl", 0.80),
    ],
)
def test_floors_on_the_development_data(dev_file, name, floor):
    found = bench("lexeval", dev_file(name))
    assert found["accuracy"] >= floor
    assert found["accuracy"] > found["baseline"].get("smallest_option", 0.0)
