"""Contacts: matched by name or made; archived ones stay active until all documents are written.

Facts (Xero OpenAPI 16.1.0; developer.xero.com/documentation/api/accounting/contacts): names are unique among
active contacts; archived ones and those erased on request (GDPRREQUEST) cannot be used by documents; a merged
contact names its survivor in MergedToContactID. Documents that name a merged one follow its survivor, by
pairs of the source's own ids in the id map ("contacts.follows"). Of an erased one nothing personal is
written: where documents need it, a contact without a name stands in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.domain.restore_plan import Action
from bot.restore.ground import Ground
from bot.restore.kinds import contact_details, contact_names
from bot.restore.kinds.contact_census import ERASED_STATUS, Census, census
from bot.restore.kinds.contact_names import ERASED_NAME, name_of
from bot.restore.model import FOLLOWS, IdMap, Json, Kind, Pair, Phase, Reason, Settle, Step

Contact = Mapping[str, Any]

MERGED = Reason(
    key="contacts.merged",
    sentence="The contact was merged into another one; that one comes back, and documents follow it.",
    weight=92,
)
ERASED = Reason(
    key="contacts.erased",
    sentence="The contact was erased on request. Its documents come back under a contact without a name, "
    "and nothing personal is written.",
    fields=("Name", "ContactStatus", *(field for field in contact_details.FIELDS if field != "Name")),
    weight=35,
)
ERASED_UNUSED = Reason(
    key="contacts.erased_unused",
    sentence="The contact was erased on request, and no document needs it.",
    weight=93,
)
KEPT = Reason(
    key="contacts.kept",
    sentence="The new organisation has an active contact of this name; it is used and stays as it is.",
    instead="Compare its details with the copy.",
    fields=contact_details.FIELDS,
    weight=60,
)
STAYS_ACTIVE = Reason(
    key="contacts.stays_active",
    sentence="The contact is archived in the source; its match in the new organisation stays active.",
    fields=("ContactStatus",),
    weight=70,
)
REASONS = (
    MERGED,
    ERASED,
    ERASED_UNUSED,
    KEPT,
    STAYS_ACTIVE,
    *contact_names.REASONS,
    *contact_details.REASONS,
)


def plan(ground: Ground) -> Iterator[Step]:
    """Match, make or leave out every contact; settles "contacts"."""
    if not ground.is_chosen("contacts"):
        return
    known, merged = census(ground), []
    for record in ground.records("contacts"):
        record_id = str(record["ContactID"])
        step = _step(ground, record, known)
        if record_id in known.survivors:
            merged.append(record_id)
        else:
            ground.settle("contacts", record_id, step.action, step.target_key)
        yield step
    for record_id in merged:
        _follow(ground, record_id, known.survivors[record_id])


def plan_tracking(ground: Ground) -> Iterator[Step]:
    """Give new contacts their default tracking, once it is there."""
    for record in _new(ground):
        erased = record.get("ContactStatus") == ERASED_STATUS
        if (
            contact_details.has_tracking(record)
            and not erased
            and contact_details.tracking_comes(ground, record)
        ):
            yield _after(record, "contact_tracking", "tracking", Phase.SECOND)


def plan_archived(ground: Ground) -> Iterator[Step]:
    """Archive again what is archived in the source; an erased one's stand-in is archived, too."""
    for record in _new(ground):
        if record.get("ContactStatus") in {"ARCHIVED", ERASED_STATUS}:
            yield _after(record, "archived_contacts", "archive", Phase.CLOSING)


def payload(step: Step, record: Contact, ids: IdMap) -> Json:
    """Send a new contact under the name the plan chose."""
    if ERASED.key in step.reasons:
        return {"Name": name_of(ERASED_NAME, step.record_id, step.reasons)}
    sent = contact_details.details(record, ids)
    if contact_details.NUMBER.key in step.reasons:
        sent.pop("ContactNumber", None)
    return sent | {"Name": name_of(_name(record), step.record_id, step.reasons)}


