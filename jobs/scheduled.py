"""What happens in a slot of the schedule. Says nothing about when: that is the clock's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.organisation import Organisation
from bot.domain.schedule import SlotOutcome
from bot.errors import AlreadyRunning, OrganisationGone
from bot.log import get_logger
from bot.services.backups import Backups
from bot.services.organisations import Organisations
from bot.services.posts import Address, Posts
from bot.services.timing.slots import Slots
from bot.services.timing.soundness import Soundness
from bot.views.verified import damaged
from jobs.engine import Steps

log = get_logger(__name__)
ORIGIN = "schedule"


class Scheduled:
    """The jobs of organisations that the clock asks for."""

    def __init__(
        self,
        *,
        organisations: Organisations,
        backups: Backups,
        slots: Slots,
        soundness: Soundness,
        posts: Posts,
    ) -> None:
        self._organisations, self._backups, self._slots = organisations, backups, slots
        self._soundness, self._posts = soundness, posts

    def backup(self, steps: Steps, args: Mapping[str, Any]) -> None:
        """Ask for the backup of a slot; the work itself is a job of its own, which this does not wait for."""
        subject, key, retried = str(args["subject"]), str(args["key"]), bool(args["retry"])
        # First, because a backup may fail, and plan to be tried again, before this job goes on.
        steps.run("begin", lambda: self._note(subject, SlotOutcome.ASKED, retried=retried))
        outcome = SlotOutcome(steps.run("ask", lambda: self._ask(subject, key).value))
        if outcome is not SlotOutcome.ASKED:
            steps.run("note", lambda: self._note(subject, outcome, retried=retried))

    def verify(self, steps: Steps, args: Mapping[str, Any]) -> None:
        """Look at a part of an organisation's copies, another one each day; tell what was not told before."""
        subject = str(args["subject"])
        steps.run("look", lambda: self._look(subject))

    def _note(self, subject: str, outcome: SlotOutcome, *, retried: bool) -> str:
        self._slots.note(subject, outcome, retried=retried)
        return outcome.value

    def _ask(self, subject: str, key: str) -> SlotOutcome:
        organisation = self._organisations.get(subject)
        try:
            self._backups.request(organisation, None, slot=key, origin=ORIGIN)
        except AlreadyRunning:
            # It runs on, or waits until Xero allows calls again; its snapshot will be newer than this slot.
            return SlotOutcome.KEPT
        except OrganisationGone:
            return SlotOutcome.DISCONNECTED
        return SlotOutcome.ASKED

    def _look(self, subject: str) -> int:
        organisation = self._organisations.get(subject)
        found = self._soundness.look(organisation)
        if found.new:
            message = damaged(organisation.name, found.new, found.total)
            self._posts.send(f"damaged:{organisation.id}:{found.mark}", _home(organisation), message.payload)
            self._soundness.told(organisation, found)
        return found.total


def _home(organisation: Organisation) -> Address:
    return Address(
        workspace_id=organisation.workspace_id,
        channel_id=organisation.home_channel,
        instead_user=organisation.linked_by,
    )
