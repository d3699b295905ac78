"""History quoted in one note, where the copy has any."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.restore_plan import Action, Choice
from bot.restore.kinds import history
from bot.restore.model import IdMap, Phase, Step
from bot.restore.source import MemorySource, decode
from tests.unit.restore.kinds.company_bench import copied, ground_of, will_exist
from tests.unit.sandbox.writing.conftest import Pen, open_pen

__all__ = ["open_pen"]  # a fixture
MADE = (("invoices", "i"), ("contacts", "c"), ("items", "m"), ("invoices", "nobody"))
ENTRIES = {
    "entries": [
        {
            "Changes": "Note",
            "DateUTCString": "2024-03-02T10:00:00",
            "User": "Ann",
            "Details": "Chased  by\nphone",
        },
        {"Changes": "Created", "DateUTCString": "2024-03-01T10:00:00", "User": "Bob", "Details": "INV-1"},
    ]
}


def steps(records: dict[str, Any], *, wanted: bool = True) -> list[Step]:
    ground = ground_of({"history": records}, choice=Choice(history_notes=wanted))
    ground.source = Listed(ground.facts, {"history": records})
    will_exist(ground, "invoices", "i")
    will_exist(ground, "contacts", "c")
    ground.settle("items", "m", Action.MATCH, "t")
    return [step for kind in (history.HISTORY_LEFT, *history.NOTE_KINDS) for step in kind.plan(ground)]


class Listed(MemorySource):
    """Holds lists, as a copy does."""

    def raw_records(self, resource: str) -> Iterator[tuple[str, bytes]]:
        return (
            (key, msgspec.json.encode(self.record(resource, key)["entries"]))
            for key in sorted(self._records[resource])
        )


def test_plan_when_the_copy_has_no_history_then_nothing_is_planned(open_pen: Callable[..., Pen]) -> None:
    assert [step for step in copied(open_pen).steps if step.kind.startswith("history")] == []


def test_plan_when_the_copy_has_history_then_made_records_get_one_note_each() -> None:
    left, *found = steps({f"{key}/{one}": ENTRIES for key, one in MADE})
    assert [(step.kind, step.parent, step.record_id, step.phase) for step in found] == [
        ("history_of_invoices", "i", "invoices/i", Phase.CLOSING),
        ("history_of_contacts", "c", "contacts/c", Phase.CLOSING),
    ]
    assert (left.part, left.reasons) == ("2", ("history.no_record",))


def test_plan_when_notes_are_not_wanted_or_empty_then_none_are_planned() -> None:
    (left,) = steps({"invoices/i": ENTRIES}, wanted=False)
    assert (left.action, left.part, left.reasons) == (Action.LEAVE_OUT, "1", ("history.not_chosen",))
    assert steps({"invoices/i": {"entries": []}}) == []


def test_decode_when_a_record_is_a_list_then_its_entries_are_found() -> None:
    record = decode(b'[{"Changes": "Created", "DateUTC": "\\/Date(1709287200000+0000)\\/", "User": "Bob"}]')
    assert history.payload(Step("k", "r", Action.CHANGE), record, IdMap()) == {
        "Details": "[restored] 2024-03-01 Bob: Created"
    }


def test_digest_when_it_fits_then_it_quotes_every_entry() -> None:
    assert history.digest(ENTRIES["entries"]) == (
        "[restored] 2024-03-02 Ann: Note: Chased by phone\n2024-03-01 Bob: Created: INV-1"
    )


@given(st.lists(st.text(min_size=1, max_size=3000), min_size=1, max_size=12))
def test_digest_when_history_is_long_then_a_note_holds_it_and_says_what_is_missing(texts: list[str]) -> None:
    found = history.digest([{"Details": text} for text in texts])
    assert len(found) <= history.LONGEST
    assert found.startswith("[restored]")
    if sum(map(len, texts)) > 2 * history.LONGEST and max(map(len, texts)) < 1000:
        assert found.endswith("older entries in the backup")


def test_notes_when_written_then_xero_takes_them(open_pen: Callable[..., Pen]) -> None:
    pen = open_pen("fresh-au")
    contact = pen.contact()["ContactID"]
    (step,) = steps({"contacts/c": ENTRIES})
    kind = next(one for one in history.NOTE_KINDS if one.key == step.kind)
    body = {"HistoryRecords": [kind.payload(step, ENTRIES, IdMap())]}
    answer = pen.call(kind.verb, kind.path.replace("{parent}", contact), body)
    assert answer.status == 200
    assert kind.settle is not None
    (note,) = answer.body["HistoryRecords"]
    assert kind.settle.likeness(note) == kind.settle.likeness(body["HistoryRecords"][0])
