"""Contact groups and their members; at most a hundred groups (Xero OpenAPI 16.1.0)."""

from __future__ import annotations

from flask import request

from bot.sandbox.xero.collections import Collection
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.store import Record
from bot.sandbox.xero.wire import Fields
from bot.sandbox.xero.writing import messages
from bot.sandbox.xero.writing.act import Act
from bot.sandbox.xero.writing.messages import unpublished
from bot.sandbox.xero.writing.refusals import Absent, Checks
from bot.sandbox.xero.writing.sent import Sent, read_elements

MOST = 100


def write(act: Act, sent: Sent) -> Record:
    """Create a group (PUT), or rename or delete one (POST to it)."""
    shelf, checks = act.org.shelf("ContactGroups"), Checks()
    known = shelf.records.get(act.path_id)
    was: Fields = {"Name": "", "Status": "ACTIVE"} if known is None else known.fields
    name, status = sent.text("Name", was["Name"]), sent.text("Status", was["Status"])
    living = [one for one in shelf if one.fields["Status"] == "ACTIVE" and one is not known]
    checks.require(name.strip(), unpublished("Name must be specified"))
    taken = name.lower() in {one.fields["Name"].lower() for one in living}
    checks.require(not taken, unpublished("This Name is taken already"))
    checks.require(status in {"ACTIVE", "DELETED"}, unpublished(f"Status {status} is not known"))
    checks.require(known or len(living) < MOST, messages.GROUPS_FULL)
    checks.settle()
    if known is None:
        fields: Fields = {
            "ContactGroupID": act.org.new_id(),
            "Name": name,
            "Status": "ACTIVE",
            "HasValidationErrors": False,
            "_members": [],
        }
        return act.org.put("ContactGroups", fields)
    act.org.change("ContactGroups", known.record_id, Name=name, Status=status)
    _note_members(act.org, known, known.fields["_members"])
    return known


def write_members(
    org: PretendOrganisation, collection: Collection, group: Record, rest: list[str]
) -> tuple[str, list[Fields]] | None:
    """Add members (PUT), or take one or all of them out (DELETE)."""
    del collection
    members = list(group.fields["_members"])
    if request.method == "DELETE":
        gone = rest[:1] or members
        if not set(gone) <= set(members):
            raise Absent
        kept = [one for one in members if one not in gone]
        org.change("ContactGroups", group.record_id, _members=kept)
        _note_members(org, group, gone)
        return None
    checks, added = Checks(), []
    for sent in read_elements(request.get_data(), "Contacts"):
        found = org.shelf("Contacts").records.get(sent.text("ContactID").lower())
        if (
            checks.require(found, unpublished("There is no contact with this ContactID"))
            and found is not None
        ):
            added.append(found.record_id)
    checks.settle()
    org.change("ContactGroups", group.record_id, _members=list(dict.fromkeys([*members, *added])))
    _note_members(org, group, added)
    empty: Fields = {"Addresses": [], "Phones": [], "ContactGroups": [], "ContactPersons": []}
    return "Contacts", [{"ContactID": one, **empty, "HasValidationErrors": False} for one in added]


def _note_members(org: PretendOrganisation, group: Record, contacts: list[str]) -> None:
    """Let contacts show the groups they are in."""
    living = group.fields["Status"] == "ACTIVE"
    for contact in contacts:
        record = org.record("Contacts", contact)
        others = [one for one in record.fields["ContactGroups"] if one["ContactGroupID"] != group.record_id]
        brief = {name: value for name, value in group.fields.items() if name != "_members"}
        mine = [brief] if living and contact in group.fields["_members"] else []
        record.own()["ContactGroups"] = [*others, *mine]
    org.names_revision += 1
