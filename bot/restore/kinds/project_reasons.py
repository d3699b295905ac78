"""Why a project, its tasks or its time come back changed or not at all. Data."""

from __future__ import annotations

from bot.restore.model import Reason

NOT_PERMITTED = Reason(
    key="projects.not_permitted",
    sentence="Ledgerkeep may not write projects in the target organisation, or its plan has none, so they "
    "stay in the copy.",
    instead="Give the permission with the link of the restore before its plan, or enter them by hand.",
    weight=29,
    todo="Enter open projects from the copy before you invoice from them.",
)
CONTACT = Reason(
    key="projects.contact",
    sentence="The contact of this project will not exist in the target organisation.",
    instead="See why the contact does not come back.",
    weight=29,
)
CURRENCY = Reason(
    key="projects.currency",
    sentence="The project is in another currency; Xero chooses the currency of a new project itself.",
    instead="Compare the rates of its tasks.",
    fields=("currencyCode", "estimate.value"),
    weight=45,
)
MONEY = Reason(
    key="projects.money",
    sentence="Expenses, deposits and what was invoiced from the project do not come back with it.",
    instead="The documents come back by themselves; assign expenses that are still to be invoiced by hand.",
    weight=46,
    todo="Assign expenses that are still to be invoiced to their projects.",
)
INVOICED = Reason(
    key="projects.invoiced",
    sentence="It was invoiced; it comes back as not invoiced, because Xero lets no app mark it.",
    instead="Do not invoice it again: its invoice comes back as a document.",
    fields=("status",),
    weight=31,
    todo="Mark what was invoiced from projects before you invoice from them.",
)
LONG_NAME = Reason(
    key="projects.long_name",
    sentence="The name of the task is cut to the 100 characters that Xero takes.",
    fields=("name",),
    weight=88,
)
PERSON = Reason(
    key="projects.person",
    sentence="Who logged this time is not among the people on projects of the target organisation.",
    instead="Invite them there and give them access to projects before the plan is made.",
    weight=30,
    todo="Log the time of people who have no access to projects in the target.",
)
NO_PROJECT = Reason(
    key="projects.no_project",
    sentence="What it hangs on is not in the copy or does not come back.",
    instead="Look it up in the copy.",
    weight=60,
)
BLOCKED = Reason(
    key="projects.blocked",
    sentence="What it hangs on is blocked; it comes back with it.",
    instead="See why that is blocked; the next plan takes it along.",
    weight=60,
)
