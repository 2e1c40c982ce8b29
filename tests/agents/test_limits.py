import threading

import pytest

from nolle.agents.estimate import dry_run_estimate
from nolle.agents.limits import Budget, Limits, Usage, cost_of, estimate_tokens
from nolle.agents.registry import parse_spec
from nolle.cases.models import Case
from nolle.errors import LimitError


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.mark.parametrize(
    ("text", "per_char", "tokens"),
    [
        ("", 1.0, 0),
        ("张某某盗窃手机", 1.0, 7),
        ("张某某盗窃手机", 3.0, 21),
        ("abcdefghij", 3.0, 3),
        ("案" * 100 + "a" * 100, 1.0, 130),
    ],
)
def test_estimate_tokens(text, per_char, tokens):
    assert estimate_tokens(text, per_char) == tokens


def test_cost_of():
    assert cost_of((2.0, 10.0), 1_000_000, 100_000) == pytest.approx(3.0)
    assert cost_of(None, 10, 10) is None


@pytest.mark.parametrize(
    ("limits", "fits", "too_much"),
    [
        (Limits(requests=2), Usage(requests=2), Usage(requests=3)),
        (Limits(tokens=100), Usage(tokens=100), Usage(tokens=101)),
        (Limits(cost_usd=1.0), Usage(cost_usd=1.0), Usage(cost_usd=1.01)),
    ],
)
def test_what_does_not_fit_is_refused_and_not_counted(limits, fits, too_much):
    budget = Budget(limits)
    with pytest.raises(LimitError, match="raise the limit"):
        budget.reserve(too_much)
    assert budget.used == Usage()
    budget.reserve(fits)
    assert budget.used == fits


def test_a_reservation_is_replaced_by_what_was_used():
    budget = Budget(Limits(tokens=100))
    reserved = budget.reserve(Usage(requests=1, tokens=90))
    with pytest.raises(LimitError):
        budget.reserve(Usage(requests=1, tokens=20))
    budget.settle(reserved, Usage(requests=1, tokens=30, cost_usd=0.5))
    budget.release(budget.reserve(Usage(requests=1, tokens=70)))
    assert budget.used == Usage(requests=1, tokens=30, cost_usd=0.5)


def test_a_case_counts_in_its_run():
    run = Budget(Limits(requests=3))
    cases = [Budget(Limits(requests=2), parent=run) for _ in range(2)]
    for case in (cases[0], cases[0], cases[1]):
        case.reserve(Usage(requests=1))
    with pytest.raises(LimitError):
        cases[0].reserve(Usage(requests=1))
    with pytest.raises(LimitError):
        cases[1].reserve(Usage(requests=1))
    assert (cases[0].used.requests, cases[1].used.requests, run.used.requests) == (2, 1, 3)


def test_time_runs_out():
    clock = Clock()
    run = Budget(Limits(seconds=10), clock=clock)
    case = Budget(Limits(seconds=4), parent=run, clock=clock)
    assert case.seconds_left == 4
    clock.now = 7.0
    assert (case.seconds_left, run.seconds_left) == (0, 3)
    with pytest.raises(LimitError, match="4 seconds"):
        case.reserve(Usage(requests=1))
    run.reserve(Usage(requests=1))
    assert Budget(Limits()).seconds_left is None


def test_a_cost_limit_needs_a_price():
    with pytest.raises(LimitError, match="price=IN,OUT"):
        Budget(Limits(cost_usd=1.0)).reserve(Usage(requests=1, cost_usd=None))
    Budget(Limits(requests=1)).reserve(Usage(requests=1, cost_usd=None))


def test_threads_never_go_past_a_limit_together():
    run = Budget(Limits(requests=100))
    granted = []

    def take():
        case = Budget(Limits(requests=40), parent=run)
        for _ in range(50):
            try:
                granted.append(case.reserve(Usage(requests=1)))
            except LimitError:
                return

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(granted) == run.used.requests == 100


def test_a_dry_run_reckons_calls_tokens_cost_and_time():
    one = Case(person_info="犯罪嫌疑人张某某，男。", fact="张某某盗窃手机一部。" * 100)
    spec = parse_spec("openrouter:a/b?price=1,10")
    small, large = (dry_run_estimate([one] * n, spec, concurrency=4) for n in (1, 20))
    assert small.calls == 5
    assert large.calls == 100
    assert large.tokens == 20 * small.tokens > 5 * 1000 * 20
    assert large.cost_usd == pytest.approx(20 * small.cost_usd)
    assert large.seconds / small.seconds == pytest.approx(25 / 4, rel=0.01)
    assert dry_run_estimate([one], parse_spec("openrouter:a/b")).cost_usd is None
    assert dry_run_estimate([one], parse_spec("vllm:m")).cost_usd == 0
    assert dry_run_estimate([], spec).calls == dry_run_estimate([], spec).seconds == 0


def test_a_thinking_budget_makes_a_run_dearer():
    case = Case(fact="张某某盗窃手机一部。")
    name = "openrouter:anthropic/claude-opus-4.6"
    none, more = (dry_run_estimate([case], parse_spec(f"{name}?budget={n}")) for n in (0, 4096))
    assert more.tokens - none.tokens == 4096 * none.calls
