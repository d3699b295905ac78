"""What became of the plan's steps, counted as people count: in records, and by who let them down."""

from __future__ import annotations

from bot.domain.restore_plan import Action
from bot.restore.model import Step
from bot.restore.outcomes import StepOutcome, StepState
from bot.restore.planner import KIND, REASONS
from bot.restore.proof.standing import standings


def _left(kind: str, key: str, reason: str, part: str = "") -> Step:
    return Step(kind, key, Action.LEAVE_OUT, part=part, reasons=(reason,))


def test_counts_when_nothing_is_lost_with_a_record_then_it_is_not_left_out() -> None:
    steps = [
        _left("evidence", "users", "evidence.users", "6"),
        _left("evidence", "trial_balance", "evidence.trial_balance", "14"),
        _left("bank_transactions", "b1", "bank_transactions.transfer"),
        _left("bank_transactions", "b2", "documents.voided"),
    ]
    outcomes = [
        StepOutcome(number=number, step=step, state=StepState.SKIPPED) for number, step in enumerate(steps)
    ]
    counts = standings(outcomes, KIND, REASONS).counts
    assert (counts["evidence"]["left_out"], counts["evidence"]["follows"]) == (6, 14)
    assert (counts["bank_transactions"]["left_out"], counts["bank_transactions"]["follows"]) == (1, 1)


def test_counts_when_one_is_refused_and_what_needs_it_is_not_sent_then_they_are_told_apart() -> None:
    ends = {"1": StepState.REFUSED, "2": StepState.SKIPPED, "3": StepState.DONE}
    outcomes = [
        StepOutcome(number=number, step=Step("payments", key, Action.CREATE), state=state)
        for number, (key, state) in enumerate(ends.items())
    ]
    found = standings(outcomes, KIND, REASONS)
    counts = found.counts["payments"]
    assert (counts["planned"], counts["created"], counts["refused"], counts["unsent"]) == (3, 1, 1, 1)
    assert [one.is_sent for one in found.unwritten] == [True, False]
    assert found.refused == 2, "neither is as the plan said"
