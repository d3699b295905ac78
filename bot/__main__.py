"""The program's front door: run a command, turn how it ended into a sentence and an exit code.

Exit codes: 0 done, 1 failed, 2 wrong use or settings, 3 a snapshot with gaps, 4 damaged data found, 5 another
process holds the data folder.
"""

from __future__ import annotations

import secrets
import sys
from collections.abc import Sequence

from bot.errors import (
    AmbiguousOrganisation,
    Damaged,
    LedgerkeepError,
    Misconfigured,
    UnknownFormat,
    UnknownOrganisation,
    UnknownSnapshot,
    WrongKey,
)

FAILED, WRONG_USE, DAMAGED = 1, 2, 4
_WRONG_WORDS = (UnknownOrganisation, AmbiguousOrganisation, UnknownSnapshot)


def main(args: Sequence[str] | None = None) -> None:
    """Run one command of the command line and end the process with its exit code."""
    from bot.cli import command

    try:
        command()(args=None if args is None else list(args), prog_name="ledgerkeep")
    except LedgerkeepError as error:
        sys.exit(_tell(error))
    except Exception:  # noqa: BLE001 - the last place that can; it is logged with its frames
        sys.exit(_tell_defect())


def exit_code(error: LedgerkeepError) -> int:
    """Give the exit code an error ends the program with."""
    if isinstance(error, Misconfigured):
        return error.exit_code
    if isinstance(error, WrongKey | UnknownFormat):
        return WRONG_USE  # nothing is damaged: the keys, or this program, do not fit the data
    if isinstance(error, Damaged):
        return DAMAGED
    return WRONG_USE if isinstance(error, _WRONG_WORDS) else FAILED


def sentences(error: LedgerkeepError) -> list[str]:
    """Say an error in whole sentences, one line each."""
    from bot.cli.shown import clean

    if isinstance(error, Misconfigured):
        return [str(one) for one in error.problems]
    if isinstance(error, UnknownOrganisation):
        near = ", ".join(clean(one) for one in error.near)
        return [f"{error} Did you mean: {near}?" if near else f"{error} `ledgerkeep orgs` lists them."]
    if isinstance(error, AmbiguousOrganisation):
        names = ", ".join(clean(one) for one in error.names)
        return [f"{error} Say which, or give its id as `ledgerkeep orgs` shows it: {names}."]
    return [str(error) or f"This did not work ({type(error).__name__})."]


def _tell(error: LedgerkeepError) -> int:
    for line in sentences(error):
        print(line, file=sys.stderr)  # noqa: T201 - the program's last word
    return exit_code(error)


def _tell_defect() -> int:
    """Log the frames of what must not happen, and give people a reference to quote."""
    from bot.log import get_logger

    reference = secrets.token_hex(4).upper()
    get_logger(__name__).exception("command_broken", reference=reference)
    print(  # noqa: T201 - the program's last word
        f"Something went wrong inside Ledgerkeep; nothing more was done. Reference {reference}: the lines "
        "above say where.",
        file=sys.stderr,
    )
    return FAILED


if __name__ == "__main__":
    main()
