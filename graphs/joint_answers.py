"""Reading the short answers about one defendant: role, term, charges. What is unclear is None."""

from __future__ import annotations

import re

from ..cases.terms import Term, executed_term, read_months
from ..cases.vocabulary import Role, SentenceKind
from ..statutes.charges import find_charges

_MARKUP = re.compile(r"[*`#]+")
_ROLE_LINE = re.compile(r"(?m)^\s*角色\s*[：:]\s*(主犯|从犯)\s*[。.]?\s*$")
_ROLE_ALONE = re.compile(r"(?:被告人)?[^，。；\n]{0,20}?(?:是|系|为|属于?)?\s*(主犯|从犯)\s*[。.]?")
_DENIED = re.compile(
    r"(?:不|非|未|否|胁|无法|难以)[^，。；\n]{0,6}(?:主犯|从犯)|(?:主|从)犯.*(?:主|从)犯"
)
_TERM_LINE = re.compile(r"(?m)^\s*刑期\s*[：:]\s*(\S[^\n]*?)\s*$")
_ROLES = {"主犯": Role.PRINCIPAL, "从犯": Role.ACCOMPLICE}
_GUILTY = re.compile(r"(?<![不未非])(?:构成|犯(?!罪))(?:了)?([^。；;\n]*)")
_TILL = re.compile(r"[，,]?\s*(?:应当?|依法|建议)?(?:被)?(?:判处|决定|并处|数罪并罚).*")
_SEPARATOR = re.compile(r"[、，,和与及\s]+")


def read_role(answer: str) -> Role | None:
    """The role of a line ``角色：主犯``; else of an answer that is nothing but the role.

    The last such line counts; two different ones in an answer without one, or a denial, are None.
    """
    text = _plain(answer)
    lines = _ROLE_LINE.findall(text)
    if lines:
        return _ROLES[lines[-1]]
    alone = _ROLE_ALONE.fullmatch(text)
    return _ROLES[alone[1]] if alone and not _DENIED.search(text) else None


def read_term(answer: str) -> Term | None:
    """The term of a line ``刑期：N个月``; else of an answer that names exactly one punishment.

    Months without a kind are a fixed term, as MMSI asks for; more than 300 are none.
    """
    text = _plain(answer)
    lines = _TERM_LINE.findall(text)
    bare = read_months(lines[-1] if lines else text)
    if bare is not None:
        return Term(kind=SentenceKind.FIXED_TERM, months=bare)
    term = executed_term(lines[-1] if lines else text)
    known = term is not None and (term.months is None or read_months(str(term.months)) is not None)
    return term if known else None


def read_charges(answer: str) -> tuple[str, ...]:
    """The charges of the last sentence that says 构成, else of an answer that only lists charges.

    Names become the canonical ones; one that the law does not know stays as it is, a wrong
    prediction rather than none. Empty where nothing can be read.
    """
    text = _plain(answer)
    sentences = [m[1] for m in _GUILTY.finditer(text) if "罪" in m[1]]
    if sentences:
        known, rest = _listed(_TILL.sub("", sentences[-1]))
        return tuple(dict.fromkeys((*known, *rest)))
    known, rest = _listed(text.rstrip("。."))
    return () if rest else known


def _listed(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The charges of a list by their canonical names, and what of it is no charge."""
    known: list[str] = []
    rest: list[str] = []
    past = 0
    for name, start, end in sorted(find_charges(text), key=lambda hit: hit[1]):
        rest += _SEPARATOR.split(text[past:start])
        known.append(name)
        past = end
    rest += _SEPARATOR.split(text[past:])
    return tuple(dict.fromkeys(known)), tuple(piece for piece in rest if piece)


def _plain(answer: str) -> str:
    return _MARKUP.sub("", answer).strip()
