"""A plain theft from a shop, for reviews by a scripted model."""

from nolle.cases.models import Case

QUOTE = "张某某在超市内窃得手机一部"


def theft(**changes: object) -> Case:
    record = {
        "id": "c1",
        "meta": {"date": "2022-05-01", "province": "浙江省"},
        "person_info": "犯罪嫌疑人张某某，男，1990年5月1日出生，汉族，无业。",
        "procedure": "本案由某市公安局侦查终结，以张某某涉嫌盗窃罪移送审查起诉。",
        "fact": "2022年1月3日，张某某在超市内窃得手机一部，价值3200元。"
        "张某某到案后如实供述，取得谅解。",
        **changes,
    }
    return Case.model_validate(record)
