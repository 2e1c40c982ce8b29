"""What a model must answer: one bounded, validated schema for each agent, described in Chinese.

Values that a model spells differently (Chinese labels, ids instead of names, single values for
lists) are read as what they say; nothing is filled in that it did not say.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from ..cases.vocabulary import VERDICT_ZH, Role, SentenceKind
from .answer_fields import (
    clip,
    clip_list,
    evidence_ground,
    subsumption_ground,
    synonym,
    waiver_ground,
)

# The bound stands before the reader, so that the JSON schema that is sent tells it too.
Short = Annotated[str, Field(max_length=80), BeforeValidator(clip(80))]
Point = Annotated[str, Field(max_length=120), BeforeValidator(clip(120))]
Text = Annotated[str, Field(max_length=200), BeforeValidator(clip(200))]
Analysis = Annotated[
    str,
    Field(max_length=900, description="先逐步分析，再填写下列各项"),
    BeforeValidator(clip(900)),
]
Points = Annotated[tuple[Point, ...], Field(max_length=4), BeforeValidator(clip_list(4))]
Quotes = Annotated[
    tuple[Point, ...],
    Field(max_length=3, description="案卷原文，逐字照抄，每条不超过120字"),
    BeforeValidator(clip_list(3)),
]
Citations = Annotated[
    tuple[Short, ...],
    Field(max_length=4, description="条文，如“刑法第二百六十四条”"),
    BeforeValidator(clip_list(4)),
]
Confidence = Annotated[float, Field(ge=0, le=1, description="把握程度，0到1")]

_VERDICTS = {zh: verdict.value for verdict, zh in VERDICT_ZH.items()}


def _complete(schema: dict[str, Any]) -> None:
    """Every field must be given and no other: what strict structured output asks for."""
    schema["additionalProperties"] = False
    schema["required"] = list(schema["properties"])


class Answer(BaseModel):
    """Base of every answer: immutable; fields that were not asked for are dropped."""

    model_config = ConfigDict(frozen=True, extra="ignore", json_schema_extra=_complete)


class ChargeItem(Answer):
    """A charge to test."""

    name: Short = Field(description="刑法规定的完整罪名，如“盗窃罪”")
    reason: Text = Field(description="事实如何对应该罪的构成要件")
    quotes: Quotes = ()


class ChargeAnswer(Answer):
    """Which charges the facts suggest."""

    analysis: Analysis
    charges: Annotated[tuple[ChargeItem, ...], BeforeValidator(clip_list(6))] = Field(
        min_length=1, max_length=6, description="应当审查的罪名，最贴切的在前"
    )

    @model_validator(mode="after")
    def _known(self) -> ChargeAnswer:
        _need_known([item.name for item in self.charges])
        return self


def _need_known(charges: Sequence[str]) -> None:
    """Raise ValueError unless at least one of the charges is one of the Criminal Law."""
    from ..statutes.charges import normalise_charge

    if not any(normalise_charge(name) for name in charges):
        raise ValueError(f"刑法中没有这些罪名：{'、'.join(charges)}；请写完整的法定罪名")


_ROLE_WORDS = {role.zh: role.value for role in Role} | {
    "不区分": "not_distinguished",
    "不分主从": "not_distinguished",
    "被胁迫参加": "coerced",
}


class RolePerson(Answer):
    """The part of one person."""

    name: Short = Field(description="姓名，照抄名单")
    role: Annotated[
        Literal["principal", "accomplice", "coerced", "not_distinguished"],
        BeforeValidator(synonym(_ROLE_WORDS)),
    ] = Field(description="principal主犯，accomplice从犯，coerced胁从犯，not_distinguished不区分")
    reasons: Points = Field(default=(), description="认定该作用的事实，逐条")
    quotes: Quotes = ()


ROLE_GROUP = 10
"""How many persons one question about roles covers."""


class RolesAnswer(Answer):
    """The part of every person asked about."""

    analysis: Analysis
    persons: Annotated[tuple[RolePerson, ...], BeforeValidator(clip_list(ROLE_GROUP))] = Field(
        min_length=1, max_length=ROLE_GROUP, description="名单中每人一项"
    )

    def of(self, name: str) -> RolePerson | None:
        """What it says of one person; None if nothing, or two different roles."""
        found = [person for person in self.persons if person.name.strip() == name]
        return found[0] if len({person.role for person in found}) == 1 else None


class ElementAnswer(Answer):
    """The proof of one element of the offence."""

    element: Short = Field(description="构成要件，照抄清单")
    state: Annotated[
        Literal["proven", "doubtful", "unproven"],
        BeforeValidator(synonym({"已证明": "proven", "存疑": "doubtful", "未证明": "unproven"})),
    ] = Field(description="proven已证明，doubtful存疑，unproven未证明")
    proven_by: Points = Field(default=(), description="由哪些证据证明")
    contradicted_by: Points = Field(default=(), description="与哪些证据或事实矛盾")
    alternative: Text = Field(default="", description="不能排除的其他解释，没有则空")


class GroundAnswer(Answer):
    """A ground and why it is there."""

    reason: Text = Field(description="依据的事实和理由")
    quotes: Quotes = ()
    citations: Citations = ()


class EvidenceGround(GroundAnswer):
    """A ground of insufficient evidence."""

    ground: evidence_ground = Field(description="理由，照抄“证据不足的理由”清单")


class EvidenceAnswer(Answer):
    """Whether the evidence is sufficient, element by element."""

    analysis: Analysis
    elements: Annotated[tuple[ElementAnswer, ...], BeforeValidator(clip_list(12))] = Field(
        max_length=12, description="每个构成要件一项"
    )
    grounds: Annotated[tuple[EvidenceGround, ...], BeforeValidator(clip_list(5))] = Field(
        default=(), max_length=5, description="成立的证据不足理由；证据充分时为空"
    )
    verdict: Annotated[
        Literal["sufficient", "insufficient"], BeforeValidator(synonym(_VERDICTS))
    ] = Field(description="sufficient证据确实、充分，insufficient证据不足")
    summary: Text = Field(description="结论和最主要的理由，一两句")
    quotes: Quotes = ()
    citations: Citations = ()
    confidence: Confidence = 0.5

    @model_validator(mode="after")
    def _consistent(self) -> EvidenceAnswer:
        if self.verdict == "insufficient" and not self.grounds:
            raise ValueError("结论为insufficient时，grounds至少列一项理由")
        return self


class SubsumptionGround(GroundAnswer):
    """A ground on which the conduct is no crime or liability is excluded."""

    ground: subsumption_ground = Field(description="事由，照抄“不构成犯罪或者不追究的事由”清单")
    holds: bool = Field(description="是否成立")
    on_doubtful_fact: bool = Field(description="是否取决于一项存疑的事实")


class SubsumptionAnswer(Answer):
    """Whether the proven facts make a crime."""

    analysis: Analysis
    actor: Text = Field(description="主体是否符合该罪要求")
    threshold: Text = Field(description="立案追诉标准的数额或情节，以及本案是否达到")
    grounds: Annotated[tuple[SubsumptionGround, ...], BeforeValidator(clip_list(6))] = Field(
        default=(), max_length=6, description="逐项考虑过的事由，包括不成立的"
    )
    charges: Annotated[tuple[Short, ...], BeforeValidator(clip_list(6))] = Field(
        default=(), max_length=6, description="构成的罪名，最重的在前；不构成犯罪时为空"
    )
    verdict: Annotated[
        Literal["crime", "no_crime", "excluded"], BeforeValidator(synonym(_VERDICTS))
    ] = Field(description="crime构成犯罪，no_crime不构成犯罪，excluded不追究刑事责任")
    summary: Text = Field(description="结论和最主要的理由，一两句")
    quotes: Quotes = ()
    citations: Citations = ()
    confidence: Confidence = 0.5

    @model_validator(mode="after")
    def _consistent(self) -> SubsumptionAnswer:
        holding = [g for g in self.grounds if g.holds]
        if self.verdict != "crime" and not holding:
            raise ValueError(f"结论为{self.verdict}时，至少有一项事由成立（holds为true）")
        if self.verdict == "crime" and any(not g.on_doubtful_fact for g in holding):
            raise ValueError("有事由成立时，结论不能是crime")
        if self.verdict == "crime":
            if not self.charges:
                raise ValueError("结论为crime时，charges写明构成的罪名")
            _need_known(self.charges)
        return self


class WaiverGround(GroundAnswer):
    """A circumstance for or against waiving punishment."""

    ground: waiver_ground = Field(description="情节，照抄“从宽、从严情节”清单")


class WaiverAnswer(Answer):
    """Whether punishment is unnecessary."""

    analysis: Analysis
    minor: bool = Field(description="犯罪情节是否轻微")
    minor_reason: Text = Field(description="轻微与否的理由：量刑档、后果、数额、手段")
    necessary: bool = Field(description="是否需要判处刑罚")
    grounds: Annotated[tuple[WaiverGround, ...], BeforeValidator(clip_list(12))] = Field(
        default=(), max_length=12, description="存在的从宽和从严情节，都要列"
    )
    verdict: Annotated[Literal["waived", "not_waived"], BeforeValidator(synonym(_VERDICTS))] = (
        Field(description="waived可以免予刑罚，not_waived有追诉必要")
    )
    summary: Text = Field(description="结论和最主要的理由，一两句")
    quotes: Quotes = ()
    citations: Citations = ()
    confidence: Confidence = 0.5

    @model_validator(mode="after")
    def _consistent(self) -> WaiverAnswer:
        from ..statutes.grounds import ground

        if self.verdict == "not_waived":
            return self
        if self.necessary:
            raise ValueError("necessary为true时，结论不能是waived")
        if not self.minor and not any(ground(g.ground).group == "exemption" for g in self.grounds):
            raise ValueError("结论为waived要求情节轻微，或者列出法定的免除处罚情节")
        return self


class ChecksAnswer(Answer):
    """The three checks answered in one go."""

    evidence: EvidenceAnswer
    subsumption: SubsumptionAnswer
    waiver: WaiverAnswer


class SentenceAdjustment(Answer):
    """What moved the term away from the calculated one."""

    label: Short = Field(description="情节")
    months: float = Field(description="增减的月数，减为负")
    reason: Text = Field(description="理由")


class SentenceAnswer(Answer):
    """The recommended sentence, within the band."""

    analysis: Analysis
    kind: Annotated[
        Literal["control", "detention", "fixed_term", "life", "death", "fine", "exempt"],
        BeforeValidator(synonym({kind.zh: kind.value for kind in SentenceKind})),
    ] = Field(
        description="control管制，detention拘役，fixed_term有期徒刑，life无期徒刑，"
        "death死刑，fine单处罚金，exempt免予刑事处罚"
    )
    months: float | None = Field(
        ge=0, le=300, description="刑期月数；无期、死刑、单处罚金、免刑为null"
    )
    probation_months: int | None = Field(ge=0, le=60, description="缓刑考验期月数；不缓刑为null")
    fine_yuan: int | None = Field(ge=0, le=10**12, description="罚金元数；没有为null")
    other_band: Text = Field(
        default="",
        description="计算所用的法定幅度与案情不符，或者依法减轻处罚的，写明应适用的幅度、"
        "条款和依据的事实；否则空",
    )
    adjustments: Annotated[tuple[SentenceAdjustment, ...], BeforeValidator(clip_list(8))] = Field(
        default=(), max_length=8, description="相对计算结果的增减"
    )
