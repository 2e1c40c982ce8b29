"""How often a case was returned for supplementary investigation."""

from __future__ import annotations

import re

_N = {"一": 1, "两": 2, "二": 2, "三": 3, "1": 1, "2": 2, "3": 3}
_RETURN = r"(?:退回[^。；，、]{0,14}?(?:补充(?:侦查|调查)|补查|侦查|调查)|退查|退补)"
_TIMES = re.compile(
    rf"第?(?P<n1>[一二两三123])次(?:将[^。；，]{{0,8}}?)?(?:被|经|予以)?{_RETURN}"
    rf"|{_RETURN}(?:，?[共先后各计]*)(?P<n2>[一二两三123])次"
    r"|(?P<n3>[一二两])退[一二两三]延"
    rf"|(?P<again>再次(?:将[^。；，]{{0,8}}?)?{_RETURN})"
)
_EVENT = re.compile(_RETURN)
_CLAUSE_HEAD = re.compile(r"[^。；，]{0,60}$")
_DENIED = re.compile(
    r"(?:未|没有|无需|不需要?|不再|不予|不必|建议|可以|拟|申请|请求)(?:再|经|予|被|曾|将)?[^，。；]{0,4}$"
)
_REFERENCE = re.compile(r"(?:期间|期限|[之以]?后|过程|提纲|时|的|终结|完毕|重报)")
_LISTED_DATE = re.compile(r"\d{1,2}月(?:\d{1,2}日)?(?=[、和及与])")


def count_returns(procedure: str) -> int:
    """How often the case was returned for supplementary investigation (CPL 175(3)): 0, 1 or 2.

    Reads stated numbers (两次退回补充侦查, 二退三延), else counts the returns told.
    The procuratorate's own investigation (自行补充侦查) is none; a denied return (未退回) neither.
    """
    if "退" not in procedure:
        return 0
    stated = [
        2 if match["again"] else _N[match["n1"] or match["n2"] or match["n3"]]
        for match in _TIMES.finditer(procedure)
        if not _DENIED.search(procedure, max(0, match.start() - 8), match.start())
    ]
    if stated:
        return min(2, max(stated))
    told = referred = 0
    for match in _EVENT.finditer(procedure):
        head = _CLAUSE_HEAD.search(procedure, max(0, match.start() - 60), match.start())
        before = head[0] if head else ""
        if _DENIED.search(before):
            continue
        if _REFERENCE.match(procedure, match.end()):
            referred = 1
        else:
            told += 1 + len(_LISTED_DATE.findall(before))
    return min(2, max(told, referred))
