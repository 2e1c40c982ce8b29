"""Conditional non-prosecution of juveniles (CPL 282; 2012: 271): an advisory, not a decision."""

from __future__ import annotations

from datetime import date

from ..cases.models import Frozen
from .arguments import OLDEST, a_day, number_in

_CPL_2012 = date(2013, 1, 1)
_CPL_2018 = date(2018, 10, 26)
_CHAPTERS = (4, 5, 6)


class ConditionalResult(Frozen):
    """Whether conditional non-prosecution comes into question.

    ``eligible`` is None when no condition fails but one is not known. ``probation_months`` is the
    range of the probation period in months.
    """

    eligible: bool | None
    reasons: tuple[str, ...] = ()
    open_conditions: tuple[str, ...] = ()
    probation_months: tuple[int, int] = (6, 12)
    citations: tuple[str, ...] = ()


def conditional_nonprosecution(
    age_at_conduct: int | None,
    chapters: tuple[int, ...],
    expected_months: float | None,
    repentant: bool | None,
    *,
    meets_prosecution: bool | None = True,
    dnp_fits: bool = False,
    objects: bool = False,
    day: date,
) -> ConditionalResult:
    """Test the conditions of conditional non-prosecution (CPL 282-283; CPL 2012: 271-272).

    Args:
        age_at_conduct: full years at the conduct; must be under 18.
        chapters: chapters of the special part of the Criminal Law of every charge; 4, 5 and 6 only.
        expected_months: the sentence to be expected; at most 12 months.
        repentant: signs of repentance.
        meets_prosecution: facts clear and evidence sufficient.
        dnp_fits: a plain non-prosecution (CPL 177(2)) already fits and goes first.
        objects: the juvenile or the legal representative objects; prosecution then follows.
        day: the day of the decision.

    Raises:
        InputError: an age, chapter or number of months that cannot be.
    """
    a_day("day", day)
    number_in("age_at_conduct", age_at_conduct, 0, OLDEST)
    number_in("expected_months", expected_months, 0)
    for chapter in chapters:
        number_in("a chapter of the special part", chapter, 1, 10)
    if day < _CPL_2012:
        return ConditionalResult(eligible=False, reasons=("制度自2013年1月1日起施行",))
    tests: tuple[tuple[bool | None, str], ...] = (
        (None if age_at_conduct is None else age_at_conduct < 18, "行为时不满十八周岁"),
        (
            all(chapter in _CHAPTERS for chapter in chapters) if chapters else None,
            "罪名属刑法分则第四、五、六章",
        ),
        (
            None if expected_months is None else expected_months <= 12,
            "可能判处一年有期徒刑以下刑罚",
        ),
        (repentant, "有悔罪表现"),
        (meets_prosecution, "符合起诉条件"),
        (not dnp_fits, "不宜直接作相对不起诉"),
        (not objects, "未成年人及其法定代理人无异议"),
    )
    failed = [name for holds, name in tests if holds is False]
    unknown = [name for holds, name in tests if holds is None]
    met = [name for holds, name in tests if holds]
    eligible = False if failed else (None if unknown else True)
    main = "二百八十二" if day >= _CPL_2018 else "二百七十一"
    period = "二百八十三" if day >= _CPL_2018 else "二百七十二"
    return ConditionalResult(
        eligible=eligible,
        reasons=tuple([f"不符合：{name}" for name in failed] + [f"符合：{name}" for name in met]),
        open_conditions=tuple(unknown),
        citations=(f"cpl:第{main}条第一款", f"cpl:第{period}条第二款"),
    )
