"""Age of criminal responsibility (CL 17, 17-1)."""

from __future__ import annotations

from datetime import date

from ..cases.models import Frozen
from ..cases.vocabulary import InjuryGrade
from ..errors import InputError
from .arguments import OLDEST, a_day, known_charge, number_in

_AMENDMENT_XI = date(2021, 3, 1)
_AMENDMENT_VIII = date(2011, 5, 1)
_GRAVE = (
    "故意杀人罪",
    "强奸罪",
    "抢劫罪",
    "放火罪",
    "爆炸罪",
    "投放危险物质罪",
    "投毒罪",
)
_INJURY = "故意伤害罪"
_KILLING = "故意杀人罪"


class ResponsibilityResult(Frozen):
    """Whether a person of that age answers for the charge.

    ``responsible`` is None when a fact that decides it is not known. ``lightened``: under 18 or,
    since 2011-05-01, 75 and over.
    """

    age: int
    responsible: bool | None
    group: str
    lightened: bool = False
    needs_spp_approval: bool = False
    reasons: tuple[str, ...] = ()
    citations: tuple[str, ...] = ()


def responsible_age(birth: date, on_day: date) -> int:
    """Full years of age on a day as criminal law counts them: from the day AFTER the birthday.

    Source: 法释〔2006〕1号 art. 2. On the sixteenth birthday itself a person is still fifteen; one
    born on 29 February completes the year on 1 March of a common year. 0 before birth.
    """
    years = on_day.year - birth.year
    if (on_day.month, on_day.day) <= (birth.month, birth.day):
        years -= 1
    return max(years, 0)


def responsibility(
    charge: str,
    birth_or_age: date | int,
    conduct_date: date,
    *,
    injury: InjuryGrade | None = None,
    cruel_means: bool | None = None,
    spp_approved: bool | None = None,
) -> ResponsibilityResult:
    """Whether the person answers criminally for the charge at that age (CL 17, 17-1).

    Args:
        charge: name of the charge with 罪.
        birth_or_age: date of birth, or age in full years at the conduct.
        conduct_date: day of the conduct.
        injury: gravest injury caused; CL 17(2) and (3) ask for it in bodily injury.
        cruel_means: especially cruel means leading to grave disability (CL 17(3)).
        spp_approved: the Supreme People's Procuratorate approved prosecution (CL 17(3)).

    Raises:
        InputError: an unknown charge, an age that cannot be, or a birth after the conduct.
    """
    known_charge(charge)
    a_day("conduct_date", conduct_date)
    if isinstance(birth_or_age, int):
        number_in("age", birth_or_age, 0, OLDEST)
    else:
        a_day("birth", birth_or_age)
        if birth_or_age > conduct_date:
            raise InputError(
                f"birth {birth_or_age.isoformat()} lies after conduct_date "
                f"{conduct_date.isoformat()}; check the two dates"
            )
    age = (
        birth_or_age
        if isinstance(birth_or_age, int)
        else responsible_age(birth_or_age, conduct_date)
    )
    if age >= 16:
        return _adult(age, conduct_date)
    if age >= 14:
        return _fourteen(charge, age, injury)
    if age >= 12 and conduct_date >= _AMENDMENT_XI:
        return _twelve(charge, age, injury, cruel_means, spp_approved)
    return ResponsibilityResult(
        age=age,
        responsible=False,
        group="under_12" if age < 12 else "12_to_14",
        reasons=(f"行为时{age}周岁，未达到刑事责任年龄",),
        citations=("cl:第十七条",),
    )


def _adult(age: int, conduct_date: date) -> ResponsibilityResult:
    if age < 18:
        return ResponsibilityResult(
            age=age,
            responsible=True,
            group="16_to_18",
            lightened=True,
            reasons=(f"行为时{age}周岁，应当负刑事责任，应当从轻或者减轻处罚",),
            citations=("cl:第十七条第一款", _minor_article(conduct_date)),
        )
    if age >= 75 and conduct_date >= _AMENDMENT_VIII:
        return ResponsibilityResult(
            age=age,
            responsible=True,
            group="75_and_over",
            lightened=True,
            reasons=(f"行为时{age}周岁，可以（过失犯罪应当）从轻或者减轻处罚",),
            citations=("cl:第十七条之一",),
        )
    return ResponsibilityResult(
        age=age,
        responsible=True,
        group="adult",
        reasons=(f"行为时{age}周岁，应当负刑事责任",),
        citations=("cl:第十七条第一款",),
    )


def _fourteen(charge: str, age: int, injury: InjuryGrade | None) -> ResponsibilityResult:
    responsible: bool | None
    # Of the selective drug charge only the dealing in drugs is named by CL 17(2).
    if charge in _GRAVE or charge == "贩卖毒品罪":
        responsible, why = True, "属于八种严重犯罪"
    elif "贩卖" in charge and charge.endswith("毒品罪"):
        responsible, why = None, "仅贩卖毒品属于八种严重犯罪，须查明具体行为"
    elif charge == _INJURY:
        responsible = None if injury is None else injury.rank >= InjuryGrade.SERIOUS.rank
        why = {
            None: "故意伤害须致人重伤或者死亡，伤情未明",
            True: "故意伤害致人重伤或者死亡",
            False: "故意伤害未致人重伤或者死亡",
        }[responsible]
    else:
        responsible, why = False, "不属于八种严重犯罪"
    return ResponsibilityResult(
        age=age,
        responsible=responsible,
        group="14_to_16",
        lightened=responsible is not False,
        reasons=(f"行为时{age}周岁，{why}",),
        citations=("cl:第十七条第二款",),
    )


def _twelve(
    charge: str,
    age: int,
    injury: InjuryGrade | None,
    cruel_means: bool | None,
    spp_approved: bool | None,
) -> ResponsibilityResult:
    reasons = [f"行为时{age}周岁"]
    responsible: bool | None
    if charge not in (_KILLING, _INJURY):
        responsible = False
        reasons.append("仅故意杀人、故意伤害可能负刑事责任")
    else:
        grave = _grave_result(injury, cruel_means)
        responsible = False if grave is False or spp_approved is False else None
        if grave and spp_approved:
            responsible = True
        reasons.append(
            "须致人死亡，或者以特别残忍手段致人重伤造成严重残疾，情节恶劣，并经最高人民检察院核准"
        )
    return ResponsibilityResult(
        age=age,
        responsible=responsible,
        group="12_to_14",
        lightened=responsible is not False,
        needs_spp_approval=responsible is not False,
        reasons=tuple(reasons),
        citations=("cl:第十七条第三款",),
    )


def _grave_result(injury: InjuryGrade | None, cruel_means: bool | None) -> bool | None:
    if injury is None:
        return None
    if injury is InjuryGrade.DEATH:
        return True
    if injury.rank < InjuryGrade.SERIOUS.rank:
        return False
    return cruel_means


def _minor_article(conduct_date: date) -> str:
    return "cl:第十七条第四款" if conduct_date >= _AMENDMENT_XI else "cl:第十七条第三款"
