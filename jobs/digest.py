"""Post the daily digest: one step lists the channels, then one each. Builds no digest and draws none itself.

A channel's parts are in the outbox together, under keys of slot, channel and part: whatever restarts, each is
posted once, and all are of one moment.
What cannot be built is said, and tried again where waiting may help: silence is never the failure mode.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.domain.digest import ChannelDigest
from bot.domain.names import WorkspaceId
from bot.errors import LedgerkeepError, Transient
from bot.log import get_logger
from bot.pictures.child import render
from bot.pictures.growth import alt_text
from bot.queue import Queue
from bot.services.digests import DIGEST, Digests
from bot.services.posts import Address, Posts
from bot.services.running.runs import new_reference
from bot.slack.files import Files
from bot.views import digest as views
from bot.views.trouble import advice
from jobs.engine import Steps

log = get_logger(__name__)
AGAIN_SECONDS = 30 * 60
AGAIN_AT_MOST = 12  # then the next day's digest is near enough
PICTURES_AT_MOST = 5  # of one workspace; each takes about a second of one processor to draw


@dataclass(slots=True)
class _Round:
    """One run of the job: what was asked for, and the digests once they are built."""

    args: Mapping[str, Any]
    built: dict[str, ChannelDigest] = field(default_factory=dict)

    @property
    def workspace(self) -> str:
        return str(self.args["workspace"])

    @property
    def slot(self) -> str:
        return str(self.args["slot"])

    @property
    def times(self) -> int:
        """How often it was tried before."""
        return int(self.args.get("again", 0))

    @property
    def may_repeat(self) -> bool:
        return self.times < AGAIN_AT_MOST

    def key(self, *parts: object) -> str:
        """Name something of this slot, e.g. a message."""
        return ":".join(str(part) for part in (DIGEST, self.workspace, self.slot, *parts))


class DigestJob:
    """The digest of one workspace and one slot."""

    def __init__(self, digests: Digests, *, posts: Posts, files: Files, queue: Queue) -> None:
        self._digests, self._posts, self._files, self._queue = digests, posts, files, queue

    def run(self, steps: Steps, args: Mapping[str, Any]) -> None:
        """Post to every channel; what fails is told there and, where it may pass, tried again later."""
        this = _Round(args)
        try:
            channels: dict[str, str] = steps.run("list", lambda: self._channels(this))
        except LedgerkeepError as error:
            log.warning("digest_channels_unknown", error=type(error).__name__)
            steps.run("again", lambda: self._again(this))
            return
        waits = [self._channel(steps, this, channel, person) for channel, person in channels.items()]
        if any(waits):
            steps.run("again", lambda: self._again(this))
        for channel in list(channels)[:PICTURES_AT_MOST]:
            self._illustrate(steps, this, channel)

    def broken(self, args: Mapping[str, Any], error: LedgerkeepError | None) -> None:
        """Tell every channel that is still without its digest, after our own defect ended the job."""
        this = _Round(args)
        try:
            for channel, person in self._digests.unposted(this.workspace, this.slot).items():
                self._tell_trouble(this, channel, person, error or LedgerkeepError())
        except LedgerkeepError as trouble:  # not even that can be looked up: once more, later
            log.warning("digest_channels_unknown", error=type(trouble).__name__)
            self._again(this)

    def _channels(self, this: _Round) -> dict[str, str]:
        if not this.args.get("asked") and not self._digests.is_wanted(this.workspace, this.slot):
            log.info("digest_not_wanted", slot=this.slot)
            return {}
        return self._digests.unposted(this.workspace, this.slot)

    def _channel(self, steps: Steps, this: _Round, channel: str, person: str) -> bool:
        """Post one channel's digest; gives whether it is worth trying again later."""
        try:
            steps.run(f"post {channel}", lambda: self._post(this, channel))
        except LedgerkeepError as trouble:
            error = trouble
            steps.run(f"tell {channel}", lambda: self._tell_trouble(this, channel, person, error))
            return isinstance(trouble, Transient)
        return False

    def _digest(self, this: _Round, channel: str) -> ChannelDigest | None:
        """Give one channel's digest; None when its last organisation was unlinked a moment ago."""
        if not this.built:  # once for all channels, and anew only after a restart
            found = self._digests.of(this.workspace, this.slot)
            this.built.update({one.channel_id: one for one in found})
        return this.built.get(channel)

    def _post(self, this: _Round, channel: str) -> int:
        """Write every part down and send it; gives how many parts there were."""
        digest = self._digest(this, channel)
        if digest is None:
            return 0
        to = _address(this, channel, digest.instead_user)
        parts = [message.payload for message in views.digest(digest)]
        return self._posts.send_in_order(this.key(channel), to, parts)

    def _illustrate(self, steps: Steps, this: _Round, channel: str) -> None:
        """Add a picture to the thread of the digest, which is complete without it: failing is no trouble."""
        try:
            steps.run(f"picture {channel}", lambda: self._picture(this, channel), tries=1)
        except LedgerkeepError as error:  # no permission to upload, Slack down, nothing to draw with
            log.info("digest_picture_not_shown", error=type(error).__name__)

    def _picture(self, this: _Round, channel: str) -> bool:
        digest, place = self._digest(this, channel), self._digests.shown(this.workspace, this.slot, channel)
        chart = self._digests.chart(digest) if digest and place else None
        if digest is None or place is None or chart is None:
            return False
        self._files.upload(
            WorkspaceId(this.workspace),
            channel=place.channel_id,
            thread_ts=place.ts,
            name=f"growth-{digest.day}.png",
            content=render(chart),
            title=f"Growth against the size limits, {digest.day.day} {digest.day:%B %Y}",
            alt=alt_text(chart),
        )
        return True

    def _tell_trouble(self, this: _Round, channel: str, person: str, error: LedgerkeepError) -> bool:
        reference = new_reference()
        log.error("digest_not_built", reference=reference, error=type(error).__name__)
        told = views.not_built(
            datetime.fromisoformat(this.slot).date(),
            why=advice(error).what,
            reference=reference,
            is_tried_again=isinstance(error, Transient) and this.may_repeat,
        )
        to = _address(this, channel, person)
        return self._posts.send(this.key(channel, "trouble"), to, told.payload) is not None

    def _again(self, this: _Round) -> int:
        """Ask for the same slot once more, later: channels that have their digest are left alone then."""
        if not this.may_repeat:
            log.error("digest_given_up", slot=this.slot)
            return 0
        times = this.times + 1
        self._queue.enqueue(
            DIGEST,
            organisation=this.workspace,
            key=this.key(f"again{times}"),
            args={**this.args, "again": times},
            delay_seconds=AGAIN_SECONDS,
        )
        return times


def _address(this: _Round, channel: str, person: str) -> Address:
    return Address(workspace_id=WorkspaceId(this.workspace), channel_id=channel, instead_user=person)
