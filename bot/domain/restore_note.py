"""A restore as lists tell of it: between which organisations, how it stands, whom it waits for. Values only.

Nothing in here comes from the books: notes stand in channels. Who may not know of the source is given a note
without its name.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.names import OrganisationId
from bot.domain.restore import RestoreId, RestoreState

HALTED_FOR = timedelta(days=7)  # a restore that was stopped or failed is recalled for so long
OVER = frozenset({RestoreState.DONE, RestoreState.DIFFERENT, RestoreState.UNPROVEN})


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreNote:
    """One restore; `channel_id` is where its message stands, `source_name` "" where nobody may know it."""

    id: RestoreId
    state: RestoreState
    state_since: datetime
    source_id: OrganisationId
    source_name: str
    target_id: OrganisationId
    target_name: str
    requested_by: str
    requested_at: datetime
    expires_at: datetime
    channel_id: str
    is_drill: bool = False
    lacks_permission: bool = False  # a plan waits for somebody to let us write to the target
    steps_done: int = 0
    steps_total: int = 0
    resume_at: datetime | None = None
    finished_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Say whether people may still have to decide."""
        return self.state.is_open

    @property
    def is_halted(self) -> bool:
        """Say whether it was stopped or failed, and may go on."""
        return self.state.may_go_on

    @property
    def waits_for_people(self) -> bool:
        """Say whether nothing happens unless a person does something."""
        return self.state is RestoreState.WAITING or self.lacks_permission or self.is_halted

    def without_source(self) -> RestoreNote:
        """Give the note as those may read it who look after the target only."""
        return replace(self, source_name="", requested_by="", channel_id="")
