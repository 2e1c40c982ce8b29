"""What a text says of the conduct, for embedding: no names, figures, dates, procedure or evidence.

Two cases are alike by acts, objects and results. Who did it, where, when and who testified make
texts alike that are not, so the clauses and words that only tell that are dropped, by class.
"""

from __future__ import annotations

import re

from ..tools.charge_identification import identify

_MASKED_NAME = re.compile(r"[\u4e00-\u9fff][某xXＸ×*＊][某甲乙丙丁戊己庚辛xXＸ×*＊]{0,2}")
_CLAUSE = re.compile(r"(?<=[。；，,;\n])")
_PROCEDURE = re.compile(
    r"上述事实|以上事实|上列事实|以下证据|下列证据|认定上述|为证实|为证明|书证|当庭|庭审"
    r"|证据[^。]{0,12}(?:证实|证明|予以|佐证)"
    r"|(?:检察院|公诉机关|本院|该院)[^。]{0,8}(?:认为|提供|提交|出示|宣读|就指控|针对)"
    r"|检察院[^。]{0,12}指控|经审理查明|(?:无|不持|没有|均无)异议|辩护(?:人|意见)|量刑建议"
    r"|提请[^。]{0,10}(?:判处|处罚|依法)|证人[^。]{0,30}证言|户籍(?:证明|信息)|诉讼代理|附带民事"
)
_NOT_HAN = re.compile(r"[^\u4e00-\u9fff]+")
_SPACE = re.compile(r"\s+")
CHARGE_WEIGHT = 3
"""How often the name of the likeliest charge is added."""
_LEAST = 0.15
"""Where less than this share of a text would be left, the clauses stay: it is all procedure."""


def conduct(text: str) -> str:
    """The Chinese words of ``text`` that tell the conduct, broken by spaces where words are cut."""
    kept = "".join(part for part in _CLAUSE.split(text) if not _PROCEDURE.search(part))
    if len(kept) <= _LEAST * len(text):
        kept = text
    kept = _SPACE.sub("", _MASKED_NAME.sub("|", kept))
    return _NOT_HAN.sub(" ", kept).strip()


def conduct_and_charge(text: str) -> str:
    """:func:`conduct`, and the name of the charge that the facts speak for most.

    The law's cues read one act from different words; the name lets those texts meet. The second
    and third charge only blur it (measured). Facts only: no label is read.
    """
    names = [found.charge.removesuffix("罪") for found in identify(text, top=1)]
    return " ".join([conduct(text), *(names * CHARGE_WEIGHT)])
