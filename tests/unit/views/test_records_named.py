"""A record that changed is known by its number or name, and by its id only where it has neither."""

from __future__ import annotations

from bot.domain.records import Card, ChangeKind, Differences, KindChanges, RecordChange, SnapshotMark
from bot.views import records
from tests.unit.views.samples import AT


def told(card: Card, kind: ChangeKind = ChangeKind.GONE) -> str:
    one = KindChanges(
        resource=card.resource,
        title="Some",
        new=0,
        changed=0,
        gone=1,
        ended=None,
        shown=(RecordChange(kind=kind, card=card),),
    )
    mark = SnapshotMark(1, AT)
    found = Differences(
        organisation_id="o", organisation_name="H", older=mark, newer=mark, kinds=(one,), cut_short=False
    )
    return str(records.differences(found).payload)


def test_gone_when_the_record_has_a_number_then_its_id_is_not_shown() -> None:
    card = Card(resource="invoices", record_id="a20c8cfd-1", kind="Invoice", number="INV-7")
    assert "Invoice INV-7" in told(card)
    assert "a20c8cfd" not in told(card)


def test_gone_when_the_record_has_no_name_then_its_id_tells_it_from_others() -> None:
    card = Card(resource="linked_transactions", record_id="a20c8cfd-1", kind="Linked transactions")
    assert "Linked transactions a20c8cfd-1" in told(card)
