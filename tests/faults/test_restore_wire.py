"""What a whole restore says on the wire: its source is never written to, and nothing is mailed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from bot.sandbox.xero import Call
from tests.faults.machine import API
from tests.faults.restore_place import Place, in_office, surplus


@dataclass
class Seen:
    """A whole restore whose consent lets us write to both organisations, and every call of it."""

    place: Place
    restore_id: str
    calls: list[Call]


@pytest.fixture(scope="module")
def seen() -> Iterator[Seen]:
    with in_office() as place:
        office = place.office
        place.permit_also(place.source)
        target = place.open_target()
        restore_id = place.planned(target)
        before = len(office.xero.calls)
        place.approve(restore_id)
        place.ended(restore_id)
        yield Seen(place, restore_id, office.xero.calls[before:])


def test_source_could_be_written_to_but_sees_no_write(seen: Seen) -> None:
    source = seen.place.parts.organisations.get(seen.place.source.id)
    assert "accounting.invoices" in source.scopes, "the test proves nothing else"
    assert seen.place.original.writes == []
    to = {one.tenant_id for one in seen.calls if one.method != "GET" and one.path.startswith(API)}
    restore = seen.place.restores.get(seen.restore_id)
    assert to == {seen.place.targets[restore.target_id].tenant_id}


def test_no_call_mails_anything(seen: Seen) -> None:
    assert not [one.path for one in seen.calls if "email" in one.path.lower()]
    restore = seen.place.restores.get(seen.restore_id)
    assert seen.place.targets[restore.target_id].mailed == []
    assert seen.place.original.mailed == []


def test_repeating_templates_come_back_as_drafts(seen: Seen) -> None:
    restore = seen.place.restores.get(seen.restore_id)
    made = [one.fields for one in seen.place.targets[restore.target_id].shelf("RepeatingInvoices")]
    assert [(one["Status"], bool(one.get("ApprovedForSending"))) for one in made] == [("DRAFT", False)]


def test_nothing_is_there_twice_and_the_books_are_equal(seen: Seen) -> None:
    restore = seen.place.restores.get(seen.restore_id)
    assert not surplus(seen.place.targets[restore.target_id], seen.place.original)
    assert restore.proof is not None
    assert restore.proof.balances_equal == restore.proof.balances_compared > 0


def test_no_name_and_no_amount_from_the_books_is_told_in_the_channel(seen: Seen) -> None:
    shown = json.dumps([dict(block) for block in seen.place.messages(seen.restore_id)[0].blocks])
    names = [one.fields["Name"] for one in seen.place.original.shelf("Contacts")]
    assert not [name for name in names if name in shown]
