"""Restores as an outsider found them to say too much, or to see a difference where there is none."""

from __future__ import annotations

from bot.domain.restore_plan import Action, Choice
from bot.restore.fingerprint import fingerprint
from bot.restore.model import Phase, Step
from bot.restore.outcomes import StepOutcome, StepState
from bot.restore.planner import KIND, REASONS
from bot.restore.proof.standing import standings
from tests.unit.restore.test_region import target

CONTACT = "5A3B1C2D-0000-4000-8000-0000000000AB"


def test_standings_when_a_step_was_not_sent_then_it_is_not_said_to_be_refused_by_xero() -> None:
    step = Step("payments", "p-1", Action.CREATE, name="", reasons=(), phase=Phase.SETTLING)
    words = ("Not sent: it needs a record of “Invoices” that Xero refused or that was left out.",)
    outcome = StepOutcome(number=1, step=step, state=StepState.SKIPPED, words=words)
    found = standings([outcome], KIND, REASONS)
    assert (found.counts["payments"]["refused"], found.counts["payments"]["unsent"]) == (0, 1)
    assert found.unwritten, "it is told all the same"


def _named(contact: str) -> str:
    step = Step("contacts", "c-1", Action.MATCH, target_key=contact)
    return fingerprint(
        snapshot_id="s",
        source_id="a",
        target_id="b",
        choice=Choice(),
        target=target(contacts=({"ContactID": contact, "Name": "Kauri"},)),
        steps=[step],
    )


def test_fingerprint_when_xero_writes_an_id_in_other_letters_then_it_is_the_same() -> None:
    assert _named(CONTACT) == _named(CONTACT.lower())
