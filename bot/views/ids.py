"""Every action, callback and block id, and the only thing a button may carry: a versioned reference.

A reference names something; it never grants anything. Whoever handles a click looks the thing up and checks
the person's rights again. Must not import anything.
"""

from __future__ import annotations

import re
from typing import Final

BACK_UP_NOW: Final = "back_up_now"  # value: organisation
BACK_UP_AGAIN: Final = "back_up_again"  # value: organisation
STOP_BACKUP: Final = "stop_backup"  # value: run
COVERAGE: Final = "see_coverage"  # value: organisation
SEE_CHANGES: Final = "see_changes"  # value: run
EXPORT: Final = "export_copies"  # value: organisation
EXPORT_LINK: Final = "open_export_link"  # a link button: only to be acknowledged
SEE_FINDINGS: Final = "see_findings"  # value: run; opens the modal
CONNECT: Final = "connect_xero"  # no value: answer with a private link
CONNECT_LINK: Final = "open_connect_link"  # a link button: only to be acknowledged
HOME_COVERAGE: Final = "home_coverage"  # no value: of which organisation is asked
HELP: Final = "show_help"  # no value
SETTINGS: Final = "open_settings"  # no value
DISCONNECT: Final = "disconnect"  # value: organisation; opens the modal
CHANGE_SCHEDULE: Final = "change_schedule"  # value: organisation; these seven open a modal
CHANGE_RETENTION: Final = "change_retention"  # value: organisation
CHANGE_HOME: Final = "change_home"  # value: organisation
CHANGE_EXTRAS: Final = "change_extras"  # value: organisation
CHANGE_DIGEST: Final = "change_digest"  # no value
CHANGE_KEEPERS: Final = "change_keepers"  # no value
WHO_MAY_APPROVE: Final = "who_may_approve"  # no value that counts
MAKE_HOME: Final = "make_home"  # value: organisation, a dot, channel
REVIEW_PLAN: Final = "review_plan"  # value: restore; opens the modal
DECLINE: Final = "decline_restore"  # value: restore; opens a modal
STOP_RESTORE: Final = "stop_restore"  # value: restore
CONTINUE_RESTORE: Final = "continue_restore"  # value: restore
COMPARE_AGAIN: Final = "compare_restore"  # value: restore
PLAN_FILE: Final = "send_plan_file"  # value: restore; stands in the modal of its plan
GIVE_PERMISSION: Final = "give_permission"  # value: restore; answered with a private link
PERMISSION_LINK: Final = "open_permission_link"  # a link button: only to be acknowledged
CHOOSE_PATTERN: Final = re.compile(r"^choose:(?P<command>[a-z]+):(?P<place>\d+)$")  # value: organisation

TOPIC_PATTERN: Final = re.compile(r"^topic:(?P<place>\d+)$")  # value: topic and maybe organisation

DISCONNECT_MODAL: Final = "disconnect_modal"  # private_metadata: organisation
COPIES_BLOCK: Final = "copies"
COPIES_ACTION: Final = "copies_choice"
COPIES_KEEP: Final = "keep"
COPIES_DELETE: Final = "delete"
TYPED_NAME_BLOCK: Final = "typed_name"
TYPED_NAME_ACTION: Final = "typed_name_input"

# The settings modals; private_metadata: what it is about, a dot, the mark of what was set when it opened.
SCHEDULE_MODAL: Final = "schedule_modal"
RETENTION_MODAL: Final = "retention_modal"
HOME_MODAL: Final = "home_modal"
EXTRAS_MODAL: Final = "extras_modal"
DIGEST_MODAL: Final = "digest_modal"
KEEPERS_MODAL: Final = "keepers_modal"
APPROVERS_MODAL: Final = "approvers_modal"

# Asking for a restore; private_metadata: channel, a dot, organisation whose copy is chosen.
RESTORE_MODAL: Final = "restore_modal"
RESTORE_SOURCE: Final = "restore_source"  # these three are sent at once when they are changed
RESTORE_WHAT: Final = "restore_what"
RESTORE_TYPES: Final = "restore_types"
RESTORE_SNAPSHOT: Final = "restore_snapshot"
RESTORE_TARGET: Final = "restore_target"
RESTORE_OPTIONS: Final = "restore_options"
RESTORE_CONVERSION: Final = "restore_conversion"
RESTORE_REASON: Final = "restore_reason"
RESTORE_INPUTS: Final = (
    RESTORE_SOURCE,
    RESTORE_WHAT,
    RESTORE_TYPES,
    RESTORE_SNAPSHOT,
    RESTORE_TARGET,
    RESTORE_OPTIONS,
    RESTORE_CONVERSION,
    RESTORE_REASON,
)
# Deciding on one; private_metadata: channel, a dot, restore, and of a plan a dot and its fingerprint.
REVIEW_MODAL: Final = "review_modal"
DECLINE_MODAL: Final = "decline_modal"
LIMITS_BLOCK: Final = "limits_known"
LIMITS_ACTION: Final = "limits_known_input"
WHY_BLOCK: Final = "why"
WHY_ACTION: Final = "why_input"
NOTICE_MODAL: Final = "notice_modal"  # nothing to send

ACTIONS: Final = (
    BACK_UP_NOW,
    BACK_UP_AGAIN,
    STOP_BACKUP,
    COVERAGE,
    SEE_CHANGES,
    EXPORT,
    EXPORT_LINK,
    SEE_FINDINGS,
    CONNECT,
    CONNECT_LINK,
    HOME_COVERAGE,
    HELP,
    SETTINGS,
    DISCONNECT,
    CHANGE_SCHEDULE,
    CHANGE_RETENTION,
    CHANGE_HOME,
    CHANGE_EXTRAS,
    CHANGE_DIGEST,
    CHANGE_KEEPERS,
    WHO_MAY_APPROVE,
    MAKE_HOME,
    REVIEW_PLAN,
    DECLINE,
    STOP_RESTORE,
    CONTINUE_RESTORE,
    COMPARE_AGAIN,
    PLAN_FILE,
    GIVE_PERMISSION,
    PERMISSION_LINK,
    *RESTORE_INPUTS,
    LIMITS_ACTION,
    WHY_ACTION,
    COPIES_ACTION,
    TYPED_NAME_ACTION,
)

_VERSION: Final = "v1:"


def reference(identifier: str) -> str:
    """Wrap an id as the value of a button; old messages stay clickable for months, hence the version.

    What is wrapped already stays as it is.
    """
    return identifier if identifier.startswith(_VERSION) else _VERSION + identifier


def referred(value: str) -> str | None:
    """Give the id inside a button's value; None when it is not one of ours or of another version."""
    return value[len(_VERSION) :] if value.startswith(_VERSION) and len(value) > len(_VERSION) else None


def choose(command: str, place: int) -> str:
    """Name one of several buttons that repeat a command for one organisation each."""
    return f"choose:{re.sub('[^a-z]', '', command.lower())[:30] or 'status'}:{place}"


def topic(place: int) -> str:
    """Name one of several buttons that each answer about one topic."""
    return f"topic:{place}"


def topic_reference(key: str, organisation_id: str = "") -> str:
    """Wrap a topic, and the organisation it is asked about, as the value of a button."""
    return reference(f"{key}/{organisation_id}" if organisation_id else key)


def topic_referred(value: str) -> tuple[str, str] | None:
    """Give the topic and the organisation ("": none) inside a button's value; None when it is not ours."""
    key, _, organisation_id = (referred(value) or "").partition("/")
    return (key, organisation_id) if key else None
