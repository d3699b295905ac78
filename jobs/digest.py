"""Post the daily digest: one step lists the channels, then one each. Builds no digest and draws none itself.

A message is in the outbox under a key of its slot, channel and part, so whatever restarts it is posted once.
What cannot be built is said, and tried again where waiting may help: silence is never the failure mode.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.domain.digest import ChannelDigest
from bot.domain.names import MessageRef, WorkspaceId
from bot.errors import LedgerkeepError, Transient
from bot.log import get_logger
from bot.queue import Queue
from bot.services.digests import DIGEST, Digests
from bot.services.posts import Address, Posts
from bot.services.runs import new_reference
from bot.views import digest as views
from bot.views.message import Message
from bot.views.trouble import advice
from jobs.engine import Steps

log = get_logger(__name__)
AGAIN_SECONDS = 30 * 60
AGAIN_AT_MOST = 12  # then the next day's digest is near enough


class DigestJob:
    """The digest of one workspace and one slot."""

    def __init__(self, *, digests: Digests, posts: Posts, queue: Queue) -> None:
        self._digests, self._posts, self._queue = digests, posts, queue

    def run(self, steps: Steps, args: Mapping[str, Any]) -> None:
        """Post to every channel; what fails is told there and, where it may pass, tried again later."""
        kept: dict[str, ChannelDigest] = {}
        try:
            channels: dict[str, str] = steps.run("list", lambda: self._channels(args))
        except LedgerkeepError as error:
            log.warning("digest_channels_unknown", error=type(error).__name__)
            steps.run("again", lambda: self._again(args))
            return
        waits = False
        for channel, person in channels.items():
            waits |= self._channel(steps, args, kept, channel, person)
        if waits:
            steps.run("again", lambda: self._again(args))

    def broken(self, args: Mapping[str, Any], error: LedgerkeepError | None) -> None:
        """Tell every channel that is still without its digest, after our own defect ended the job."""
        try:
            waiting = self._digests.unposted(str(args["workspace"]), str(args["slot"]))
            for channel, person in waiting.items():
                self._tell_trouble(args, channel, person, error or LedgerkeepError())
        except LedgerkeepError as trouble:  # not even that can be looked up: once more, later
            log.warning("digest_channels_unknown", error=type(trouble).__name__)
            self._again(args)

    def _channels(self, args: Mapping[str, Any]) -> dict[str, str]:
        workspace_id, slot = str(args["workspace"]), str(args["slot"])
        if not args.get("asked") and not self._digests.is_wanted(workspace_id, slot):
            log.info("digest_not_wanted", slot=slot)
            return {}
        return self._digests.unposted(workspace_id, slot)

    def _channel(
        self,
        steps: Steps,
        args: Mapping[str, Any],
        kept: dict[str, ChannelDigest],
        channel: str,
        person: str,
    ) -> bool:
        """Post one channel's digest; gives whether it is worth trying again later."""
        try:
            steps.run(f"post {channel}", lambda: self._post(args, kept, channel))
        except LedgerkeepError as trouble:
            error = trouble
            steps.run(f"tell {channel}", lambda: self._tell_trouble(args, channel, person, error))
            return isinstance(trouble, Transient)
        return False

    def _post(self, args: Mapping[str, Any], kept: dict[str, ChannelDigest], channel: str) -> int:
        """Write every part down and send it; gives how many parts there were."""
        if not kept:  # once for all channels, and anew only after a restart
            found = self._digests.of(str(args["workspace"]), str(args["slot"]))
            kept.update({one.channel_id: one for one in found})
        digest = kept.get(channel)
        if digest is None:  # its last organisation was unlinked a moment ago
            return 0
        messages = views.digest(digest)
        to = _address(digest.workspace_id, channel, digest.instead_user)
        first = self._posts.send(f"{_story(args, channel)}:1", to, messages[0].payload)
        for part, message in enumerate(messages[1:], start=2):
            self._posts.send(f"{_story(args, channel)}:{part}", to, _below(message, first, channel))
        return len(messages)

    def _tell_trouble(
        self, args: Mapping[str, Any], channel: str, person: str, error: LedgerkeepError
    ) -> bool:
        reference = new_reference()
        log.error("digest_not_built", reference=reference, error=type(error).__name__)
        told = views.not_built(
            datetime.fromisoformat(str(args["slot"])).date(),
            why=advice(error).what,
            reference=reference,
            is_tried_again=isinstance(error, Transient) and _may_repeat(args),
        )
        to = _address(str(args["workspace"]), channel, person)
        return self._posts.send(f"{_story(args, channel)}:trouble", to, told.payload) is not None

    def _again(self, args: Mapping[str, Any]) -> int:
        """Ask for the same slot once more, later: channels that have their digest are left alone then."""
        times = int(args.get("again", 0)) + 1
        if not _may_repeat(args):
            log.error("digest_given_up", slot=str(args["slot"]))
            return 0
        workspace_id = str(args["workspace"])
        self._queue.enqueue(
            DIGEST,
            organisation=workspace_id,
            key=f"{DIGEST}:{workspace_id}:{args['slot']}:again{times}",
            args={**args, "again": times},
            delay_seconds=AGAIN_SECONDS,
        )
        return times


def _may_repeat(args: Mapping[str, Any]) -> bool:
    return int(args.get("again", 0)) < AGAIN_AT_MOST


def _story(args: Mapping[str, Any], channel: str) -> str:
    return f"{DIGEST}:{args['workspace']}:{args['slot']}:{channel}"


def _address(workspace_id: str, channel: str, person: str) -> Address:
    return Address(workspace_id=WorkspaceId(workspace_id), channel_id=channel, instead_user=person)


def _below(message: Message, first: MessageRef | None, channel: str) -> dict[str, Any]:
    """Put a continuation in the thread of the first message, if that stands where it belongs."""
    if first is None or first.channel_id != channel:
        return message.payload
    return {**message.payload, "thread_ts": first.ts}
