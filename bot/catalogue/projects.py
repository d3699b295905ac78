"""Projects with their tasks, time and people. Data."""

from __future__ import annotations

from bot.catalogue import scopes
from bot.catalogue.model import (
    Area,
    Caveat,
    LedgerEffect,
    Paging,
    Quirk,
    Read,
    Reading,
    ReasonClass,
    Resource,
    Restore,
    RestoreRule,
    Rhythm,
)

_SPEC = "Xero OpenAPI 16.1.0"
_GROUP = "Projects"
_SIZE = 500
_ANEW = Caveat(
    sentence="Projects, tasks and time come back as not invoiced, and without expenses and deposits.",
    reason=ReasonClass.CHANGED_ON_RESTORE,
    instead="Mark what was invoiced before you invoice from them.",
    source=_SPEC,
    weight=31,
)
_BY_HAND = Caveat(
    sentence="People on projects cannot be invited from outside; time of those who are not there stays out.",
    reason=ReasonClass.NOT_RESTORABLE,
    instead="Give them access to projects in the new organisation before the plan is made.",
    source=_SPEC,
    weight=56,
)
_PAGES = Quirk(fact="The size of a page is 50 unless asked for, at most 500.", source=_SPEC)


def _per_project(path: str, id_field: str) -> Read:
    """Describe a list that hangs on each project and is itself paged."""
    return Read(
        path=path,
        collection="items",
        id_field=id_field,
        paging=Paging.PER_PARENT,
        page_size=_SIZE,
        parent="projects",
        id_within_parent=True,
        scopes=scopes.PROJECTS,
        status_field="status",
    )


PROJECTS = Resource(
    key="projects",
    title="Projects",
    area=Area.PROJECTS,
    reading=Reading.READ,
    ledger=LedgerEffect.NONE,
    group=_GROUP,
    read=Read(
        path="Projects",
        collection="items",
        id_field="projectId",
        paging=Paging.SIZED,
        page_size=_SIZE,
        scopes=scopes.PROJECTS,
        status_field="status",
    ),
    restore=Restore(
        rule=RestoreRule.CREATE,
        comes_back="Opened for its contact, and closed at the end where it was.",
        write_scope="projects",
    ),
    needs=("contacts",),
    children=("project_tasks", "project_time"),
    quirks=(_PAGES,),
    caveats=(_ANEW,),
)

PROJECT_USERS = Resource(
    key="project_users",
    title="People on projects",
    rhythm=Rhythm.WEEKLY,
    area=Area.PROJECTS,
    reading=Reading.READ,
    ledger=LedgerEffect.NONE,
    group=_GROUP,
    read=Read(
        path="ProjectsUsers",
        collection="items",
        id_field="userId",
        paging=Paging.SIZED,
        page_size=_SIZE,
        scopes=scopes.PROJECTS,
    ),
    restore=Restore(
        rule=RestoreRule.EVIDENCE, comes_back="As a list of people to give access to projects again."
    ),
    quirks=(_PAGES,),
    caveats=(_BY_HAND,),
)

PROJECT_TASKS = Resource(
    key="project_tasks",
    title="Tasks of projects",
    area=Area.PROJECTS,
    reading=Reading.READ,
    ledger=LedgerEffect.NONE,
    group=_GROUP,
    read=_per_project("Projects/{id}/Tasks", "taskId"),
    restore=Restore(
        rule=RestoreRule.CREATE,
        comes_back="With its project, as not invoiced.",
        write_scope="projects",
    ),
    needs=("projects",),
    quirks=(Quirk(fact="A deleted task vanishes; only comparing whole lists shows it.", source=_SPEC),),
    caveats=(_ANEW,),
)

PROJECT_TIME = Resource(
    key="project_time",
    title="Time on projects",
    area=Area.PROJECTS,
    reading=Reading.READ,
    ledger=LedgerEffect.NONE,
    group=_GROUP,
    read=_per_project("Projects/{id}/Time", "timeEntryId"),
    restore=Restore(
        rule=RestoreRule.CREATE,
        comes_back="For people with access to projects there, as not invoiced.",
        write_scope="projects",
    ),
    needs=("projects", "project_tasks", "project_users"),
    quirks=(Quirk(fact="One entry holds 1 to 59,940 minutes; deleted ones vanish.", source=_SPEC),),
    caveats=(_ANEW,),
)

LATER = (PROJECTS, PROJECT_USERS, PROJECT_TASKS, PROJECT_TIME)
