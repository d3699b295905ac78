"""Contact groups and who is in them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.domain.restore_plan import Action
from bot.restore.kinds import contact_groups
from bot.restore.model import IdMap, Pair, Step
from tests.unit.restore.kinds.company_bench import Company, Records, copied, ground_of, will_exist
from tests.unit.sandbox.writing.conftest import Pen, open_pen

__all__ = ["open_pen"]  # a fixture


@pytest.fixture
def company(open_pen: Callable[..., Pen]) -> Company:
    return copied(open_pen)


def group(key: str, name: str, status: str = "ACTIVE") -> dict[str, Any]:
    return {"ContactGroupID": key, "Name": name, "Status": status}


def planned(*rows: dict[str, Any], there: tuple[dict[str, Any], ...] = ()) -> dict[str, Step]:
    records: Records = {"contact_groups": {row["ContactGroupID"]: row for row in rows}}
    ground = ground_of(records, contact_groups=there)
    return {step.record_id: step for step in contact_groups.plan(ground)}


def test_groups_when_a_company_is_copied_then_the_same_people_are_in_them(company: Company) -> None:
    assert [one for one in company.refused if one[0].startswith("contact_group")] == []
    compared = 0
    for record in company.source.records("contact_group_members"):
        made = company.ids.find("contact_groups", record["ContactGroupID"])
        if made is None:
            assert record["Status"] == "DELETED"
            continue
        wanted = {company.ids.need("contacts", one["ContactID"]) for one in record["Contacts"]}
        found = company.pen.read("ContactGroups", made)
        assert found["Name"] == record["Name"]
        assert {one["ContactID"] for one in found["Contacts"]} == wanted
        compared += len(wanted)
    assert compared == 70


def test_members_when_written_then_a_group_takes_one_call(company: Company) -> None:
    assert sum(kind == "contact_group_members" for kind, _ in company.calls) == 5


def test_plan_when_the_target_has_the_group_then_it_is_matched() -> None:
    steps = planned(group("1", "Trade"), there=(group("t", " TRADE "), group("u", "Gone", "DELETED")))
    assert (steps["1"].action, steps["1"].target_key) == (Action.MATCH, "t")


def test_plan_when_names_meet_or_are_missing_then_they_change_and_that_is_said() -> None:
    one, two, three = group("11111111-1", "Trade"), group("22222222-2", "trade"), group("3", " ")
    steps = planned(one, two, three)
    assert [step.reasons for step in steps.values()] == [
        (),
        ("contact_groups.name_twice",),
        ("contact_groups.name",),
    ]
    names = [contact_groups.payload(steps[row["ContactGroupID"]], row, IdMap()) for row in (one, two, three)]
    assert names == [{"Name": "Trade"}, {"Name": "trade (22222222)"}, {"Name": "Group without a name"}]


def test_plan_when_a_hundred_are_there_then_further_ones_are_blocked() -> None:
    there = tuple(group(f"t{number}", f"Group {number}") for number in range(99))
    steps = planned(group("1", "A"), group("2", "B"), group("3", "Group 7"), there=there)
    assert [steps[key].action for key in "123"] == [Action.CREATE, Action.BLOCKED, Action.MATCH]
    assert steps["2"].reasons == ("contact_groups.no_room",)


def test_groups_when_there_are_more_than_xero_takes_then_the_plan_knew_it(
    open_pen: Callable[..., Pen],
) -> None:
    pen = open_pen("fresh-nz")
    steps = planned(*(group(f"{number:03}", f"Group {number}") for number in range(102)))
    for key, step in steps.items():
        body = contact_groups.payload(step, group(key, f"Group {int(key)}"), IdMap())
        assert (pen.put("ContactGroups", body).status == 200) == step.writes


def test_plan_members_when_somebody_or_the_group_is_missing_then_that_is_said() -> None:
    members = {"ContactGroupID": "1", "Contacts": [{"ContactID": "a"}, {"ContactID": "b"}]}
    ground = ground_of({"contact_group_members": {"1": members, "2": members | {"ContactGroupID": "2"}}})
    will_exist(ground, "contact_groups", "1")
    will_exist(ground, "contacts", "a")
    steps = list(contact_groups.plan_members(ground))
    assert [(step.parent, step.part, step.action.value, step.reasons) for step in steps] == [
        ("1", "a", "create", ()),
        ("1", "b", "leave out", ("contact_group_members.contact",)),
        ("2", "a", "leave out", ("contact_group_members.group",)),
        ("2", "b", "leave out", ("contact_group_members.group",)),
    ]


def test_member_payload_when_the_contact_was_merged_then_its_survivor_is_sent() -> None:
    ids = IdMap()
    for pair in (Pair("contacts.follows", "a", "b"), Pair("contacts", "b", "new")):
        ids.add(pair.resource, pair.source, pair.target)
    step = Step("contact_group_members", "1", Action.CREATE, part="a", parent="1")
    assert contact_groups.member_payload(step, {}, ids) == {"ContactID": "new"}
