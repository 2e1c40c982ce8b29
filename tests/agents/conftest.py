from datetime import date

import pytest

from nolle.agents.base import View
from nolle.cases.facts import Facts, Suspect
from nolle.cases.models import Case


@pytest.fixture
def view():
    """A view of one suspect in a theft case; keyword arguments override its fields."""

    def make(**changes):
        base = {
            "case": Case(id="x", fact="甲某拿走乙某手机一部。"),
            "facts": Facts(
                suspects=(Suspect(name="甲某"),),
                decision_date=date(2022, 5, 1),
                conduct_end=date(2022, 1, 1),
            ),
            "defendant": "甲某",
            "charges": ("盗窃罪",),
        }
        return View(**{**base, **changes})

    return make
