"""Say things in Slack: one place that calls the Web API and turns its failures into ours.

Must not decide what to say or to whom; must not keep messages (the outbox does).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse

from bot.domain.access import UserGroup
from bot.domain.names import MessageRef, Person, WorkspaceId
from bot.errors import LedgerkeepError, PostRefused, SlackDisconnected, SlackUnavailable

# Slack's words for "this token is no longer good" (docs.slack.dev/reference/methods/auth.test).
_GONE = frozenset({"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"})
# Words that mean "try again": the method itself was fine.
_LATER = frozenset(
    {"ratelimited", "rate_limited", "internal_error", "fatal_error", "request_timeout", "service_unavailable"}
)
TIMEOUT_SECONDS = 10
# Slack gives us 3 seconds to answer a person (docs.slack.dev/interactivity): what is asked before that answer
# must leave time for it.
QUICK_SECONDS = 2
_PAGES_OF_MEMBERS = 10  # of at most a thousand each


@dataclass(frozen=True, slots=True)
class OpenModal:
    """A modal as it was when it was opened."""

    id: str
    hash: str = ""


class Slack:
    """Outgoing Slack of every workspace; `token_of` gives a workspace's bot token."""

    def __init__(self, token_of: Callable[[WorkspaceId], str], *, api_url: str) -> None:
        self._token_of, self._api_url = token_of, api_url

    def post(
        self,
        workspace: WorkspaceId,
        channel: str,
        payload: Mapping[str, Any],
        *,
        timeout_seconds: int = TIMEOUT_SECONDS,
    ) -> MessageRef:
        """Post a message; a user id as channel means a direct message.

        Raises PostRefused (not_in_channel, channel_not_found …), SlackUnavailable, SlackDisconnected.
        """
        answer = self._call(
            workspace,
            lambda client: client.chat_postMessage(
                channel=channel, unfurl_links=False, unfurl_media=False, **payload
            ),
            timeout_seconds=timeout_seconds,
        )
        return MessageRef(channel_id=str(answer.get("channel") or channel), ts=str(answer["ts"]))

    def update(self, workspace: WorkspaceId, message: MessageRef, payload: Mapping[str, Any]) -> None:
        """Replace a message in place."""
        self._call(
            workspace,
            lambda client: client.chat_update(channel=message.channel_id, ts=message.ts, **payload),
        )

    def post_privately(
        self, workspace: WorkspaceId, channel: str, user: str, payload: Mapping[str, Any]
    ) -> None:
        """Show a message to one person in a channel; it is gone when they reload."""
        self._call(workspace, lambda client: client.chat_postEphemeral(channel=channel, user=user, **payload))

    def person(self, workspace: WorkspaceId, user: str) -> Person:
        """Ask Slack who somebody is, for rights (users.info, scope users:read); waits 2 seconds at most."""
        answer = self._call(
            workspace, lambda client: client.users_info(user=user), timeout_seconds=QUICK_SECONDS
        )
        found: dict[str, Any] = answer["user"]
        return Person(
            user_id=str(found.get("id", user)),
            team_id=str(found.get("team_id", "")),
            is_admin=bool(found.get("is_admin") or found.get("is_owner") or found.get("is_primary_owner")),
            is_guest=bool(found.get("is_restricted") or found.get("is_ultra_restricted")),
            is_bot=bool(found.get("is_bot")),
            is_deactivated=bool(found.get("deleted")),
            name=str(found.get("real_name") or found.get("name") or ""),
            email=str((found.get("profile") or {}).get("email") or ""),
        )

    def members(self, workspace: WorkspaceId, channel: str) -> frozenset[str]:
        """List who is in a channel (conversations.members; channels:read, groups:read for private ones).

        Raises PostRefused (missing_scope, channel_not_found, not_in_channel …), SlackUnavailable. Of a huge
        channel only the first ten thousand are listed.
        """
        found: set[str] = set()
        cursor = ""
        for _ in range(_PAGES_OF_MEMBERS):
            answer = self._call(
                workspace,
                # The loop asks before it goes on, so the cursor is the one of this turn.
                lambda client: client.conversations_members(channel=channel, cursor=cursor, limit=1000),  # noqa: B023
                timeout_seconds=QUICK_SECONDS,
            )
            found.update(str(one) for one in answer.get("members") or ())
            cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                break
        return frozenset(found)

    def is_shared(self, workspace: WorkspaceId, channel: str) -> bool:
        """Say whether people of other workspaces are in a channel (conversations.info, channels:read …)."""
        answer = self._call(
            workspace,
            lambda client: client.conversations_info(channel=channel),
            timeout_seconds=QUICK_SECONDS,
        )
        found: dict[str, Any] = answer.get("channel") or {}
        return bool(found.get("is_ext_shared") or found.get("is_pending_ext_shared"))

    def user_groups(self, workspace: WorkspaceId) -> tuple[UserGroup, ...]:
        """List the workspace's user groups (usergroups.list, scope usergroups:read)."""
        answer = self._call(workspace, lambda client: client.usergroups_list(), timeout_seconds=QUICK_SECONDS)
        return tuple(
            UserGroup(id=str(one["id"]), name=str(one.get("name") or ""), handle=str(one.get("handle") or ""))
            for one in answer.get("usergroups") or ()
            if isinstance(one, dict) and one.get("id")
        )

    def group_people(self, workspace: WorkspaceId, group: str) -> frozenset[str]:
        """List who is in a user group now (usergroups.users.list, scope usergroups:read)."""
        answer = self._call(
            workspace,
            lambda client: client.usergroups_users_list(usergroup=group),
            timeout_seconds=QUICK_SECONDS,
        )
        return frozenset(str(one) for one in answer.get("users") or ())

    def open_modal(self, workspace: WorkspaceId, trigger_id: str, view: Mapping[str, Any]) -> OpenModal:
        """Open a modal and give what names it; the trigger lives 3 seconds and works once."""
        asked = dict(view)
        answer = self._call(workspace, lambda client: client.views_open(trigger_id=trigger_id, view=asked))
        opened = answer.get("view")
        known = opened if isinstance(opened, dict) else {}
        return OpenModal(str(known.get("id", "")), str(known.get("hash", "")))

    def update_modal(self, workspace: WorkspaceId, modal: OpenModal, view: Mapping[str, Any]) -> None:
        """Draw an open modal anew; raises PostRefused when the person closed it or went on in it meanwhile.

        Slack compares the hash (docs.slack.dev/reference/methods/views.update): what the person sees by now
        is never drawn over.
        """
        wanted: dict[str, Any] = {"view_id": modal.id, "view": dict(view), "hash": modal.hash or None}
        self._call(workspace, lambda client: client.views_update(**wanted))

    def publish_home(self, workspace: WorkspaceId, user: str, view: Mapping[str, Any]) -> None:
        """Show a person's App Home."""
        self._call(workspace, lambda client: client.views_publish(user_id=user, view=dict(view)))

    def whoami(self, workspace: WorkspaceId) -> Mapping[str, Any]:
        """Ask Slack which workspace and bot the token belongs to (auth.test); waits 2 seconds at most."""
        return self._call(workspace, lambda client: client.auth_test(), timeout_seconds=QUICK_SECONDS)

    def _call(
        self,
        workspace: WorkspaceId,
        call: Callable[[WebClient], SlackResponse],
        *,
        timeout_seconds: int = TIMEOUT_SECONDS,
    ) -> dict[str, Any]:
        client = WebClient(
            token=self._token_of(workspace),
            base_url=self._api_url,
            timeout=timeout_seconds,
            retry_handlers=[],  # a post whose answer was lost would be shown twice; the outbox tries again
        )
        try:
            answer = call(client)
        except SlackApiError as error:
            raise translate(error) from None
        except (SlackClientError, OSError, HTTPException, ValueError) as error:
            # No answer, an answer that is not JSON, or a broken connection.
            raise SlackUnavailable("Slack did not answer.") from error
        return dict(answer.data) if isinstance(answer.data, dict) else {}


def translate(error: SlackApiError) -> LedgerkeepError:
    """Turn Slack's refusal into whose move it is; the text of the answer is never carried along."""
    response = error.response
    code = str(response.get("error", "")) if isinstance(response.get("error"), str) else ""
    if response.status_code == 429 or code in _LATER or response.status_code >= 500:
        wait = response.headers.get("Retry-After") or response.headers.get("retry-after")
        return SlackUnavailable("Slack asks to wait.", float(wait) if wait and str(wait).isdigit() else None)
    if code in _GONE:
        return SlackDisconnected("Slack no longer accepts this workspace's token.")
    return PostRefused(code or "unknown")
