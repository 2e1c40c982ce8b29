"""Pseudonyms for a case that leaves for a remote model, and the way back.

Names become names of a shape that files use (沈某戊), private units letters (A公司), numbers and
addresses bracketed labels (〔电话1〕). What the law asks for stays verbatim: sums, measures,
injuries, dates of conduct, charges, authorities, kinds of evidence, and birthdays near an age that
the law asks for.
The table that leads back never leaves the process and is in no repr.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from pydantic import Field

from ..cases.facts import Facts
from ..cases.models import FIELDS, Case, Frozen
from ..cases.names import occurrences
from ..config import Redact, Settings, is_loopback
from .redact_births import birth_days
from .redact_names import find_names
from .redact_patterns import find_fragments, find_numbers
from .redact_places import find_addresses, find_units, place_names
from .redact_secret import Secret

_PSEUDO_SURNAMES = (
    "沈韩许吕曹严魏陶姜谢邹窦潘葛范彭鲁韦俞袁柳鲍薛贺汤滕罗毕郝邬崔邱秦尹黎乔赖龚庞樊"
)
# Stems that files seldom reach, so that hardly any masked name of a file is a pseudonym already.
_STEMS = "戊己庚"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_PSEUDONYMS = tuple(
    f"{surname}某{_STEMS[(i + turn) % 3]}"
    for turn in range(3)
    for i, surname in enumerate(_PSEUDO_SURNAMES)
)
_OWN_PERSONS = frozenset(_PSEUDONYMS)
_OWN_UNIT = re.compile(r"[A-Z]\d{0,2}(?:公司|厂|店|学校|[\u4e00-\u9fffKTV]{2,7})")
_OWN_LABEL = re.compile(r"〔[^〔〕\d]{1,6}\d+〕")
_LABELS = r"[〔\[【［(（]"
_ENDS = r"[〕\]】］)）]"


class Endpoint(Protocol):
    """What :func:`should_redact` asks of a parsed model spec."""

    @property
    def provider(self) -> str:
        """The part of the spec before the colon."""
        ...

    @property
    def remote(self) -> bool:
        """Whether text leaves this machine."""
        ...


class Redaction(Frozen):
    """A masked case with the table that leads back; build it with :func:`redact`."""

    case: Case
    table: tuple[Secret, ...] = Field(default=(), repr=False, exclude=True)

    def mask(self, text: str) -> str:
        """Mask another text of the same case with the same table, longest strings first.

        Long runs of digits that the case does not hold, such as a number that a quotation cut in
        two, become 〔号码〕, which has no way back.
        """
        masked = _apply(text, self.table)
        for start, end in reversed(find_fragments(masked)):
            masked = f"{masked[:start]}〔号码〕{masked[end:]}"
        return masked

    def restore(self, text: str) -> str:
        """Put the words of the case back into a model's answer; unknown placeholders stay."""
        back: dict[str, str] = {s.placeholder: s.text for s in self.table}
        if not back:
            return text
        cores = {p[1:-1]: original for p, original in back.items() if p[0] == "〔"}
        keys = "|".join(re.escape(p) for p in sorted(back, key=len, reverse=True))
        inner = "|".join(re.escape(core) for core in sorted(cores, key=len, reverse=True))
        bracketed = rf"|{_LABELS}(?P<core>{inner}){_ENDS}" if inner else ""
        pattern = re.compile(f"(?:{keys}){bracketed}")
        return pattern.sub(lambda m: back[m[0]] if m[0] in back else cores[m[0][1:-1]], text)


def redact(case: Case, facts: Facts) -> Redaction:
    """Mask ``case``: id, date and province stay, the three texts lose what identifies people.

    Deterministic and reversible: ``restore`` of a masked text of the case gives it back. A masked
    case is masked to itself. Never raises for its text.
    """
    texts = [case.text_of(field) for field in FIELDS]
    whole = "\n".join(texts)
    table = _table(whole, facts)
    masked = [_apply(text, table) for text in texts]
    leftover = [text[s:e] for text in masked for s, e in find_fragments(text)]
    if leftover:
        table = _longest_first([*table, *_labelled(whole, [(x, "号码") for x in leftover], table)])
        masked = [_apply(text, table) for text in texts]
    changes: dict[str, Any] = dict(zip(FIELDS, masked, strict=True))
    return Redaction(case=case.model_copy(update=changes), table=table)


def should_redact(spec: str | Endpoint, settings: Settings) -> bool:
    """Whether ``spec`` may see only masked text (``NOLLE_REDACT``; default: remote models).

    Loopback is exempt, ``openrouter:`` never is; ``rules`` reads no text off this machine. A spec
    that cannot be told counts as remote. ConfigError for an unknown ``compatible:NAME``.
    """
    if settings.redact is Redact.NEVER:
        return False
    if settings.redact is Redact.ALWAYS:
        return spec != "rules"
    if not isinstance(spec, str):
        return spec.remote or spec.provider == "openrouter"
    provider, _, name = spec.partition(":")
    if provider == "rules":
        return False
    if provider == "vllm":
        return not all(is_loopback(url) for url in settings.vllm_base_urls)
    if provider == "compatible":
        return settings.endpoint(name.partition("?")[0]).remote
    return True


