import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from viva.errors import BudgetSpent
from viva.language_model.call import Call
from viva.language_model.completion import TokenCounts
from viva.language_model.retrying import Deadline
from viva.settings import load_settings
from viva.spending import Spending, Spent, Usage, add_up

SENT = ({"role": "user", "content": "x" * 400},)


def spending(budget: float = 0) -> Spending:
    return Spending(load_settings(llm_price_in=2.0, llm_price_out=10.0, llm_budget=budget))


def call_of(purse: Spending, purpose: str = "grading") -> Call:
    usage = Usage(purpose=purpose, model="m")
    return Call(usage, deadline=Deadline(60), spending=purse, seed=0)


def counts(read: int, wrote: int) -> TokenCounts:
    return TokenCounts(prompt_tokens=read, completion_tokens=wrote)


def test_tokens_become_dollars() -> None:
    purse = spending()
    call = call_of(purse)
    call.start_request()
    call.count(counts(1_000_000, 500_000), SENT, "")
    assert call.finish().cost == pytest.approx(7.0)
    assert purse.total.cost == pytest.approx(7.0)


def test_a_call_with_several_requests_is_one_call() -> None:
    purse = spending()
    call = call_of(purse)
    for _ in range(3):
        call.start_request()
        call.count(counts(100, 10), SENT, "")
    assert call.usage is None
    usage = call.finish()
    assert call.usage == usage
    assert (usage.attempts, usage.input_tokens, usage.output_tokens) == (3, 300, 30)
    assert usage.seconds > 0
    call.finish()  # a second time changes nothing
    total = purse.total
    assert (total.calls, total.attempts, total.input_tokens) == (1, 3, 300)


def test_what_each_purpose_took_is_told_apart() -> None:
    purse = spending()
    for purpose in ("grading", "feedback", "grading"):
        call = call_of(purse, purpose)
        call.start_request()
        call.finish()
    assert {name: spent.calls for name, spent in purse.by_purpose.items()} == {
        "grading": 2,
        "feedback": 1,
    }
    assert purse.total.calls == 3


def test_a_call_that_sent_nothing_is_not_counted() -> None:
    purse = spending()
    call_of(purse).finish()
    assert purse.total == Spent()


def test_servers_that_do_not_count_are_guessed_at_and_it_is_said() -> None:
    purse = spending()
    call = call_of(purse)
    call.start_request()
    call.count(None, SENT, "y" * 40)
    usage = call.finish()
    assert (usage.input_tokens, usage.output_tokens, usage.estimated) == (100, 10, True)
    assert usage.cost > 0
    assert purse.total.estimated


def test_kept_tokens_are_told_and_paid_in_full() -> None:
    told = TokenCounts.model_validate(
        {
            "prompt_tokens": 100,
            "completion_tokens": -5,
            "prompt_tokens_details": {"cached_tokens": 64},
        }
    )
    call = call_of(spending())
    call.count(told, SENT, "")
    usage = call.finish()
    assert (usage.cached_tokens, usage.output_tokens) == (64, 0)
    assert usage.cost == pytest.approx(100 * 2e-6)


def test_the_budget_stops_the_next_request_even_of_a_call_under_way() -> None:
    purse = spending(budget=1.0)
    call, other = call_of(purse), call_of(purse)
    call.start_request()
    call.count(counts(499_999, 0), SENT, "")
    other.start_request()
    other.count(counts(1, 0), SENT, "")
    for late in (call, other, call_of(purse)):
        with pytest.raises(BudgetSpent, match=r"\$1 ") as caught:
            late.start_request()
        assert "VIVA_LLM_BUDGET" in caught.value.hint


def test_without_a_budget_nothing_stops() -> None:
    purse = spending()
    call = call_of(purse)
    call.count(counts(10**12, 0), SENT, "")
    call.start_request()


def test_many_threads_lose_nothing() -> None:
    purse = spending()
    start = threading.Barrier(8)

    def work(number: int) -> Usage:
        start.wait(10)
        call = call_of(purse, f"p{number % 2}")
        for _ in range(200):
            call.start_request()
            call.count(counts(3, 1), SENT, "")
        return call.finish()

    with ThreadPoolExecutor(8) as threads:
        usages = list(threads.map(work, range(8)))
    total = purse.total
    assert (total.calls, total.attempts) == (8, 1600)
    assert (total.input_tokens, total.output_tokens) == (4800, 1600)
    assert total.model_copy(update={"cost": 0, "seconds": 0}) == add_up(usages).model_copy(
        update={"cost": 0, "seconds": 0}
    )
