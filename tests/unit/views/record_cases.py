"""Private answers about single records, and exports, drawn for the golden files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from bot.domain.records import (
    Card,
    ChangeKind,
    Differences,
    FieldChange,
    Found,
    Hit,
    KindChanges,
    RecordChange,
    SnapshotMark,
    Story,
    Version,
)
from bot.views import exports, records, versions
from bot.views.message import Message
from tests.unit.views.samples import AT, HARBOUR, HOSTILE, VAST

Drawn = Message | dict[str, Any]
BEFORE = SnapshotMark(11, AT - timedelta(days=1))
NOW = SnapshotMark(12, AT)
INVOICE = Card(
    resource="invoices",
    record_id="i-1",
    kind="Invoice",
    number="INV-0042",
    reference="PO 17",
    contact="Ridgeway University",
    status="AUTHORISED",
    amount=Decimal("1240.5"),
    currency="GBP",
    dated=date(2026, 10, 3),
)
SUPPLIER = Card(
    resource="contacts",
    record_id="c-1",
    kind="Contact",
    title="Harbour Supplies",
    status="ACTIVE",
    also=("kate@harbour.example",),
)
JOURNAL = Card(
    resource="manual_journals", record_id="j-1", kind="Manual journal", title="Accrual for October"
)


def changes(card: Card = INVOICE, count: int = 1) -> KindChanges:
    """Give what differs in one kind of data."""
    telling = (
        FieldChange(label="Total", before="120.00", after="150.00"),
        FieldChange(label="Due date", before="3 Oct 2026", after="3 Nov 2026"),
        FieldChange(label="Bank account details", note="changed"),
        FieldChange(label="Lines", note="1 added, 2 changed"),
    )
    voided = (FieldChange(label="Status", before="AUTHORISED", after="VOIDED"),)
    shown = (
        RecordChange(kind=ChangeKind.GONE, card=card),
        RecordChange(kind=ChangeKind.CHANGED, card=card, fields=telling),
        RecordChange(kind=ChangeKind.VOIDED, card=replace(card, status="VOIDED"), fields=voided),
        RecordChange(kind=ChangeKind.CHANGED, card=card),
        RecordChange(kind=ChangeKind.NEW, card=card),
    )
    return KindChanges(
        resource=card.resource,
        title="Invoices and bills",
        new=count,
        changed=3 * count,
        gone=count,
        ended=count,
        shown=shown,
    )


def told_once() -> KindChanges:
    """Give changes of what a record is known by."""
    quote = replace(INVOICE, resource="quotes", kind="Quote", number="QU-0121", title="Quotation")
    moved = FieldChange(label="Reference", before="PO 16", after="PO 17")
    whose = FieldChange(label="Contact", before="Ridgeway", after="Ridgeway University")
    bare = replace(INVOICE, number="", contact="")
    shown = (
        RecordChange(kind=ChangeKind.CHANGED, card=replace(quote, title="Roof"), fields=(moved, whose)),
        RecordChange(kind=ChangeKind.CHANGED, card=bare, fields=(moved,)),
        RecordChange(kind=ChangeKind.NEW, card=quote),
    )
    return KindChanges(resource="quotes", title="Quotes", new=1, changed=2, gone=0, shown=shown)


def differing(name: str = HARBOUR, kinds: tuple[KindChanges, ...] = (), **more: Any) -> Differences:
    """Give what differs between two backups."""
    return Differences(
        organisation_id="o", organisation_name=name, older=BEFORE, newer=NOW, kinds=kinds, **more
    )


def hits(*cards: Card, total: int = 0, **more: Any) -> Found:
    """Give what a search found."""
    found = tuple(
        Hit(card=card, organisation_id="org-1", organisation_name=HARBOUR, last=NOW) for card in cards
    )
    return Found(hits=found, total=total or len(found), searched=89_412, organisations=1, **more)


def made(name: str = HARBOUR, **more: Any) -> exports.Made:
    """Give an export that is ready."""
    about: dict[str, Any] = {
        "link": "https://ledgerkeep.example/export/k3jH2",
        "until": AT + timedelta(days=1),
        "records": 12_345,
        "files": 34,
        "bytes": 4_567_890,
        "number": 12,
        "taken_at": AT,
    }
    return exports.Made(organisation_name=name, **{**about, **more})


def _gone() -> Found:
    gone = Hit(card=INVOICE, organisation_name=HARBOUR, last=BEFORE, gone_since=12)
    return Found(
        hits=(gone,), total=1, searched=500, organisations=2, without_copy=("Kererū",), out_of_time=True
    )


def story(card: Card = INVOICE, **more: Any) -> Story:
    """Give the versions of a record."""
    changed = tuple(each for each in changes().shown[1].fields)
    lines = (
        FieldChange(label="Line “Consulting” · Unit amount", before="100.00", after="120.00"),
        FieldChange(label="Line “Travel”", note="added (30.00)"),
    )
    older = SnapshotMark(3, AT - timedelta(days=9))
    versions = (
        Version(first=NOW, last=NOW, changes=changed + lines * 5),
        Version(first=BEFORE, last=BEFORE, gone=True),
        Version(first=SnapshotMark(9, AT - timedelta(days=3)), last=SnapshotMark(10, AT), touched=True),
        Version(first=SnapshotMark(5, AT - timedelta(days=7)), last=SnapshotMark(8, AT), changes=lines),
        Version(first=older, last=SnapshotMark(4, AT - timedelta(days=8))),
    )
    return Story(organisation_name=HARBOUR, card=card, versions=versions, **more)


def _endless() -> Story:
    vast = tuple(FieldChange(label=VAST, before=VAST, after=VAST) for _ in range(200))
    versions = tuple(Version(first=BEFORE, last=NOW, changes=vast) for _ in range(12))
    return Story(
        organisation_name=VAST, card=_vast_card(), versions=versions, older=300, at_first=True, cut_short=True
    )


def _on_a_day() -> Found:
    return replace(
        hits(INVOICE, SUPPLIER, *[JOURNAL] * 5, total=40), on=date(2026, 10, 4), without_copy=("Kererū",)
    )


def _standing() -> list[Card]:
    """Give one record for each way a status is put into words."""
    some = (
        ("invoices", "Invoice", "SUBMITTED"),
        ("invoices", "Bill", "AUTHORISED"),
        ("purchase_orders", "Purchase order", "AUTHORISED"),
        ("payments", "Payment", "AUTHORISED"),
        ("quotes", "Quote", "SENT"),
        ("contacts", "Contact", "GDPRREQUEST"),
        ("projects", "Project", "INPROGRESS"),
        ("assets", "Fixed asset", "Registered"),
        ("items", "Item", "NEW_TO_US"),
    )
    return [
        replace(INVOICE, resource=resource, kind=kind, number="", title=word, status=word)
        for resource, kind, word in some
    ]


def _vast_card() -> Card:
    filled = dict.fromkeys(("number", "reference", "contact", "title", "status", "currency"), VAST)
    return replace(INVOICE, kind=VAST, amount=Decimal("123456789012345.6789"), **filled)


def record_cases() -> Mapping[str, Callable[[], Drawn]]:
    """Name the drawings."""
    hostile = replace(INVOICE, number=HOSTILE, contact=HOSTILE, reference=HOSTILE, status=HOSTILE)
    vast = tuple(replace(changes(_vast_card(), 40_000), title=f"{n} {VAST}") for n in range(20))
    return {
        "changes_typical": lambda: records.differences(differing(kinds=(changes(), changes(SUPPLIER, 1234)))),
        "changes_told_once": lambda: records.differences(differing(kinds=(told_once(),))),
        "changes_none": lambda: records.differences(differing()),
        "changes_hostile": lambda: records.differences(differing(HOSTILE, (changes(hostile),))),
        "changes_enormous": lambda: records.differences(differing(VAST, vast, cut_short=True)),
        "changes_first": lambda: records.nothing_to_compare(HARBOUR),
        "found_typical": lambda: records.found(hits(INVOICE, SUPPLIER, JOURNAL), "ridgeway"),
        "found_statuses": lambda: records.found(hits(*_standing()), "statuses"),
        "found_gone": lambda: records.found(_gone(), "INV-0042"),
        "found_nothing": lambda: records.found(hits(), "zebra"),
        "found_no_copy": lambda: records.found(
            Found(hits=(), total=0, searched=0, organisations=0, without_copy=(HARBOUR,)), "zebra"
        ),
        "found_enormous": lambda: records.found(hits(*[_vast_card()] * 15, total=40_000), VAST),
        "found_on_a_day": lambda: records.found(_on_a_day(), "ridgeway"),
        "found_before_all": lambda: records.found(
            Found(hits=(), total=0, searched=0, organisations=0, on=date(2020, 1, 2)), "ridgeway"
        ),
        "versions_typical": lambda: versions.story(story(at_first=True)),
        "versions_one": lambda: versions.story(replace(story(), versions=story().versions[-1:])),
        "versions_hostile": lambda: versions.story(story(replace(INVOICE, number=HOSTILE, contact=HOSTILE))),
        "versions_enormous": lambda: versions.story(_endless()),
        "find_how": lambda: records.how_to_find("Tell me at least two letters or digits."),
        "looking": records.looking,
        "export_asked": lambda: exports.being_made(HARBOUR, backup_first=False),
        "export_waits": lambda: exports.being_made(HARBOUR, backup_first=True),
        "export_ready": lambda: exports.ready(made(gaps=2, not_read=("Attachments", "Quotes"))),
        "export_given": lambda: exports.ready(made(link="", until=None, not_read=("Attachments",))),
        "export_which": lambda: exports.which([("o1", HARBOUR), ("o2", HOSTILE)], "excel"),
        "export_asked_as_excel": lambda: exports.being_made(HARBOUR, backup_first=False, form="xlsx"),
        "export_as_excel": lambda: exports.ready(made(form="xlsx", with_files=False)),
        "export_as_tables": lambda: exports.ready(made(form="csv")),
        "export_enormous": lambda: exports.ready(made(VAST, gaps=99, not_read=[VAST] * 99)),
        "export_not_made": lambda: exports.not_made(
            HARBOUR, "The machine that makes it has no room left on its disk."
        ),
    }