def _table(whole: str, facts: Facts) -> tuple[Secret, ...]:
    """Everything to be masked in the three texts together, longest first."""
    if not whole.strip():
        return ()
    labelled: list[tuple[str, str]] = []
    own = [m.span() for m in _OWN_LABEL.finditer(whole)]
    for hit in find_numbers(whole):
        if not _within(hit.start, hit.end, own):
            labelled.append((whole[hit.start : hit.end], hit.label))
    parts: list[tuple[str, str]] = []
    for hit in find_addresses(whole):
        chain = whole[hit.start : hit.end]
        if "〔" in chain or "〕" in chain or "\n" in chain:
            continue
        labelled.append((chain, hit.label))
        parts += [(name, "地名") for name in place_names(chain)]
    secrets = _labelled(whole, [*labelled, *parts], ())
    units: dict[str, str] = {}
    for start, end, suffix in find_units(whole):
        units.setdefault(whole[start:end], suffix)
    for suspect in facts.suspects:
        if suspect.is_unit:
            units.setdefault(suspect.name, "公司" if "公司" in suspect.name else suspect.name[-1:])
    secrets += _units(whole, units)
    taken = {s.text for s in secrets}
    names = [
        n for n in find_names(whole, facts) if n not in taken and n not in units and n in whole
    ]
    secrets += _persons(whole, names)
    secrets += birth_days(whole, facts)
    return _longest_first(secrets)


def _within(start: int, end: int, spans: Iterable[tuple[int, int]]) -> bool:
    return any(s < end and start < e for s, e in spans)


def _longest_first(secrets: Iterable[Secret]) -> tuple[Secret, ...]:
    unique: dict[str, Secret] = {}
    for secret in secrets:
        unique.setdefault(secret.text, secret)
    return tuple(sorted(unique.values(), key=lambda s: -len(s.text)))


def _labelled(
    whole: str, items: Iterable[tuple[str, str]], table: Iterable[Secret]
) -> list[Secret]:
    """Secrets with bracketed labels, numbered from 1 within each label, none found in the text."""
    counts: dict[str, int] = {}
    used = {s.placeholder for s in table}
    secrets: dict[str, Secret] = {}
    for text, label in items:
        if text in secrets or not text.strip():
            continue
        while True:
            counts[label] = counts.get(label, 0) + 1
            placeholder = f"〔{label}{counts[label]}〕"
            if placeholder[1:-1] not in whole and placeholder not in used:
                break
        secrets[text] = Secret.model_construct(text=text, placeholder=placeholder, is_name=False)
    return list(secrets.values())


def _units(whole: str, units: Mapping[str, str]) -> list[Secret]:
    pool = (f"{letter}{turn or ''}" for turn in range(100) for letter in _LETTERS)
    secrets = []
    for name, suffix in units.items():
        if _OWN_UNIT.fullmatch(name):
            continue
        letter = next((x for x in pool if f"{x}{suffix}" not in whole), None)
        if letter is not None:
            secrets.append(
                Secret.model_construct(text=name, placeholder=f"{letter}{suffix}", is_name=False)
            )
    return secrets


def _persons(whole: str, names: Iterable[str]) -> list[Secret]:
    """Names that no text of the case holds and whose surname nobody in it bears."""
    names = [n for n in names if n not in _OWN_PERSONS and "〔" not in n]
    borne = {name[0] for name in names}
    free = [p for p in _PSEUDONYMS if p[0] not in borne and p not in whole]
    free += [p for p in _PSEUDONYMS if p[0] in borne and p not in whole]
    return [
        Secret.model_construct(text=name, placeholder=pseudonym, is_name=True)
        for name, pseudonym in zip(names, free, strict=False)
    ]


def _apply(text: str, table: Iterable[Secret]) -> str:
    """``text`` with every secret replaced, in one pass, so that no placeholder is masked again."""
    covered = bytearray(len(text))
    for own in _OWN_LABEL.finditer(text):
        covered[own.start() : own.end()] = b"\x01" * (own.end() - own.start())
    places: list[tuple[int, int, str]] = []
    for secret in table:
        if secret.text not in text:
            continue
        if secret.is_name:
            spans = occurrences(text, secret.text, covered)
        else:
            spans = _plain(text, secret.text, covered)
        places += [(start, end, secret.placeholder) for start, end in spans]
    places.sort()
    out: list[str] = []
    past = 0
    for start, end, placeholder in places:
        out += (text[past:start], placeholder)
        past = end
    return "".join((*out, text[past:]))


def _plain(text: str, secret: str, covered: bytearray) -> list[tuple[int, int]]:
    """Where a number, address or unit stands, not within a longer number or word of letters."""
    found = []
    size, start = len(secret), text.find(secret)
    digit_first, digit_last = secret[0].isdigit(), secret[-1].isdigit()
    while start >= 0:
        end = start + size
        inside = (digit_first and text[start - 1 : start].isdigit() and start > 0) or (
            digit_last and text[end : end + 1].isdigit()
        )
        if not inside and not any(covered[start:end]):
            covered[start:end] = b"\x01" * size
            found.append((start, end))
            start = text.find(secret, end)
        else:
            start = text.find(secret, start + 1)
    return found
