"""Whole legal documents into the parts of a case, without what gives the outcome away.

Indictments, non-prosecution decisions, police opinions, judgments, labelled texts and plain
narratives are read by one walk over their sentences: fixed phrases open the person, procedure and
fact parts; the reasoning, the decision, remedies, addressee and signature are left out, and the
names that a party bears only after the decision become 犯罪嫌疑人.
"""

from __future__ import annotations

import re
from enum import StrEnum

from . import document_phrases as say
from .document_phrases import Part
from .document_text import Unit, break_title, compact, join, tidy, units_of, unwrap
from .letterhead import closing_date, province_of
from .models import Frozen


class DocumentKind(StrEnum):
    """What a text is, judged by its title and its fixed phrases. Never part of a case."""

    INDICTMENT = "indictment"
    NON_PROSECUTION = "non_prosecution"
    POLICE_OPINION = "police_opinion"
    JUDGMENT = "judgment"
    LABELLED = "labelled"
    NARRATIVE = "narrative"


class Parts(Frozen):
    """The parts of a document that may enter a case. ``date`` is YYYY-MM-DD, or as labelled."""

    kind: DocumentKind
    person_info: str = ""
    procedure: str = ""
    fact: str = ""
    date: str = ""
    province: str = ""


def document_kind(text: str) -> DocumentKind:
    """What kind of document ``text`` is; NARRATIVE if it shows no known form."""
    text = tidy(text)
    if _is_labelled(text):
        return DocumentKind.LABELLED
    head = re.sub(r"\s", "", text[:600])[:300]
    bare = re.sub(r"\s", "", text)
    if "不起诉决定书" in head or re.search("被不起诉(?:人|单位)", bare):
        return DocumentKind.NON_PROSECUTION
    if re.search("起诉意见书", head[:150]) or re.search("特将.{0,6}案.{0,6}移送", bare):
        return DocumentKind.POLICE_OPINION
    if re.search("刑事(?:附带民事)?(?:判决|裁定)书", head[:150]) or "判决如下" in bare:
        return DocumentKind.JUDGMENT
    if re.search("起诉书(?!指控)", head[:150]) or ("被告人" in bare and "提起公诉" in bare):
        return DocumentKind.INDICTMENT
    return DocumentKind.NARRATIVE


def split_document(text: str) -> Parts:
    """Split a document into person, procedure and fact parts, date and province.

    The fact part is empty only when the text holds no words outside the parts left out.
    """
    kind = document_kind(text)
    text = tidy(text)
    if kind is DocumentKind.LABELLED:
        return _split_labelled(text)
    formal = kind is not DocumentKind.NARRATIVE
    if formal:
        text = break_title(text)
    units = list(units_of(unwrap(text)))
    walk = _Walk(units, formal)
    walk.run()
    if formal and not walk.fact():
        head = set(walk.head)
        walk = _Walk([unit for unit in units if unit.text not in head], formal=False)
        walk.run()
        walk.head = [*head, *walk.head]
    procedure = join(walk.kept[Part.PROCEDURE])
    if walk.returned and "退回" not in procedure:
        procedure = f"{procedure}\n{walk.returned}".strip()
    foot = "\n".join(walk.foot)
    return Parts(
        kind=kind,
        person_info=neutral(join(walk.kept[Part.PERSON])),
        procedure=neutral(procedure),
        fact=neutral(join(walk.fact())),
        date=closing_date(foot),
        province=province_of("\n".join(walk.head), foot, procedure),
    )


def neutral(text: str) -> str:
    """``text`` with 犯罪嫌疑人 for what a party is called only once the outcome is known."""
    for pattern, name in say.APPELLATIONS:
        text = pattern.sub(name, text)
    return text


