"""What is kept is what Xero sent, byte for byte, for every collection that can be compared."""

from __future__ import annotations

from bot.catalogue import RESOURCES
from bot.catalogue.model import Area, Paging, Resource, Rhythm
from tests.scenario.office import office

# Made when asked for (reports), asked for by date (budget figures), or without records of their own.
_NO_SECOND_COPY = {"organisation_actions", "invoice_reminders", "budget_lines", "organisation_cis_settings"}


def _has_second_copy(entry: Resource) -> bool:
    """Leave out what has its own test: what stands beside the books, and what fills up over nights."""
    in_books = entry.area is Area.ACCOUNTING and entry.rhythm is not Rhythm.FILLED
    is_report = entry.read is not None and entry.read.paging is Paging.REPORT
    return in_books and not is_report and entry.key not in _NO_SECOND_COPY


def test_records_of_every_collection_when_backed_up_then_equal_what_xero_served_to_the_byte() -> None:
    with office(organisations=("lively",), minute_seconds=0.5) as desk:
        desk.link("lively")
        desk.back_up()
        assert desk.bot is not None
        (organisation,) = desk.organisations()
        books = desk.bot.parts.books.of(organisation)
        snapshot, tenant = books.snapshot("latest"), desk.xero.organisation("lively").tenant_id
        compared = set()
        for key, entry in RESOURCES.items():
            read = entry.read
            if key not in snapshot.resources or read is None or not _has_second_copy(entry):
                continue
            name = read.path.split("/")[0] if read.parent else read.collection
            served = desk.xero.served(tenant, name, single=bool(read.parent))
            kept = {one.record_id: one.raw for one in books.records(snapshot, key)}
            assert kept, key
            assert kept == {record_id: served[record_id] for record_id in kept}, key
            # A list leaves out deleted groups; everything else that is served must be kept.
            assert len(kept) == len(served) or key in {"contact_groups", "contact_group_members"}, key
            compared.add(key)
        assert len(compared) == 27
