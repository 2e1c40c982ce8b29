"""Roles, terms and charges are read from answers only where they are plain."""

from __future__ import annotations

import pytest

from nolle.cases.vocabulary import Role, SentenceKind
from nolle.graphs.joint_answers import read_charges, read_role, read_term


@pytest.mark.parametrize(
    ("answer", "role"),
    [
        ("角色：主犯", Role.PRINCIPAL),
        ("先看角色：从犯的标准\n**角色：从犯。**", Role.ACCOMPLICE),
        ("角色：从犯\n再想想\n角色：主犯", Role.PRINCIPAL),
        ("被告人姜某是从犯。", Role.ACCOMPLICE),
        ("从犯", Role.ACCOMPLICE),
        ("不是主犯", None),
        ("姜某某是主犯，姜某是从犯。", None),
        ("角色：主犯/从犯", None),
        ("角色：胁从犯", None),
        ("", None),
    ],
)
def test_roles_are_read_only_where_they_are_plain(answer, role):
    assert read_role(answer) is role


@pytest.mark.parametrize(
    ("answer", "months"),
    [
        ("刑期：18个月", 18),
        ("基准刑12个月，从犯减少。\n刑期：8个月。", 8),
        ("**刑期：1年6个月**", 18),
        ("14", 14),
        ("判处有期徒刑三年", 36),
        ("有期徒刑一年，或者有期徒刑两年", None),
        ("刑期：12至18个月", None),
        ("刑期：400个月", None),
        ("判处有期徒刑三十年", None),
        ("无法判断", None),
    ],
)
def test_terms_are_read_only_where_there_is_one(answer, months):
    term = read_term(answer)
    assert (term.months if term else None) == months


def test_life_has_no_months():
    term = read_term("判处被告人姜某无期徒刑。")
    assert (term.kind, term.months) == (SentenceKind.LIFE, None)


@pytest.mark.parametrize(
    ("answer", "charges"),
    [
        ("被告人A其行为构成盗窃罪、诈骗罪。", ("盗窃罪", "诈骗罪")),
        ("被告人A的行为构成掩饰、隐瞒犯罪所得罪。", ("掩饰、隐瞒犯罪所得、犯罪所得收益罪",)),
        ("不构成抢劫罪。\n被告人A的行为构成盗窃罪，判处有期徒刑一年。", ("盗窃罪",)),
        ("被告人A的行为构成盗窃罪和偷看手机罪。", ("盗窃罪", "偷看手机罪")),
        ("盗窃罪、诈骗罪", ("盗窃罪", "诈骗罪")),
        ("被告人A犯盗窃罪", ("盗窃罪",)),
        ("我觉得应该是盗窃", ()),
        ("", ()),
    ],
)
def test_charges_are_read_as_the_law_names_them(answer, charges):
    assert read_charges(answer) == charges
