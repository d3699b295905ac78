"""A plan in numbers: records instead of steps, no loss where there is none, what makes it unsafe."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.restore_plan import Action, BalanceDifference, Check, Verdict
from bot.restore.forecast import Forecast
from bot.restore.model import Step
from bot.restore.planner import AUXILIARY, KIND, REASONS
from bot.restore.summing import counts, lines, moved, todos, unsafe

DIFFERENCE = BalanceDifference(account="x", currency="", on=date(2026, 1, 1), amount=Decimal(1), why="")
KNOWN = Forecast(differences=(DIFFERENCE,))
VOIDED, HALF, CARD, RATE = (
    "documents.voided",
    "bank_transactions.transfer",
    "accounts.card",
    "bank_transfers.rate",
)


def step(kind: str, action: Action, *reasons: str, **more: Any) -> Step:
    """Make a step of a record with a made-up id."""
    return Step(kind, more.pop("id", f"{kind}-1"), action, reasons=reasons, **more)


def counted(*steps: Step) -> dict[str, dict[str, int]]:
    """Count, and give what is not zero by title."""
    fields = ("create", "change", "match", "leave_out", "blocked", "follows")
    return {
        one.title: {name: getattr(one, name) for name in fields if getattr(one, name)}
        for one in counts(steps, KIND, AUXILIARY, REASONS)
    }


def test_counts_when_there_is_one_of_each_then_each_is_counted() -> None:
    assert counted(*(step("invoices", action) for action in Action)) == {
        "Invoices": {"create": 1, "change": 1, "match": 1, "leave_out": 1, "blocked": 1}
    }


def test_counts_when_one_step_stands_for_many_then_records_are_counted() -> None:
    found = counted(
        step("evidence", Action.LEAVE_OUT, "evidence.budgets", part="3", name="3"),
        step("evidence", Action.LEAVE_OUT, "evidence.organisation_actions", part="14"),
        step("attachments", Action.LEAVE_OUT, "attachments.no_copy", part="1200"),
    )
    assert found["Kept as evidence"] == {"leave_out": 3, "follows": 14}
    assert found[KIND["attachments"].title] == {"leave_out": 1200}


def test_counts_when_a_record_comes_back_with_another_then_it_is_no_loss() -> None:
    half = step("bank_transactions", Action.LEAVE_OUT, HALF)
    deleted = step("bank_transactions", Action.LEAVE_OUT, "bank_transactions.deleted")
    both = step("bank_transactions", Action.LEAVE_OUT, HALF, "bank_transactions.deleted")
    assert counted(half, deleted, both) == {"Spend and receive money": {"follows": 1, "leave_out": 2}}


def test_counts_when_steps_only_finish_records_then_they_count_not() -> None:
    auxiliary = [step(key, Action.CHANGE) for key in AUXILIARY]
    assert counted(*auxiliary) == {}


def test_counts_when_kinds_share_a_title_then_one_row() -> None:
    assert counted(
        step("history_of_invoices", Action.CHANGE, "history.digest"),
        step("history_of_contacts", Action.CHANGE, "history.digest"),
    ) == {"History and notes": {"change": 2}}


def test_lines_when_reasons_repeat_then_one_line_with_three_examples_worst_first() -> None:
    voided = [step("invoices", Action.LEAVE_OUT, VOIDED, name=f"INV-{number}") for number in range(5)]
    found = lines([*voided, step("accounts", Action.CHANGE, CARD, name="Card")], KIND, REASONS)
    assert [(one.key, one.count) for one in found] == [(CARD, 1), (VOIDED, 5)]
    assert found[1].examples == ("INV-0", "INV-1", "INV-2")
    assert all(one.is_loss for one in found)
    assert [one.weight for one in found] == sorted(one.weight for one in found)


def test_lines_when_it_is_no_loss_then_it_says_so() -> None:
    (found,) = lines([step("bank_transactions", Action.LEAVE_OUT, HALF)], KIND, REASONS)
    assert not found.is_loss


def test_lines_when_one_step_stands_for_many_then_records_count_and_no_number_is_an_example() -> None:
    (found,) = lines(
        [step("evidence", Action.LEAVE_OUT, "evidence.budgets", part="3", name="3")], KIND, REASONS
    )
    assert (found.count, found.examples) == (3, ())


def test_lines_when_something_is_remarked_then_it_is_matched() -> None:
    (found,) = lines([], KIND, REASONS, [("accounts", "accounts.staying", 7)])
    assert (found.action, found.count, found.title) == (Action.MATCH, 7, KIND["accounts"].title)


def test_todos_when_some_come_first_then_they_stand_first() -> None:
    found = todos(
        [
            step("accounts", Action.CHANGE, CARD),
            step("bills", Action.BLOCKED, "blocked.tax"),
            step("bills", Action.BLOCKED, "blocked.tax", id="2"),
            step("invoices", Action.LEAVE_OUT, VOIDED),
        ],
        REASONS,
    )
    assert [(one.key, one.before, one.count) for one in found] == [("blocked.tax", True, 2), (CARD, False, 1)]


def test_moved_when_balances_move_then_only_what_comes_back_changed() -> None:
    steps = [
        step("bank_transfers", Action.CHANGE, RATE, id="one"),
        step("bank_transfers", Action.BLOCKED, "bank_transfers.account", id="two"),
        step("invoices", Action.CHANGE, "changed.theme", id="three"),
    ]
    assert moved(steps, KIND, REASONS) == {"bank_transfers": {"one"}}


def _check(verdict: Verdict, why: str = "") -> Check:
    return Check(key="k", title="Region", source_value="a", target_value="b", verdict=verdict, why=why)


def test_unsafe_when_all_is_well_then_nothing_is_said() -> None:
    assert unsafe([step("invoices", Action.CREATE)], KIND, [_check(Verdict.WARNS)], KNOWN) == ()


@pytest.mark.parametrize(
    ("steps", "checks", "foreseen", "words"),
    [
        ([step("invoices", Action.CREATE)], [_check(Verdict.FAILS)], KNOWN, "Region differs."),
        ([step("invoices", Action.CREATE)], [_check(Verdict.FAILS, "Because.")], KNOWN, "Because."),
        ([step("invoices", Action.MATCH)], [], KNOWN, "nothing in this plan"),
        ([step("invoices", Action.CREATE)], [], Forecast(is_known=False), "nothing could be proved"),
        (
            [step("bills", Action.CREATE), *(step("bills", Action.BLOCKED) for _ in range(2))],
            [],
            KNOWN,
            "2 of 3 records are blocked, most of them bills",
        ),
    ],
)
def test_unsafe_when_something_is_wrong_then_it_is_said(
    steps: list[Step], checks: list[Check], foreseen: Forecast, words: str
) -> None:
    (found,) = unsafe(steps, KIND, checks, foreseen)
    assert words in found


def test_unsafe_when_just_half_is_blocked_then_it_may_be_offered() -> None:
    steps = [step("bills", Action.CREATE), step("bills", Action.BLOCKED)]
    assert unsafe(steps, KIND, [], KNOWN) == ()


def test_unsafe_when_nothing_that_posts_is_written_then_no_trial_balance_is_needed() -> None:
    assert unsafe([step("contacts", Action.CREATE)], KIND, [], Forecast(is_known=False)) == ()
