"""Keep the one message of a restore true: sent once a state, drawn over in passing while it writes."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.access import ApproverList
from bot.domain.names import MessageRef
from bot.domain.permission import Permission
from bot.domain.restore import Restore, RestoreState
from bot.restore.causes import is_known
from bot.services.organisations import Organisations
from bot.services.posts import Address, Posts
from bot.services.restoring.permission import lacking, permission
from bot.services.restoring.restores import Restores
from bot.services.restoring.target_home import TargetHome
from bot.services.running.runs import Runs
from bot.services.settings import SettingsStore
from bot.views import restore_report
from bot.views.restore_message import asks_again, draw, in_thread


class Telling:
    """What a channel is shown of a restore."""

    def __init__(
        self,
        *,
        restores: Restores,
        organisations: Organisations,
        runs: Runs,
        settings: SettingsStore,
        posts: Posts,
    ) -> None:
        self._restores, self._organisations, self._runs = restores, organisations, runs
        self._settings, self._posts = settings, posts
        self._target_home = TargetHome(organisations=organisations, posts=posts)

    def tell(self, restore_id: str) -> MessageRef | None:
        """Show how it stands now, in place; the same state told twice is told once.

        Gives where the message stands, or None while Slack does not take it; then it is sent later.
        """
        restore = self._restores.get(restore_id)
        key = f"restore:{restore.id}:{restore.state_since:%Y%m%dT%H%M%S%f}:{len(restore.decisions)}"
        ref = self._posts.send(key, self._address(restore), self._drawn(restore))
        if ref is not None and ref != restore.message:
            self._restores.change(restore_id, message=ref)
        self._target_home.tell(restore)
        return ref

    def show(self, restore: Restore) -> None:
        """Draw progress over the message, in passing."""
        if restore.message is not None:
            self._posts.show(self._address(restore), self._drawn(restore))

    def show_now(self, restore_id: str) -> None:
        """Draw it over as it stands, for a person who just did something to it.

        Its job may end it meanwhile: then what was drawn here is drawn again.
        """
        before = self._restores.get(restore_id)
        self.show(before)
        after = self._restores.get(restore_id)
        if after.state_since != before.state_since:
            self.show(after)

    def tell_in_thread(self, restore: Restore, by: str) -> None:
        """Say below the message what a person just did."""
        message = in_thread(restore, by)
        if message is not None and restore.message is not None:
            to = Address(workspace_id=restore.workspace_id, channel_id=restore.message.channel_id)
            key = f"restore-thread:{restore.id}:{restore.state_since:%Y%m%dT%H%M%S%f}:{by}"
            self._posts.send(key, to, {**message.payload, "thread_ts": restore.message.ts})

    def ask_again(self, restore_id: str) -> bool:
        """Say below the message that people have to decide again: a message drawn over calls nobody."""
        restore = self._restores.get(restore_id)
        message = asks_again(restore)
        if message is not None and restore.message is not None:
            to = Address(workspace_id=restore.workspace_id, channel_id=restore.message.channel_id)
            key = f"restore-thread:{restore.id}:{restore.state_since:%Y%m%dT%H%M%S%f}:again"
            self._posts.send(key, to, {**message.payload, "thread_ts": restore.message.ts})
        return message is not None

    def tell_words(self, restore_id: str, words: Sequence[str]) -> int:
        """Give Xero's words to who asked and who approved, as a direct message: they may quote the books."""
        restore = self._restores.get(restore_id)
        message = restore_report.refused_words(restore, [one for one in words if not is_known(one)])
        if message is None:
            return 0
        people = dict.fromkeys((restore.requested_by, *(one.user_id for one in restore.approvals)))
        for person in people:
            key = f"restore-words:{restore.id}:{restore.state_since:%Y%m%dT%H%M%S%f}:{person}"
            to = Address(workspace_id=restore.workspace_id, channel_id=person)
            self._posts.send(key, to, message.payload)
        return len(people)

    def _drawn(self, restore: Restore) -> dict[str, object]:
        lacks, given = False, Permission.TO_WRITE
        if restore.state is RestoreState.PLANNING or restore.state.may_go_on:
            target = self._organisations.get(restore.target_id)
            lacks = bool(lacking(target, restore.choice))
            given = permission(target, restore.choice)
        named, stopping = self._approvers(restore), self._is_stopping(restore)
        message = draw(restore, named, lacks_permission=lacks, stopping=stopping, permission=given)
        return dict(message.payload)

    def _is_stopping(self, restore: Restore) -> bool:
        is_running = restore.state is RestoreState.RUNNING and restore.run_id is not None
        return is_running and self._runs.stop_requested(restore.run_id or "")

    def _approvers(self, restore: Restore) -> ApproverList:
        named = self._settings.workspace(restore.workspace_id).approvers
        return ApproverList(
            users=named.users,
            groups=named.groups,
            needed=restore.needed,
            is_default=not (named.users or named.groups),
        )

    def _address(self, restore: Restore) -> Address:
        place = restore.message
        return Address(
            workspace_id=restore.workspace_id,
            channel_id=place.channel_id if place else restore.channel_id,
            replaces_ts=place.ts if place else "",
            instead_user=restore.requested_by,
        )
