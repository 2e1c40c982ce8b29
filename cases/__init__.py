"""The vocabulary of a case and everything that reads one."""

from __future__ import annotations

from .documents import DocumentKind, document_kind, split_document
from .facts import Facts
from .findings import Finding, Outcome, Review, Sentence, Step, Unresolved
from .gold import GoldDefendant, Labelled, iter_labelled, labelled_from_record, load_labelled
from .joint import JointCase, JointDefendant, JointExample, Scenario, review_case
from .joint_readers import iter_joint, joint_case, load_joint
from .models import FIELD_ZH, FIELDS, Case, FieldName, Meta, Span
from .readers import (
    case_from_record,
    case_from_text,
    cases_from_bytes,
    check_cases,
    derived_id,
    iter_cases,
    load_case,
    load_cases,
)
from .sources import Item, read_items
from .vocabulary import Check, Decision, EvidenceKind, InjuryGrade, Role, SentenceKind, Verdict

__all__ = [
    "FIELDS",
    "FIELD_ZH",
    "Case",
    "Check",
    "Decision",
    "DocumentKind",
    "EvidenceKind",
    "Facts",
    "FieldName",
    "Finding",
    "GoldDefendant",
    "InjuryGrade",
    "Item",
    "JointCase",
    "JointDefendant",
    "JointExample",
    "Labelled",
    "Meta",
    "Outcome",
    "Review",
    "Role",
    "Scenario",
    "Sentence",
    "SentenceKind",
    "Span",
    "Step",
    "Unresolved",
    "Verdict",
    "case_from_record",
    "case_from_text",
    "cases_from_bytes",
    "check_cases",
    "derived_id",
    "document_kind",
    "iter_cases",
    "iter_joint",
    "iter_labelled",
    "joint_case",
    "labelled_from_record",
    "load_case",
    "load_cases",
    "load_joint",
    "load_labelled",
    "read_items",
    "review_case",
    "split_document",
]
