"""What a message says of what was refused, not sent, stopped for, and left to do by hand."""

from __future__ import annotations

from bot.domain.proof import TypeProof
from bot.domain.restore import RestoreState
from bot.domain.restore_plan import Todo
from bot.views import restore_message as views
from bot.views import restore_report as reports
from bot.views.check import check_message
from bot.views.plain import as_text
from tests.unit.views.restore_cases import ADMINS, plan, proof, restore


def test_done_when_something_was_never_sent_then_it_is_not_counted_as_refused_by_xero() -> None:
    payments = TypeProof(key="payments", title="Payments", planned=40, created=37, unsent=3)
    bills = TypeProof(key="bills", title="Bills", planned=5, created=4, refused=1)
    one = restore(RestoreState.DIFFERENT, proof=proof(types=(payments, bills), not_predicted=4))
    told = as_text(views.draw(one, ADMINS).payload)
    assert "41 of 45 created · 1 refused by Xero · 3 not sent, because what they need was refused" in told
    assert "Payments: 37 of 40 created, 3 not sent" in told
    assert "Bills: 4 of 5 created, 1 refused by Xero" in told


def test_refused_words_when_told_then_they_are_quoted_and_cannot_do_harm() -> None:
    one = restore(RestoreState.FAILED)
    told = reports.refused_words(one, ["Nope <!channel> & “Söhne”", *[f"No {n}" for n in range(30)]])
    assert told is not None
    assert check_message(told.payload) == []
    assert "Nope" in as_text(told.payload)
    assert "<!channel>" not in str(told.payload)
    assert reports.refused_words(one, []) is None


def test_done_when_the_proof_shows_a_step_by_hand_to_be_needless_then_nobody_is_told_to_take_it() -> None:
    steps = [Todo(key=key, sentence=f"Enter {key} by hand.", before=False) for key in ("sugar", "salt")]
    made = plan(todos=tuple(steps))
    one = restore(RestoreState.DONE, plan=made, proof=proof(needless=("sugar",)))
    told = as_text(views.draw(one, ADMINS).payload)
    assert "Enter salt by hand" in told
    assert "sugar" not in told
    none = restore(RestoreState.DONE, plan=made, proof=proof(needless=("sugar", "salt")))
    assert "by hand" not in as_text(views.draw(none, ADMINS).payload)
