"""The decided case as retrieval knows it: its facts and what came of it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import date
from typing import Final

from pydantic import Field

from ..cases.decision_day import decision_date
from ..cases.joint import scenario_of as counted
from ..cases.models import Frozen
from ..statutes.charges import normalise_charge

LIFE: Final = -1
"""``months`` of life imprisonment."""

DEATH: Final = -2
"""``months`` of a death sentence, suspended or not."""

DIGEST_BYTES: Final = 16

_NEVER = date.max

_DAY = re.compile(
    r"((?:19|20)\d\d)(?:\s*[-年/.]\s*(1[0-2]|0?[1-9])(?!\d)(?:\s*[-月/.]\s*(3[01]|[12]\d|0?[1-9])(?!\d))?)?"
)
_COMPACT = re.compile(r"((?:19|20)\d\d)(1[0-2]|0[1-9])(3[01]|[12]\d|0[1-9])")


class Document(Frozen):
    """A decided case.

    ``text`` are its facts, never the reasoning. ``charges`` bear their canonical names with 罪.
    ``outcome`` is P, DNP, SNP, IENP or "". ``months`` is the prison term of the defendant who got
    the gravest one: months, :data:`LIFE`, :data:`DEATH`, None where unknown. ``date`` is a day, a
    month or a year in ISO form as far as known, else "". ``scenario`` is S1 (one defendant, one
    charge), S2 (one, several), S3 (several, one), S4 (several, several) or "" (Wang et al., 2025).
    """

    id: str = Field(min_length=1)
    text: str = Field(min_length=1)
    charges: tuple[str, ...] = ()
    outcome: str = Field(default="", pattern="^(P|DNP|SNP|IENP|)$")
    months: int | None = None
    date: str = Field(default="", pattern=r"^(\d{4}(-\d\d(-\d\d)?)?)?$")
    province: str = ""
    role: str = ""
    source: str = ""
    defendants: int = 1
    scenario: str = Field(default="", pattern="^(S[1-4]|)$")


def digest(line: bytes) -> bytes:
    """What a document's JSON line says, in :data:`DIGEST_BYTES` bytes."""
    return hashlib.sha256(line).digest()[:DIGEST_BYTES]


def canonical_charges(names: Iterable[str]) -> tuple[str, ...]:
    """The names as the law spells them, each once; an unknown name is kept with 罪 at its end."""
    found = []
    for name in names:
        plain = name.strip().strip("[]【】'\"“”")
        if plain:
            found.append(
                normalise_charge(plain) or (plain if plain.endswith("罪") else f"{plain}罪")
            )
    return tuple(dict.fromkeys(found))


def iso_date(text: str) -> str:
    """The last day, month or year that ``text`` names, in ISO form: the end of a span; else ""."""
    compact = _COMPACT.fullmatch(text.strip())
    if compact:
        return "-".join(compact.groups())
    parts = [part for match in _DAY.finditer(text) if (part := match.groups())]
    if not parts:
        return ""
    year, month, day = parts[-1]
    return "-".join([year, *(f"{int(part):02d}" for part in (month, day) if part)])


def latest_day(text: str) -> date | None:
    """The last day that a full or partial date can mean; None for none or an unreadable one."""
    day, _ = decision_date(text, _NEVER)
    return None if day == _NEVER else day


def gravest(terms: Iterable[int | None]) -> int | None:
    """The gravest of several terms in months; None if none is known."""
    known = [term for term in terms if term is not None]
    return max(known, key=lambda term: (term == DEATH, term == LIFE, term), default=None)


def scenario_of(defendants: int, charges: int) -> str:
    """S1 to S4 by the numbers of defendants and of charges; "" where either is unknown."""
    if defendants < 1 or charges < 1:
        return ""
    return counted(defendants, charges).value
