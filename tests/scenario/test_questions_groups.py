"""Who may approve, asked over the wire: user groups are named where Slack tells what they are called."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.settings import Approvers, WorkspaceSettings
from tests.scenario.office import ANA, BEN, FINANCE, Office

GROUP = "S0APPROVERS"


def test_approvers_when_a_group_is_among_them_then_it_is_named_once_slack_tells(shared: Office) -> None:
    organisation = shared.link("nz")
    shared.slack.workspace.groups[GROUP] = ("month-end-approvers", (ANA, BEN))
    assert organisation.workspace_id
    assert shared.bot is not None
    shared.bot.desk.settings.change_workspace(
        shared.actor(ANA, FINANCE), WorkspaceSettings(approvers=Approvers(groups=(GROUP,)))
    )
    assert "1 user group" in shared.say("coverage who can approve a restore?")
    assert "month-end-approvers" not in shared.say("coverage who can approve a restore?")
    for token, grant in list(shared.slack.app.grants.items()):
        scopes = frozenset({*grant.scopes, "usergroups:read"})
        shared.slack.app.grants[token] = replace(grant, scopes=scopes)
    assert "month-end-approvers" in shared.say("coverage who can approve a restore?")
