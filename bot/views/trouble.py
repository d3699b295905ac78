"""One line of advice per error class that is not the person's own move. Data; errors.py draws it."""

from __future__ import annotations

from dataclasses import dataclass

from bot import errors

_STAND = "The backups made so far still stand."
_TELL = "give the reference to whoever runs Ledgerkeep."
_OTHER_COPY = (
    "What no other copy of the vault can bring back is lost to this snapshot: then ask for a restore of "
    "another one, if need be of one taken now."
)
_STAYS = "What a restore wrote before stays in its target; the organisation that was copied is as it was."


@dataclass(frozen=True, slots=True)
class Advice:
    """What happened, what it means for the data, what to do."""

    what: str
    means: str
    do: str


def advice(error: errors.LedgerkeepError) -> Advice:
    """Find the nearest advice by the error's class; store troubles also say why."""
    if isinstance(error, errors.StoreUnavailable):
        return _store(error)
    for kind in type(error).__mro__:
        if kind in _ADVICE:
            return _ADVICE[kind]
    return Advice("Something went wrong on my side.", _STAND, _TELL)


def needs(error: errors.LedgerkeepError) -> str:
    """Say what a restore needs first that cannot just go on after this; "" where it can."""
    if isinstance(error, errors.VaultDamaged):
        return f"{advice(error).do} {_OTHER_COPY}"
    return advice(error).do if isinstance(error, errors.Damaged) else ""


def _store(error: errors.StoreUnavailable) -> Advice:
    why = "cannot be reached"
    if error.full:
        why = "has no room left"
    elif error.read_only:
        why = "cannot be written to"
    return Advice(
        f"The place where copies are kept {why}.",
        "Nothing new is saved until it is mended. What is there is not touched.",
        _TELL,
    )


_ADVICE: dict[type, Advice] = {
    errors.Disconnected: Advice(
        "The permission to read this organisation is gone.",
        f"{_STAND} No new backups are made until it is connected again.",
        "ask someone with the Adviser role to connect it again.",
    ),
    errors.OrganisationGone: Advice(
        "Xero no longer lets Ledgerkeep into this organisation.",
        f"{_STAND} No new backups are made until it is connected again.",
        "ask someone with the Adviser role to connect it again.",
    ),
    errors.SlackDisconnected: Advice(
        "Slack no longer lets Ledgerkeep into this workspace.",
        f"{_STAND} Backups cannot be reported here until the app is installed again.",
        "ask a workspace admin to install Ledgerkeep again.",
    ),
    errors.Transient: Advice(
        "Something Ledgerkeep needs did not answer in time.",
        _STAND,
        "try again in a few minutes.",
    ),
    errors.XeroUnavailable: Advice(
        "Xero did not answer as it should.",
        f"{_STAND} Nothing was changed in Xero.",
        "try again in a few minutes; status.xero.com says whether Xero has trouble.",
    ),
    errors.XeroBusy: Advice(
        "Xero asks Ledgerkeep to slow down.",
        f"{_STAND} Nothing was changed in Xero.",
        "try again in a few minutes.",
    ),
    errors.DayLimitReached: Advice(
        "Xero's calls for today are used up for this organisation.",
        f"{_STAND} What was read so far is kept.",
        "nothing. It goes on by itself.",
    ),
    errors.SlackUnavailable: Advice(
        "Slack did not answer me in time, so I did not do what you asked.",
        f"{_STAND} Backups that are under way go on.",
        "try again in a minute; status.slack.com says whether Slack has trouble.",
    ),
    errors.ReadRefused: Advice(
        "Xero refuses to hand out one kind of data.",
        f"{_STAND} The rest can be read; this kind becomes a gap in the summary.",
        "`/backup coverage` says what is missing, and why.",
    ),
    errors.WriteNotAllowed: Advice(
        "A restore may not write to its target as things are.",
        f"This write was not made. {_STAYS}",
        "see in the restore's message whether it still runs, and in `/backup status` whether the target is "
        "connected. Once that is mended, *Continue restore* goes on where it was.",
    ),
    errors.WriteRefused: Advice(
        "Xero does not let whoever connected the target make this kind of write.",
        f"This write was not made. {_STAYS}",
        "let somebody with the Adviser role in the target give the permission to write, then press *Continue "
        "restore*.",
    ),
    errors.SameRefusal: Advice(
        "Xero refuses one record after another for one and the same reason, so the restore stopped.",
        f"What was refused for it is not lost: it is sent again when the restore goes on. {_STAYS}",
        "mend what the restore's message names, then press *Continue restore*.",
    ),
    errors.OutcomeUnknown: Advice(
        "A write was sent to Xero, and no answer says whether it was made.",
        f"Before anything more is written I look for it in the target, so nothing is written twice. {_STAYS}",
        "nothing while the restore goes on by itself. If its message says that it failed, press *Continue "
        "restore*: I look first.",
    ),
    errors.PlanVoided: Advice(
        "The copy, the target or the plan is no longer what was approved.",
        f"Nothing more is written: an approval holds for one plan only. {_STAYS}",
        "ask for it again with `/backup restore` or `/backup drill`: a new plan is made from how it is now.",
    ),
    errors.UnsafePlan: Advice(
        "There is no plan that would be safe, so none is offered for approval.",
        "Nothing was written.",
        "mend what the request's message names, then ask again with `/backup restore` or `/backup drill`.",
    ),
    errors.TargetBusy: Advice(
        "Something else works on the target just now: a backup of it, or another restore.",
        "Nothing is written as long as that lasts, and the approval stays good.",
        "nothing. The restore looks again every few minutes and begins by itself.",
    ),
    errors.Damaged: Advice(
        "Some stored copies are not as they were written, so Ledgerkeep has stopped writing.",
        "Nothing is overwritten or deleted until somebody has looked.",
        f"{_TELL} They can start with `ledgerkeep verify`.",
    ),
    errors.WrongKey: Advice(
        "The encryption key in use does not open the stored copies.",
        "The copies are not touched, but cannot be read until the right key is back.",
        f"{_TELL} They can start with `ledgerkeep keys status`.",
    ),
    errors.UnknownFormat: Advice(
        "The copies were written by a newer version of Ledgerkeep than this one.",
        "The copies are not touched.",
        f"{_TELL} Updating Ledgerkeep mends this.",
    ),
    errors.Misconfigured: Advice(
        "Ledgerkeep is not set up as it should be.",
        _STAND,
        f"{_TELL} They can start with `ledgerkeep doctor`.",
    ),
}
