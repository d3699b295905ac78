"""Let msgspec learn every dataclass that is stored as JSON while this process has one thread.

It works out how to read a dataclass when it first meets it. Two threads that meet the same one at the same
moment crash the process (measured with msgspec 0.22.0: 13 of 40 fresh processes; none once it was learnt).
"""

from __future__ import annotations

import msgspec

from bot.backup.results import StageResult
from bot.domain.backup import Progress, Summary
from bot.domain.organisation import OrganisationFacts
from bot.domain.proof import Proof
from bot.domain.restore import WritingProgress
from bot.domain.restore_plan import Choice, PlanSummary
from bot.domain.settings import OrganisationSettings, WorkspaceSettings
from bot.domain.standing import Finding, Outline
from bot.restore.model import Step

STORED = (
    Choice,
    Finding,
    OrganisationFacts,
    OrganisationSettings,
    Outline,
    PlanSummary,
    Progress,
    Proof,
    StageResult,
    Step,
    Summary,
    WorkspaceSettings,
    WritingProgress,
)


def learn() -> None:
    """Learn all of them; again costs next to nothing."""
    for one in STORED:
        msgspec.json.Decoder(one)
