from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from nolle.statutes.charge_names import expand, fold
from nolle.statutes.charges import charge, charges, find_charges, normalise_charge

DRUGS = "走私、贩卖、运输、制造毒品罪"
GUNS = "非法制造、买卖、运输、邮寄、储存枪支、弹药、爆炸物罪"
HOLDING_GUNS = "非法持有、私藏枪支、弹药罪"
PROCEEDS = "掩饰、隐瞒犯罪所得、犯罪所得收益罪"
PROSTITUTION = "引诱、容留、介绍卖淫罪"
OFFICIAL_SEALS = "伪造、变造、买卖国家机关公文、证件、印章罪"
IDENTITY = "伪造、变造、买卖身份证件罪"
VAT = "虚开增值税专用发票、用于骗取出口退税、抵扣税款发票罪"


@pytest.mark.parametrize(
    ("form", "names"),
    [
        ("盗窃罪", {"盗窃罪"}),
        ("[窝藏|包庇]罪", {"窝藏罪", "包庇罪", "窝藏、包庇罪", "包庇、窝藏罪"}),
        (
            "[甲|乙]的[丙|丁]罪",
            {f"{a}的{b}罪" for a in ("甲", "乙", "甲、乙") for b in ("丙", "丁", "丙、丁")},
        ),
    ],
)
def test_expand(form: str, names: set[str]) -> None:
    assert set(expand(form)) == names


def test_folding_keeps_offsets() -> None:
    text = "偷越国(边)境，盗窃；会计帐簿,"
    assert len(fold(text)) == len(text)
    assert fold(text) == "偷越国（边）境、盗窃、会计账簿、"


@pytest.mark.parametrize(
    ("name", "canonical"),
    [
        ("盗窃", "盗窃罪"),
        ("盗窃罪", "盗窃罪"),
        (" 《盗窃罪》 ", "盗窃罪"),
        ("犯盗窃罪", "盗窃罪"),
        ("盗窃一罪", "盗窃罪"),
        ("盗窃一案", "盗窃罪"),
        ("贩卖毒品罪", DRUGS),
        ("运输、贩卖毒品", DRUGS),
        ("走私,贩卖,运输,制造毒品罪", DRUGS),
        ("走私，贩卖毒品罪", DRUGS),
        ("走私贩卖运输制造毒品罪", DRUGS),
        ("非法持有枪支罪", HOLDING_GUNS),
        ("非法持有枪支弹药罪", HOLDING_GUNS),
        ("买卖枪支罪", GUNS),
        ("伪造国家机关证件罪", OFFICIAL_SEALS),
        ("生产有毒食品罪", "生产、销售有毒、有害食品罪"),
        ("销售有毒、有害食品罪", "生产、销售有毒、有害食品罪"),
        ("掩饰、隐瞒犯罪所得罪", PROCEEDS),
        ("掩饰隐瞒犯罪所得罪", PROCEEDS),
        ("窝藏、转移、收购、销售赃物罪", PROCEEDS),
        ("走私普通货物罪", "走私普通货物、物品罪"),
        ("嫖宿幼女罪", "强奸罪"),
        ("奸淫幼女罪", "强奸罪"),
        ("强制猥亵、侮辱妇女罪", "强制猥亵、侮辱罪"),
        ("强制猥亵罪", "强制猥亵、侮辱罪"),
        ("非法获取公民个人信息罪", "侵犯公民个人信息罪"),
        ("食品监管渎职罪", "食品、药品监管渎职罪"),
        ("生产、销售假药罪", "生产、销售、提供假药罪"),
        ("销售假药罪", "生产、销售、提供假药罪"),
        ("偷税罪", "逃税罪"),
        ("伪造、变造居民身份证", IDENTITY),
        ("容留卖淫", PROSTITUTION),
        ("偷越国(边)境罪", "偷越国（边）境罪"),
        ("偷越国境罪", "偷越国（边）境罪"),
        ("非法采伐国家重点保护植物罪", "危害国家重点保护植物罪"),
        ("虚开增值税专用发票罪", VAT),
        (
            "隐匿、故意销毁会计凭证、会计帐簿、财务会计报告",
            "隐匿、故意销毁会计凭证、会计账簿、财务会计报告罪",
        ),
        ("制造、贩卖、传播淫秽物品", "制作、复制、出版、贩卖、传播淫秽物品牟利罪"),
        ("传播淫秽物品罪", "传播淫秽物品罪"),
        ("诈骗、盗窃罪", None),
        ("", None),
        ("合同纠纷", None),
        ("罪", None),
    ],
)
def test_normalise(name: str, canonical: str | None) -> None:
    assert normalise_charge(name) == canonical
    found = charge(name)
    assert (found.name if found else None) == canonical


