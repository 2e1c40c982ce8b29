import pytest

from nolle.cases.models import Case
from nolle.graphs.run import run

RECORD = {
    "id": "page-1",
    "meta": {"date": "2021-05-01", "province": "江苏省"},
    "person_info": "犯罪嫌疑人许某，男，1980年3月1日出生。犯罪嫌疑人方某，男，1985年1月1日出生。",
    "procedure": "公安机关以许某、方某涉嫌盗窃罪移送审查起诉。",
    "fact": "2020年8月3日，许某提议并组织方某到超市，窃得手机三部，价值9000元。方某受许某安排望风，"
    "起次要作用。二人到案后如实供述，自愿认罪认罚，退赔并取得谅解。",
}


@pytest.fixture(scope="session")
def case():
    return Case.model_validate(RECORD)


@pytest.fixture(scope="session")
def review(case):
    return run(case)