class _Walk:
    """One pass over the sentences that sorts them into parts."""

    def __init__(self, units: list[Unit], formal: bool) -> None:
        self.units = units
        self.formal = formal
        self.part = Part.HEAD
        self.kept: dict[Part, list[Unit]] = {Part.PERSON: [], Part.PROCEDURE: []}
        self.versions: list[list[Unit]] = []
        self.head: list[str] = []
        self.foot: list[str] = []
        self.returned = ""
        self._has_lead = any(say.FACT_LEAD.match(compact(unit.text)) for unit in units)
        self._closed = False

    def run(self) -> None:
        """Sort every sentence."""
        for unit in self.units:
            bare = compact(unit.text)
            if unit.opens and say.PAGE_NUMBER.match(bare):
                continue
            heading = say.heading(bare) if unit.opens else None
            if heading is not None:
                self._enter(heading)
                continue
            if not self._closed and (lead := self._lead(unit.text, bare)):
                self._open_version(unit, lead)
                continue
            self._enter(self._next(bare, unit.opens))
            self._keep(unit, bare)

    def fact(self) -> list[Unit]:
        """The facts; in a formal document the own finding, if it tells the story, stands alone."""
        versions = [version for version in self.versions if version]
        last = versions[-1] if versions else []
        if self.formal and len(join(last)) >= say.OWN_STORY_CHARS:
            return last
        return [unit for version in versions for unit in version]

    def _enter(self, part: Part) -> None:
        if part is Part.FACT and self.part is not Part.FACT:
            self.versions.append([])
        self.part = part

    def _lead(self, text: str, bare: str) -> str | None:
        """What follows an opening phrase of the facts; None if the sentence has none."""
        own = say.OWN_FINDING.match(bare)
        if self.part in {Part.FACT, Part.REASONING} and not own:
            return None
        found = say.FACT_LEAD.match(text)
        if not found and (found := say.FACT_LEAD.match(bare)):
            text = bare
        if not found or (say.PROCEDURE_ONLY.search(bare) and not own):
            return None
        if say.EVALUATION.match(bare):
            return " "
        if not self.formal and say.BY_POLICE.match(bare):
            return text
        rest = text[found.end() :]
        tail = say.LEAD_TAIL.match(rest)
        return (rest[tail.end() :] if tail else rest).lstrip("，,：:。 \t") or " "

    def _open_version(self, unit: Unit, rest: str) -> None:
        self.part = Part.FACT
        self.versions.append([])
        self._keep(unit._replace(text=rest), compact(rest))

    def _next(self, bare: str, opens: bool) -> Part:
        """The part that a sentence belongs to, given the part before it."""
        if self._closed or say.FOOT.match(bare):
            self._closed = True
            return Part.REASONING
        reasons = say.REASONING if self.formal else say.DECIDES
        if self.part is not Part.REASONING and reasons.match(bare):
            return Part.REASONING
        if self.part is Part.HEAD:
            return self._first(bare)
        if self.part is Part.PERSON:
            if say.PROCEDURE.search(bare):
                return Part.PROCEDURE
            if not self.formal and opens and say.CAME_UP.match(bare):
                return Part.PROCEDURE
            if not self.formal and (opens or not say.PERSON_GOES_ON.match(bare)):
                return Part.PERSON if say.PERSON_IN_FULL.match(bare) else Part.FACT
        if self.part is Part.PROCEDURE and not self._has_lead:
            told = opens if len(bare) <= say.SHORT_CHARS else opens or not self.formal
            if told and not say.PROCEDURAL.search(bare):
                return Part.FACT
        return self.part

    def _first(self, bare: str) -> Part:
        if say.PERSON.match(bare) if self.formal else say.PERSON_IN_FULL.match(bare):
            return Part.PERSON
        if say.PROCEDURE.search(bare):
            return Part.PROCEDURE
        return Part.HEAD if self.formal else Part.FACT

    def _keep(self, unit: Unit, bare: str) -> None:
        if self.part is Part.HEAD:
            self.head.append(unit.text)
        elif self.part is Part.REASONING:
            self.foot.append(unit.text)
            if not self.returned and (found := say.RETURNED.search(bare)):
                self.returned = f"审查期间{found.group(1)}。"
        elif self.part is Part.PERSON:
            if not say.OWN_DECISION.search(bare):
                self.kept[Part.PERSON].append(unit)
        elif not say.EVALUATION.match(bare):
            target = self.versions[-1] if self.part is Part.FACT else self.kept[Part.PROCEDURE]
            if text := _without_outcome(unit.text):
                target.append(unit._replace(text=text))


def _without_outcome(text: str) -> str:
    """A sentence without the clauses that tell the outcome of this very case."""
    if not say.OUTCOME.search(compact(text)) or say.EARLIER_CASE.search(text):
        return text
    clauses = [c for c in re.split("(?<=[，；,;])", text) if not say.OUTCOME.search(compact(c))]
    kept = "".join(clauses).rstrip("，；,; ")
    if len(kept) < say.CLAUSE_CHARS:
        return ""
    return kept if kept.endswith(("。", "！", "？")) else kept + "。"


def _is_labelled(text: str) -> bool:
    parts = [say.label_part(m) for m in say.LABEL.finditer(text)]
    return Part.FACT in parts and (Part.PERSON in parts or Part.PROCEDURE in parts)


def _split_labelled(text: str) -> Parts:
    """Split by labels such as 事实信息： at the start of a line."""
    found = list(say.LABEL.finditer(text))
    ends = [m.start() for m in found[1:]] + [len(text)]
    texts: dict[Part, list[str]] = {part: [] for part in Part}
    for label, end in zip(found, ends, strict=True):
        texts[say.label_part(label)].append(text[label.end() : end].strip())
    person, procedure, fact, day, place = (
        "\n".join(filter(None, texts[part]))
        for part in (Part.PERSON, Part.PROCEDURE, Part.FACT, Part.DATE, Part.PROVINCE)
    )
    procedure, fact = (
        join(
            unit._replace(text=kept)
            for unit in units_of(part)
            if (kept := _without_outcome(unit.text))
        )
        for part in (procedure, fact)
    )
    return Parts(
        kind=DocumentKind.LABELLED,
        person_info=neutral(person),
        procedure=neutral(procedure),
        fact=neutral(fact),
        date=_first_line(day),
        province=_first_line(place) or province_of(procedure),
    )


def _first_line(text: str) -> str:
    return text.partition("\n")[0].strip(" 。；;，,")[:100]
