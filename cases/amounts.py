"""Sums of money in yuan, with what each stands for."""

from __future__ import annotations

import re

from .clauses import layout
from .facts import Amount, AmountKind
from .models import Case, FieldName, Span
from .numerals import NUMBER, parse_number

_FIELDS: tuple[FieldName, ...] = ("fact", "procedure", "person_info")
_MARKS = ("元", "￥", "¥", "人民币", "万某", "块钱", "圆")
_MORE = "[余多来]|左右|许|以上|上下"

_SUM = re.compile(
    rf"(?P<mark>人民币|RMB|￥|¥)?\s*(?P<n>{NUMBER})\s*(?P<more>[余多来])?"
    rf"(?:(?P<range>元|圆)?\s*(?:至|到|-|—|~|～|－)\s*(?:{NUMBER})\s*(?:[余多来])?)?"
    r"\s*(?P<unit>元|圆|(?<=万)某|块钱)?(?![/／]100)"
)
_FOREIGN_AFTER = re.compile(
    r"^(?:美元|美金|港元|港币|欧元|英镑|日元|韩元|越南盾|泰铢|卢布|澳元|加元)"
)
_NOT_YUAN_AFTER = re.compile(r"^(?:旦|首|素|件(?!套)|月|角度|以下罚|面额)")
_UNIT_PRICE = re.compile(
    r"(?:每[^，。；、]{0,8}|按每[^，。；、]{0,6}|单价[^，。；、]{0,4}|月(?:薪|租|工资)[^，。；、]{0,4}|"
    r"零售价[^，。；、]{0,4}|面[额值](?:为)?|限额[^，。；、]{0,4}|注册资本[^，。；、]{0,6}|额外收)$"
)
_PER_UNIT = re.compile(r"^(?:[/／](?!100)|每(?:件|人|克|台|个|月|天|次|张|斤|吨|公斤|株|只|瓶|袋))")
_STANDARD = re.compile(r"^[^，。；]{0,6}(?:以上|以下|为数额|的?标准|属于?数额|为起点|的入罪|起点)")
_STANDARD_BEFORE = re.compile(
    r"(?:标准|起点|规定|不满|不足以|达到?|数额标准)(?:为|是)?[^，。；]{0,4}$"
)
_ABOUT_BEFORE = re.compile(r"(?:近|约|大约|大概|将近|超过|逾|至少|不到|不足|上|余)$")
_ABOUT_AFTER = re.compile(rf"^(?:{_MORE})")
_TOTAL = re.compile(
    r"(?:共计|合计|总计|总额|总价值?|总金额|总值|累计|总共|一共|总量|总数|"
    r"共(?=得|获|骗|盗|窃|收|付|价|损|销|支|退|赔|分|涉|造|约|人民币|抽|非法|$))[^，。；]{0,18}$"
)
_CLAIMED = re.compile(
    r"(?:要求|请求|诉请|诉求|判令|主张|索要?|索赔|起诉|约定|承诺|预期|估计|拟|应当|需|欠条|"
    r"愿意|同意)[^，。；]{0,16}$"
)
_SUED_FOR = re.compile(r"(?:判令|诉请|诉讼请求|请求|要求)[^。]*赔偿")
_NOT_DONE = re.compile(r"(?:未|没有|不能|无法|拒不|尚未|未能|不)[^，。；]{0,3}$")

_KINDS: tuple[tuple[AmountKind, str], ...] = (
    (
        AmountKind.COMPENSATION,
        r"赔偿|赔付|补偿|和解|谅解|医疗费|医药费|丧葬费|抢救费|维修费|慰问金|赔礼|和解款",
    ),
    (
        AmountKind.RESTITUTION,
        r"退赃|退赔|退还|退给|退缴|退出|退回|退款|返还|归还|发还|交还|上缴|上交|追缴|追回|缴纳|预缴|已还|还款|"
        r"挽回|冻结|查封|退清|退了",
    ),
    (AmountKind.PENALTY, r"罚款|罚金|处罚|滞纳金|违约金|并处"),
    (AmountKind.TAX, r"税额|税款|偷逃|逃税|抵扣|退税|应缴税|应纳税|骗税|关税"),
    (
        AmountKind.GAIN,
        r"获利|得款|违法所得|非法所得|好处费|获取利益|牟利|渔利|抽头|赚取?|收取(?!客户|货款|资金|款项|投资)|分得|分赃|报酬|提成|佣金|"
        r"劳务费|手续费|所得|得赃|利润|工资|盈利|收益|获得|共得|得到",
    ),
    (
        AmountKind.TURNOVER,
        r"流水|买卖|换汇|对敲|收取(?=客户|货款|资金|款项|投资)|支付结算|结算|资金|转账|转入|转出|转给|交易额?|成交|经营数?额|营业额|投注|赌资|集资|吸收|"
        r"存款|入账|兑换|汇款|汇入|投资款|本金|票面|价税合计|收款|进账|往来|货款|刷卡|贷款|授信|担保",
    ),
    (AmountKind.SALES, r"销售|售出|卖出|卖给|出售|售卖|贩卖|货值|销往|营收|售价|变卖|贩售|卖"),
    (AmountKind.LOSS, r"损失|损毁|毁损|损坏|亏损|损害|修复费"),
    (
        AmountKind.VALUE,
        r"价值|价格|估价|总值|作价|盗窃|盗走|盗取|窃取|窃得|盗得|骗取|骗得|骗走|诈骗|骗领|骗|抢走|抢劫|抢得|"
        r"抢夺|收受|受贿|行贿|送给|贿赂|索取|索得|勒索|敲诈|侵占|侵吞|贪污|挪用|占为己有|非法占有|伪造|面额|"
        r"拿走|现金|偷|套取|冒领|透支|拖欠|毒资|借款|赃款|借走|补贴|补助|涉案|购买|拿了|分别所送",
    ),
)
_WEAK = re.compile(r"金额|数额|支付|付给|付款|交给")
_TAKING = re.compile(
    r"盗|窃|骗|抢|收受|受贿|行贿|勒索|敲诈|侵占|侵吞|贪污|挪用|占为己有|冒领|套取|透支|偷"
)
_TO_VICTIM = re.compile(
    r"[向给与对同和](?:[^，。；]{0,8})(?:亲属|家属|被害人|受害人|伤者)[^，。；]{0,10}(?:支付|给付)|"
    r"(?:支付|给付|付给)了?[^，。；]{0,6}(?:亲属|家属|被害人|受害人|伤者)"
)
_KEYWORD = re.compile("|".join(f"(?P<k{i}>{words})" for i, (_, words) in enumerate(_KINDS)))
_AFTER = re.compile(
    r"^[^，。；、]{0,4}?的?(?:(?P<loss>损失)|(?P<gain>违法所得|好处费|报酬|劳务费|提成|获利|利润)|"
    r"(?P<fine>罚款|罚金)|(?P<tax>税款)|(?P<comp>赔偿|补偿|医疗费)|(?P<value>价值|财物|现金|赃款))"
)
_AFTER_KINDS = {
    "loss": AmountKind.LOSS,
    "gain": AmountKind.GAIN,
    "fine": AmountKind.PENALTY,
    "tax": AmountKind.TAX,
    "comp": AmountKind.COMPENSATION,
    "value": AmountKind.VALUE,
}
_RULING = (AmountKind.COMPENSATION, AmountKind.RESTITUTION, AmountKind.PENALTY)


