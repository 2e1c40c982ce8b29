from nolle.retrieval.charge_match import likely_charges, prefer_charges

CHARGES = {"a": ["盗窃罪"], "b": ["抢劫罪"], "c": [], "d": ["诈骗罪", "盗窃罪"]}


def test_the_facts_speak_for_charges() -> None:
    likely = likely_charges("被告人王某在超市内趁人不备窃取他人手机一部，价值三千元。")
    assert likely["盗窃罪"] == 1.0
    assert all(0 < share <= 1 for share in likely.values())
    assert likely_charges("天气晴朗。") == {}


def test_cases_on_a_likely_charge_come_first_and_equals_keep_their_order() -> None:
    ranked = [("c", 4.0), ("b", 3.0), ("a", 2.0), ("d", 2.0)]
    likely = {"盗窃罪": 1.0, "抢劫罪": 0.25}
    moved = prefer_charges(ranked, likely, CHARGES.__getitem__, weight=1.0)
    assert moved == [("a", 1.5), ("d", 1.5), ("c", 1.0), ("b", 1.0)]
    assert prefer_charges(ranked, {}, CHARGES.__getitem__) == [
        ("c", 1.0),
        ("b", 0.75),
        ("a", 0.5),
        ("d", 0.5),
    ]
    assert prefer_charges([], likely, CHARGES.__getitem__) == []
