"""The command line: one small module per noun. Says what services and vault found; decides no rule itself.

Nothing heavy is imported before a command runs, so that `ledgerkeep --help` answers at once.
"""

from __future__ import annotations

from typing import Any

import typer

from bot.cli import (
    audit,
    backing_up,
    checking,
    differing,
    doctor,
    export,
    keys,
    listing,
    looking,
    pruning,
    restores,
    running,
)

EPILOG = (
    "Exit codes: 0 done, 1 failed, 2 wrong use or settings, 3 a snapshot was made, with gaps, 4 damaged data "
    "found, 5 another process holds the data folder. Settings come from the environment or a .env file."
)


def command() -> Any:
    """Build the command with all its sub-commands."""
    app = typer.Typer(
        name="ledgerkeep",
        help="Keep encrypted backups of Xero organisations, from Slack.",
        epilog=EPILOG,
        add_completion=False,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    )
    looking_back = (listing, differing, looking)
    for module in (
        running,
        doctor,
        *looking_back,
        backing_up,
        checking,
        pruning,
        export,
        restores,
        audit,
        keys,
    ):
        module.add(app)
    return typer.main.get_command(app)