def find_amounts(case: Case) -> tuple[Amount, ...]:
    """The sums of money named in ``case``, in yuan, fact first.

    Foreign currency is left out unless the text gives its worth in yuan; of a range the lower end
    counts. Unit prices, salaries, limits and thresholds of the law are of kind OTHER.
    """
    return tuple(amount for field in _FIELDS for amount in _in_field(case.text_of(field), field))


def _in_field(text: str, field: FieldName) -> list[Amount]:
    if not any(mark in text for mark in _MARKS):
        return []
    where = layout(text)
    found: list[Amount] = []
    for m in _SUM.finditer(text):
        if not (m["unit"] or m["mark"]):
            continue
        rest = text[m.end() : m.end() + 24]
        if not m["unit"] and (_FOREIGN_AFTER.match(rest) or m["n"][-1:] in "年月日"):
            continue
        if _NOT_YUAN_AFTER.match(rest):
            continue
        yuan = parse_number(_number_of(m))
        if yuan is None or (yuan == 0):
            continue
        clause_start, clause_end = where.clause(m.start())
        sentence_start, _ = where.sentence(m.start())
        before = text[clause_start : m.start()]
        span = Span(field=field, start=m.start("mark") if m["mark"] else m.start("n"), end=m.end())
        kind = _kind(before, text[sentence_start:clause_start], rest, text[m.end() : clause_end])
        found.append(
            Amount(
                yuan=yuan,
                kind=kind,
                span=span,
                total=_TOTAL.search(before) is not None,
                approximate=bool(
                    m["more"]
                    or any(c in m["n"] for c in "余多来")
                    or _ABOUT_BEFORE.search(before)
                    or _ABOUT_AFTER.match(rest)
                ),
            )
        )
    return found


def _number_of(m: re.Match[str]) -> str:
    """The first number; in 3至5万元 it borrows the unit of the second."""
    first = m["n"]
    if m["range"] is None and first[-1].isdigit():
        tail = m[0][m.end("n") - m.start() :]
        borrowed = re.search(r"[至到\-—~～－].*?\d([十百千万亿]+)", tail)
        if borrowed:
            return first + borrowed[1]
    return first


def _kind(before: str, earlier: str, rest: str, after: str) -> AmountKind:
    if _UNIT_PRICE.search(before) or _PER_UNIT.match(rest):
        return AmountKind.OTHER
    if _STANDARD.match(rest) or (_STANDARD_BEFORE.search(before) and "以上" in rest):
        return AmountKind.OTHER
    follows = _AFTER.match(rest)
    if follows:
        return _AFTER_KINDS[str(follows.lastgroup)]
    if _TO_VICTIM.search(before):
        return AmountKind.COMPENSATION
    previous = re.split(r"[，,：]", earlier.rstrip("，,：: "))[-1]
    kind = _nearest(before)
    if kind is None:
        ahead = _KEYWORD.search(after[:12]) if not _WEAK.search(before) else None
        kind = (
            _nearest(previous)
            or _nearest(earlier[-40:])
            or (_KINDS[int(str(ahead.lastgroup)[1:])][0] if ahead else None)
            or (AmountKind.VALUE if _WEAK.search(before) else None)
        )
    elif kind is AmountKind.TURNOVER and _TAKING.search(before):
        kind = AmountKind.VALUE
    if kind is AmountKind.COMPENSATION and (
        _CLAIMED.search(before) or _SUED_FOR.search(earlier + before)
    ):
        return AmountKind.OTHER
    return kind or AmountKind.OTHER


def _nearest(text: str) -> AmountKind | None:
    """The kind of the last keyword; payments back and penalties rule over what they pay for."""
    last: AmountKind | None = None
    ruling: AmountKind | None = None
    for m in _KEYWORD.finditer(text):
        last = _KINDS[int(str(m.lastgroup)[1:])][0]
        if last in _RULING and not _NOT_DONE.search(text[max(0, m.start() - 5) : m.start()]):
            ruling = last
        elif last in _RULING:
            last = None
    return ruling or last
