"""Button texts that several messages share, word for word."""

from __future__ import annotations

from typing import Final

from bot.views import ids
from bot.views.blocks import Block, button

CONNECT_LABEL: Final = "Connect to Xero"
BACK_UP_LABEL: Final = "Back up now"
CHANGES_LABEL: Final = "See changes"
COVERAGE_LABEL: Final = "See what isn't covered"
SCHEDULE_LABEL: Final = "Change schedule"
APPROVERS_LABEL: Final = "Who may approve"
REVIEW_LABEL: Final = "Review plan"
APPROVE_LABEL: Final = "Approve restore"
DECLINE_LABEL: Final = "Decline"
STOP_RESTORE_LABEL: Final = "Stop restore"
COMPARE_LABEL: Final = "Compare again"
CONTINUE_LABEL: Final = "Continue restore"
PLAN_FILE_LABEL: Final = "Send me the plan as a file"
PERMISSION_LABEL: Final = "Give permission"


def connect_button(*, primary: bool = True) -> Block:
    """Give the button that asks for a private link; it carries no address itself."""
    return button(CONNECT_LABEL, ids.CONNECT, style="primary" if primary else "")
