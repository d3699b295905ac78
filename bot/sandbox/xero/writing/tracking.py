"""Tracking categories and options.

Facts (Xero OpenAPI 16.1.0; developer.xero.com/documentation/api/accounting/trackingcategories): two
categories may be active, four may exist; names have at most 100 characters; what was used is archived, what
was not is deleted and vanishes.
"""

from __future__ import annotations

from flask import request

from bot.sandbox.xero.collections import Collection
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.store import Record
from bot.sandbox.xero.wire import Fields
from bot.sandbox.xero.writing.act import Act
from bot.sandbox.xero.writing.batch import show
from bot.sandbox.xero.writing.messages import unpublished
from bot.sandbox.xero.writing.refusals import Absent, Checks, Invalid
from bot.sandbox.xero.writing.sent import Sent, read_elements
from bot.sandbox.xero.writing.usage import category_in_use, option_in_use

MOST_ACTIVE = 2
MOST = 4
LONGEST = 100
_STATES = frozenset({"ACTIVE", "ARCHIVED"})


def write(act: Act, sent: Sent) -> Record:
    """Create a category (PUT), or rename or archive one (POST to it)."""
    shelf, checks = act.org.shelf("TrackingCategories"), Checks()
    known = shelf.records.get(act.path_id)
    was: Fields = {"Name": "", "Status": "ACTIVE"} if known is None else known.fields
    name, status = sent.text("Name", was["Name"]), sent.text("Status", was["Status"])
    others = [one.fields for one in shelf if one is not known]
    _check_name(checks, name, [one["Name"] for one in others])
    checks.require(status in _STATES, unpublished(f"Status {status} is not known"))
    checks.require(known or status == "ACTIVE", unpublished("A new category must be ACTIVE"))
    checks.require(len(others) < MOST, unpublished(f"There may be at most {MOST} tracking categories"))
    active = sum(1 for one in others if one["Status"] == "ACTIVE")
    room = status != "ACTIVE" or active < MOST_ACTIVE
    checks.require(room, unpublished(f"At most {MOST_ACTIVE} tracking categories may be active"))
    checks.settle()
    if known is not None:
        act.org.change("TrackingCategories", known.record_id, Name=name, Status=status)
        return known
    fields: Fields = {"Name": name, "Status": status, "TrackingCategoryID": act.org.new_id(), "Options": []}
    return act.org.put("TrackingCategories", fields)


def remove(org: PretendOrganisation, record: Record) -> Fields:
    """Delete a category no line used; it vanishes."""
    if category_in_use(org, record.record_id):
        raise Invalid(unpublished("A tracking category that has been used cannot be deleted"))
    shown = show(org, "TrackingCategories", record) | {"Status": "DELETED"}
    org.vanish("TrackingCategories", record.record_id)
    return shown


def write_option(
    org: PretendOrganisation, collection: Collection, record: Record, rest: list[str]
) -> tuple[str, list[Fields]]:
    """Add options (PUT), rename or archive one (POST to it), or delete one."""
    del collection
    options = [dict(one) for one in record.fields["Options"]]
    if request.method == "PUT" and not rest:
        shown = [_add_option(org, options, sent) for sent in read_elements(request.get_data(), "Options")]
    else:
        shown = [_known_option(org, options, rest)]
    org.change("TrackingCategories", record.record_id, Options=options)
    return "Options", [_shown(one) for one in shown]


def _known_option(org: PretendOrganisation, options: list[Fields], rest: list[str]) -> Fields:
    option = next((one for one in options if rest and one["TrackingOptionID"] == rest[0].lower()), None)
    if option is None or request.method == "PUT":
        raise Absent
    if request.method == "DELETE":
        if option_in_use(org, option["TrackingOptionID"]):
            raise Invalid(unpublished("A tracking option that has been used cannot be deleted"))
        options.remove(option)
        return option | {"Status": "DELETED"}
    (sent, *_) = read_elements(request.get_data(), "Options")
    checks = Checks()
    name, status = sent.text("Name", option["Name"]), sent.text("Status", option["Status"])
    _check_name(checks, name, [one["Name"] for one in options if one is not option])
    checks.require(status in _STATES, unpublished(f"Status {status} is not known"))
    checks.settle()
    option.update({"Name": name, "Status": status})
    return option


def _add_option(org: PretendOrganisation, options: list[Fields], sent: Sent) -> Fields:
    checks, name = Checks(), sent.text("Name")
    _check_name(checks, name, [one["Name"] for one in options])
    checks.settle()
    option = {"TrackingOptionID": org.new_id(), "Name": name, "Status": "ACTIVE"}
    options.append(option)
    return option


def _shown(option: Fields) -> Fields:
    status = option["Status"]
    states = {"IsDeleted": "DELETED", "IsArchived": "ARCHIVED", "IsActive": "ACTIVE"}
    return option | {"HasValidationErrors": False} | {key: status == one for key, one in states.items()}


def _check_name(checks: Checks, name: str, others: list[str]) -> None:
    checks.require(name.strip(), unpublished("Name must be specified"))
    checks.require(len(name) <= LONGEST, unpublished(f"Name is longer than {LONGEST} characters"))
    taken = name.lower() in {one.lower() for one in others}
    checks.require(not taken, unpublished("This Name is taken already"))
