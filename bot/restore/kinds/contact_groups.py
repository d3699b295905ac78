"""Contact groups and who is in them: matched by name or made, then filled.

Facts (Xero OpenAPI 16.1.0): an organisation may hold at most 100 groups; names are unique; members are put in
by PUT ContactGroups/{id}/Contacts, which leaves those that are in already where they are. Deleted groups are
not listed by Xero.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.domain.restore_plan import Action
from bot.restore.ground import Ground
from bot.restore.model import IdMap, Json, Kind, Pair, Phase, Reason, Settle, Step

MOST_GROUPS = 100

DELETED = Reason(
    key="contact_groups.deleted",
    sentence="The group was deleted in the source.",
    weight=95,
)
NO_ROOM = Reason(
    key="contact_groups.no_room",
    sentence="Xero allows 100 contact groups, and there is no room for this one.",
    instead="Delete groups of the new organisation that you do not need.",
    weight=50,
    todo="Make room for the contact groups of the copy in the new organisation.",
    todo_before=True,
)
TWIN = Reason(
    key="contact_groups.name_twice",
    sentence="Another group has the same name; some characters are added to it.",
    fields=("Name",),
    weight=72,
)
NAME = Reason(
    key="contact_groups.name",
    sentence="The group has no name; it comes back under one of ours.",
    fields=("Name",),
    weight=74,
)
NO_CONTACT = Reason(
    key="contact_group_members.contact",
    sentence="A contact that will not be there is missing from the group.",
    fields=("Contacts",),
    weight=71,
)
NO_GROUP = Reason(
    key="contact_group_members.group",
    sentence="The group itself will not be there.",
    fields=("Contacts",),
    weight=73,
)
NAMELESS = "Group without a name"


def plan(ground: Ground) -> Iterator[Step]:
    """Match, make or leave out every group; settles "contact_groups"."""
    if not ground.is_chosen("contact_groups"):
        return
    living = [one for one in ground.target.contact_groups if _is_active(one)]
    there = {_plain(one.get("Name")): str(one["ContactGroupID"]) for one in living}
    used, room = set(there), MOST_GROUPS - len(living)
    for record in ground.records("contact_groups"):
        key = _plain(record.get("Name"))
        target_key, reasons = "", tuple[str, ...]()
        if not _is_active(record):
            action, reasons = Action.LEAVE_OUT, (DELETED.key,)
        elif key and key in there:
            action, target_key = Action.MATCH, there.pop(key)
        elif room <= 0:
            action, reasons = Action.BLOCKED, (NO_ROOM.key,)
        else:
            reasons, room = _renamed(record, used), room - 1
            action = Action.CHANGE if reasons else Action.CREATE
            used.add(_plain(_name(record, reasons)))
        yield _settled(ground, record, action, reasons, target_key)


def plan_members(ground: Ground) -> Iterator[Step]:
    """Put every contact that will be there into its group again, each once."""
    if not ground.is_chosen("contact_group_members"):
        return
    for record in ground.records("contact_group_members"):
        group = str(record["ContactGroupID"])
        fate = ground.fate("contact_groups", group)
        known = {str(one["ContactID"]): one for one in record.get("Contacts") or () if one.get("ContactID")}
        for contact in sorted(known):
            reasons: tuple[str, ...] = ()
            if fate is None or not fate.will_exist:
                reasons = (NO_GROUP.key,)
            elif not ground.will_exist("contacts", contact):
                reasons = (NO_CONTACT.key,)
            yield Step(
                kind="contact_group_members",
                record_id=group,
                action=Action.LEAVE_OUT if reasons else Action.CREATE,
                part=contact,
                parent=group,
                name=str(record.get("Name") or ""),
                reasons=reasons,
                phase=Phase.FIRST,
            )


def payload(step: Step, record: Mapping[str, Any], ids: IdMap) -> Json:
    """Send the name: everything else of a group follows."""
    del ids
    return {"Name": _name(record, step.reasons)}


def member_payload(step: Step, record: Mapping[str, Any], ids: IdMap) -> Json:
    """Send the contact by its id alone."""
    del record
    return {"ContactID": ids.need("contacts", step.part)}


def learn_nothing(step: Step, record: Mapping[str, Any], answer: Mapping[str, Any]) -> Iterable[Pair]:
    """A membership has no id of its own."""
    del step, record, answer
    return ()


def _settled(
    ground: Ground, record: Mapping[str, Any], action: Action, reasons: tuple[str, ...], target_key: str
) -> Step:
    group = str(record["ContactGroupID"])
    ground.settle("contact_groups", group, action, target_key)
    return Step(
        kind="contact_groups",
        record_id=group,
        action=action,
        name=str(record.get("Name") or ""),
        reasons=reasons,
        phase=Phase.FIRST,
        target_key=target_key,
    )


def _renamed(record: Mapping[str, Any], used: set[str]) -> tuple[str, ...]:
    reasons = () if str(record.get("Name") or "").strip() else (NAME.key,)
    return (*reasons, TWIN.key) if _plain(_name(record, reasons)) in used else reasons


def _name(record: Mapping[str, Any], reasons: tuple[str, ...]) -> str:
    name = NAMELESS if NAME.key in reasons else str(record.get("Name") or "")
    return f"{name} ({str(record['ContactGroupID'])[:8]})" if TWIN.key in reasons else name


def _is_active(one: Mapping[str, Any]) -> bool:
    return str(one.get("Status") or "ACTIVE") == "ACTIVE"


def _plain(name: object) -> str:
    return " ".join(str(name or "").casefold().split())


def _likeness(row: Mapping[str, Any]) -> str:
    return _plain(row.get("Name"))


CONTACT_GROUPS = Kind(
    key="contact_groups",
    resource="contact_groups",
    title="Contact groups",
    stage=60,
    verb="PUT",
    path="ContactGroups",
    collection="ContactGroups",
    id_field="ContactGroupID",
    plan=plan,
    payload=payload,
    write_scope="accounting.contacts",
    batch=1,
    params={},
    settle=Settle(path="ContactGroups", collection="ContactGroups", likeness=_likeness),
    reasons=(DELETED, NO_ROOM, TWIN, NAME),
)
GROUP_MEMBERS = Kind(
    key="contact_group_members",
    resource="contact_group_members",
    title="Members of contact groups",
    stage=61,
    verb="PUT",
    path="ContactGroups/{parent}/Contacts",
    collection="Contacts",
    id_field="ContactID",
    plan=plan_members,
    payload=member_payload,
    write_scope="accounting.contacts",
    params={},
    parent_resource="contact_groups",
    learn=learn_nothing,
    reasons=(NO_CONTACT, NO_GROUP),
)
