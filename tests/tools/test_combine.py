from datetime import date

import pytest

from nolle.cases.vocabulary import SentenceKind
from nolle.errors import InputError
from nolle.tools.combine import combine_terms


@pytest.mark.parametrize(
    ("fixed", "day", "floor", "cap"),
    [
        ([12, 24], None, 24, 36),
        ([180, 180], None, 180, 240),
        ([180, 180, 59], None, 180, 240),
        ([180, 180, 60], None, 180, 300),
        ([180, 180, 60], date(2011, 4, 30), 180, 240),
        ([180, 180, 60], date(2011, 5, 1), 180, 300),
        ([36], None, 36, 36),
    ],
)
def test_fixed_terms(fixed: list[int], day: date | None, floor: int, cap: int) -> None:
    result = combine_terms(fixed, day=day)
    assert (result.floor, result.cap) == (floor, cap)
    assert result.months is not None
    assert floor <= result.months <= cap


def test_detention_is_capped_at_twelve_and_control_at_thirty_six() -> None:
    assert combine_terms(detention=[6, 6, 6]).cap == 12
    assert combine_terms(control=[24, 24]).cap == 36


def test_fixed_term_absorbs_detention_but_not_control() -> None:
    result = combine_terms([12], [5], [6], day=date(2015, 11, 1))
    assert (result.kind, result.months) == (SentenceKind.FIXED_TERM, 12)
    assert result.control_after == 6
    assert not result.contested
    assert combine_terms([12], [5], day=date(2015, 10, 31)).contested


def test_life_and_death_absorb_everything() -> None:
    assert combine_terms([12], life=True).kind is SentenceKind.LIFE
    assert combine_terms([12], life=True, death=True).kind is SentenceKind.DEATH


def test_nothing_to_combine() -> None:
    with pytest.raises(InputError, match="at least one"):
        combine_terms()