def tracking_payload(step: Step, record: Contact, ids: IdMap) -> Json:
    """Send the default tracking by its names, as Xero takes it."""
    return {"ContactID": ids.need("contacts", step.record_id), **contact_details.tracking_details(record)}


def archive_payload(step: Step, record: Contact, ids: IdMap) -> Json:
    """Send the status and nothing else."""
    del record
    return {"ContactID": ids.need("contacts", step.record_id), "ContactStatus": "ARCHIVED"}


def _step(ground: Ground, record: Contact, known: Census) -> Step:
    record_id, name = str(record["ContactID"]), _name(record)
    erased = record.get("ContactStatus") == ERASED_STATUS

    def step(action: Action, *reasons: str, target_key: str = "") -> Step:
        return Step(
            kind="contacts",
            record_id=record_id,
            action=action,
            name="" if erased else name,
            reasons=tuple(sorted(reasons)),
            phase=Phase.FIRST,
            target_key=target_key,
        )

    if record_id in known.survivors:
        return step(Action.LEAVE_OUT, MERGED.key)
    if erased:
        if record_id not in known.needed:
            return step(Action.LEAVE_OUT, ERASED_UNUSED.key)
        return step(Action.CHANGE, ERASED.key, *known.names[record_id])
    if there := known.matched.get(record_id):
        return step(Action.MATCH, *_differences(record, there), target_key=str(there["ContactID"]))
    reasons = [*known.names[record_id], *contact_details.losses(ground, record)]
    if record_id in known.numbers_lost:
        reasons.append(contact_details.NUMBER.key)
    return step(Action.CHANGE if reasons else Action.CREATE, *reasons)


def _differences(record: Contact, there: Contact) -> Iterator[str]:
    if any((record.get(field) or None) != (there.get(field) or None) for field in contact_details.FIELDS):
        yield KEPT.key
    if record.get("ContactStatus") == "ARCHIVED":
        yield STAYS_ACTIVE.key


def _follow(ground: Ground, record_id: str, survivor: str) -> None:
    fate = ground.fate("contacts", survivor)
    if fate is not None:
        ground.settle("contacts", record_id, fate.action, fate.target_key)
        ground.notes.setdefault("pairs", []).append(Pair(f"contacts{FOLLOWS}", record_id, survivor))


def _new(ground: Ground) -> Iterator[Contact]:
    """Yield the contacts this restore makes."""
    if not ground.is_chosen("contacts"):
        return
    for record in ground.records("contacts"):
        fate = ground.fate("contacts", str(record["ContactID"]))
        made = fate is not None and fate.action in {Action.CREATE, Action.CHANGE}
        if made and str(record["ContactID"]) not in census(ground).survivors:
            yield record


def _after(record: Contact, kind: str, part: str, phase: Phase) -> Step:
    name = "" if record.get("ContactStatus") == ERASED_STATUS else _name(record)
    return Step(kind, str(record["ContactID"]), Action.CHANGE, part=part, name=name, phase=phase)


def _name(record: Contact) -> str:
    return str(record.get("Name") or "")


def _likeness(row: Contact) -> str:
    return str(row.get("Name", "")).lower()


def _kind(key: str, title: str, stage: int, verb: str, **own: Any) -> Kind:
    return Kind(
        key=key,
        resource="contacts",
        title=title,
        stage=stage,
        verb=verb,
        path="Contacts",
        collection="Contacts",
        id_field="ContactID",
        write_scope="accounting.contacts",
        **own,
    )


CONTACTS = _kind(
    "contacts",
    "Customers and suppliers",
    50,
    "PUT",
    plan=plan,
    payload=payload,
    settle=Settle(path="Contacts", collection="Contacts", likeness=_likeness, by_time=True, paged=True),
    reasons=REASONS,
)
CONTACT_TRACKING = _kind(
    "contact_tracking",
    "Default tracking of contacts",
    51,
    "POST",
    plan=plan_tracking,
    payload=tracking_payload,
)
ARCHIVED_CONTACTS = _kind(
    "archived_contacts", "Contacts to archive", 200, "POST", plan=plan_archived, payload=archive_payload
)
