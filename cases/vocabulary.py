"""Closed vocabularies of the prosecutorial review: decisions, roles, checks, evidence kinds."""

from __future__ import annotations

from enum import StrEnum


class Decision(StrEnum):
    """The four outcomes of prosecutorial review (PDP-Bench labels; CPL 175(4), 176, 177)."""

    P = "P"
    DNP = "DNP"
    SNP = "SNP"
    IENP = "IENP"

    @property
    def zh(self) -> str:
        """The Chinese label that PDP-Bench uses."""
        return _DECISION_ZH[self]

    @property
    def level1(self) -> str:
        """``"P"`` for prosecution, ``"NP"`` for the three kinds of non-prosecution."""
        return "P" if self is Decision.P else "NP"

    @classmethod
    def from_label(cls, label: str) -> Decision | None:
        """Read a Chinese label (or a common synonym) or an English code; None if it is neither."""
        return _DECISION_BY_LABEL.get(label.strip())


_DECISION_ZH = {
    Decision.P: "起诉",
    Decision.DNP: "相对不起诉",
    Decision.SNP: "法定不起诉",
    Decision.IENP: "存疑不起诉",
}
_DECISION_BY_LABEL = {
    **{d.value: d for d in Decision},
    **{zh: d for d, zh in _DECISION_ZH.items()},
    "酌定不起诉": Decision.DNP,
    "绝对不起诉": Decision.SNP,
    "证据不足不起诉": Decision.IENP,
    "提起公诉": Decision.P,
}


class Role(StrEnum):
    """Role in a joint crime (CL 26-28); instigation (CL 29) is judged by the part played."""

    PRINCIPAL = "principal"
    ACCOMPLICE = "accomplice"
    COERCED = "coerced"
    NOT_DISTINGUISHED = "not_distinguished"

    @property
    def zh(self) -> str:
        """The Chinese name of the role."""
        return {
            Role.PRINCIPAL: "主犯",
            Role.ACCOMPLICE: "从犯",
            Role.COERCED: "胁从犯",
            Role.NOT_DISTINGUISHED: "不区分主从犯",
        }[self]


class Check(StrEnum):
    """The three checks of the review."""

    EVIDENCE = "evidence"
    SUBSUMPTION = "subsumption"
    WAIVER = "waiver"

    @property
    def zh(self) -> str:
        """The Chinese heading of the check."""
        return {
            Check.EVIDENCE: "事实与证据审查",
            Check.SUBSUMPTION: "构成要件与责任审查",
            Check.WAIVER: "起诉必要性审查",
        }[self]


class Verdict(StrEnum):
    """What a check found; each value belongs to exactly one check, UNRESOLVED to all."""

    SUFFICIENT = "sufficient"
    INSUFFICIENT = "insufficient"
    CRIME = "crime"
    NO_CRIME = "no_crime"
    EXCLUDED = "excluded"
    WAIVED = "waived"
    NOT_WAIVED = "not_waived"
    UNRESOLVED = "unresolved"


VERDICT_ZH = {
    Verdict.SUFFICIENT: "证据确实、充分",
    Verdict.INSUFFICIENT: "证据不足",
    Verdict.CRIME: "构成犯罪",
    Verdict.NO_CRIME: "不构成犯罪",
    Verdict.EXCLUDED: "不追究刑事责任",
    Verdict.WAIVED: "可以免予刑罚",
    Verdict.NOT_WAIVED: "有追诉必要",
    Verdict.UNRESOLVED: "未能判断",
}

VERDICTS_OF: dict[Check, frozenset[Verdict]] = {
    Check.EVIDENCE: frozenset({Verdict.SUFFICIENT, Verdict.INSUFFICIENT, Verdict.UNRESOLVED}),
    Check.SUBSUMPTION: frozenset(
        {Verdict.CRIME, Verdict.NO_CRIME, Verdict.EXCLUDED, Verdict.UNRESOLVED}
    ),
    Check.WAIVER: frozenset({Verdict.WAIVED, Verdict.NOT_WAIVED, Verdict.UNRESOLVED}),
}


class EvidenceKind(StrEnum):
    """The eight kinds of evidence of CPL 50 (CPL 2012: article 48)."""

    PHYSICAL = "physical"
    DOCUMENT = "document"
    WITNESS = "witness"
    VICTIM = "victim"
    SUSPECT = "suspect"
    EXPERT = "expert"
    RECORD = "record"
    ELECTRONIC = "electronic"

    @property
    def zh(self) -> str:
        """The name of the kind in CPL 50."""
        return {
            EvidenceKind.PHYSICAL: "物证",
            EvidenceKind.DOCUMENT: "书证",
            EvidenceKind.WITNESS: "证人证言",
            EvidenceKind.VICTIM: "被害人陈述",
            EvidenceKind.SUSPECT: "犯罪嫌疑人供述和辩解",
            EvidenceKind.EXPERT: "鉴定意见",
            EvidenceKind.RECORD: "勘验、检查、辨认、侦查实验等笔录",
            EvidenceKind.ELECTRONIC: "视听资料、电子数据",
        }[self]


class InjuryGrade(StrEnum):
    """Degrees of injury of the 2013 standard (in force 2014-01-01), with death as the gravest."""

    NONE = "none"
    MINOR = "minor"
    SLIGHT = "slight"
    SLIGHT_2 = "slight_2"
    SLIGHT_1 = "slight_1"
    SERIOUS = "serious"
    SERIOUS_2 = "serious_2"
    SERIOUS_1 = "serious_1"
    DEATH = "death"

    @property
    def zh(self) -> str:
        """The Chinese name of the degree."""
        return _INJURY_ZH[self]

    @property
    def rank(self) -> int:
        """Position from harmless (0) to death (8); grades compare by it."""
        return _INJURY_RANK[self]


_INJURY_RANK = {grade: position for position, grade in enumerate(InjuryGrade)}
_INJURY_ZH = {
    InjuryGrade.NONE: "未构成轻微伤",
    InjuryGrade.MINOR: "轻微伤",
    InjuryGrade.SLIGHT: "轻伤",
    InjuryGrade.SLIGHT_2: "轻伤二级",
    InjuryGrade.SLIGHT_1: "轻伤一级",
    InjuryGrade.SERIOUS: "重伤",
    InjuryGrade.SERIOUS_2: "重伤二级",
    InjuryGrade.SERIOUS_1: "重伤一级",
    InjuryGrade.DEATH: "死亡",
}


class SentenceKind(StrEnum):
    """Kinds of punishment in a recommendation (CL 33-34; ``exempt`` is CL 37)."""

    CONTROL = "control"
    DETENTION = "detention"
    FIXED_TERM = "fixed_term"
    LIFE = "life"
    DEATH = "death"
    FINE = "fine"
    EXEMPT = "exempt"

    @property
    def zh(self) -> str:
        """The Chinese name of the punishment."""
        return {
            SentenceKind.CONTROL: "管制",
            SentenceKind.DETENTION: "拘役",
            SentenceKind.FIXED_TERM: "有期徒刑",
            SentenceKind.LIFE: "无期徒刑",
            SentenceKind.DEATH: "死刑",
            SentenceKind.FINE: "单处罚金",
            SentenceKind.EXEMPT: "免予刑事处罚",
        }[self]