def test_every_name_form_and_former_name_leads_back() -> None:
    for c in charges():
        assert normalise_charge(c.name) == normalise_charge(c.name[:-1]) == c.name
        for former in c.former_names:
            assert normalise_charge(former.name) == c.name, former.name
            assert former.until is not None
        for name in c.dataset_names:
            assert normalise_charge(name) == c.name, name
        assert find_charges(f"犯{c.name}，") == ((c.name, 1, 1 + len(c.name)),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "以涉嫌强奸罪、敲诈勒索罪、制作、贩卖、传播淫秽物品牟利罪提请批准逮捕",
            [
                "强奸罪=强奸罪",
                "敲诈勒索罪=敲诈勒索罪",
                "制作、复制、出版、贩卖、传播淫秽物品牟利罪=制作、贩卖、传播淫秽物品牟利罪",
            ],
        ),
        (
            "涉嫌诈骗、敲诈勒索、虚假诉讼、寻衅滋事罪，移送",
            ["诈骗罪=诈骗", "敲诈勒索罪=敲诈勒索", "虚假诉讼罪=虚假诉讼", "寻衅滋事罪=寻衅滋事罪"],
        ),
        (
            "犯诈骗、敲诈勒索和寻衅滋事罪",
            ["诈骗罪=诈骗", "敲诈勒索罪=敲诈勒索", "寻衅滋事罪=寻衅滋事罪"],
        ),
        ("故意伤害、危险驾驶罪", ["故意伤害罪=故意伤害", "危险驾驶罪=危险驾驶罪"]),
        ("因涉嫌盗窃被刑事拘留", ["盗窃罪=盗窃"]),
        ("张某涉嫌非法持有枪支、弹药一案", [f"{HOLDING_GUNS}=非法持有枪支、弹药"]),
        ("李某交通肇事一案，由公安局侦查终结", ["交通肇事罪=交通肇事"]),
        ("以故意伤害刑事立案并取保候审", ["故意伤害罪=故意伤害"]),
        ("以贩卖、运输毒品罪判处", [f"{DRUGS}=贩卖、运输毒品罪"]),
        ("合同诈骗罪与职务侵占罪", ["合同诈骗罪=合同诈骗罪", "职务侵占罪=职务侵占罪"]),
        ("帮助信息网络犯罪活动罪", ["帮助信息网络犯罪活动罪=帮助信息网络犯罪活动罪"]),
        ("组织他人偷越国(边)境罪", ["组织他人偷越国（边）境罪=组织他人偷越国(边)境罪"]),
        ("曾因盗窃罪被判刑，又犯盗窃罪", ["盗窃罪=盗窃罪", "盗窃罪=盗窃罪"]),
        ("盗窃他人财物，以暴力威胁，打架斗殴，犯罪嫌疑人认罪", []),
        ("", []),
    ],
)
def test_find(text: str, expected: list[str]) -> None:
    assert [f"{name}={text[start:end]}" for name, start, end in find_charges(text)] == expected


def test_finding_in_a_long_text_finds_every_name() -> None:
    text = "因涉嫌诈骗、敲诈勒索、寻衅滋事罪被刑事拘留，他和别人以现金支付。" * 30
    names = [name for name, _, _ in find_charges(text)]
    assert names == ["诈骗罪", "敲诈勒索罪", "寻衅滋事罪"] * 30


DEV = os.environ.get("NOLLE_DEV_DATA")
needs_dev = pytest.mark.skipif(not DEV, reason="NOLLE_DEV_DATA is not set")
# Labels that name no charge of the special part.
NO_CHARGE = {"（未提取）", "侵犯财产罪"}


def _dev(*parts: str) -> Path:
    return Path(DEV or "", *parts)


def _labels() -> set[str]:
    found: set[str] = set()
    counts = json.loads(_dev("data", "pdp_bench_charge_distribution.json").read_text("utf-8"))
    for row in counts["sample_distribution"]:
        found.update(row["label"].split(" + "))
    for name in ("lawbench_ljp", "lecard_queries", "reviews_dev"):
        for line in _dev("data", f"{name}.jsonl").read_text("utf-8").splitlines():
            row = json.loads(line)
            found.update(row.get("charges", []))
            for defendant in row.get("defendants") or []:
                found.update(defendant.get("charges") or [])
    return found - NO_CHARGE


@needs_dev
@pytest.mark.dev_data
def test_every_label_of_the_data_resolves() -> None:
    unresolved = {
        label for label in _labels() if normalise_charge(label) is None and not find_charges(label)
    }
    assert unresolved == set()
