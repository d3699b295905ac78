"""Make the file of a plan for who asked for it; what goes wrong is told to them. Decides no right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.errors import LedgerkeepError
from bot.services.restoring.plan_files import PlanFiles
from bot.views.trouble import advice
from jobs.engine import Steps


class PlanFileJob:
    """From the click to the file, or to a sentence why there is none."""

    def __init__(self, files: PlanFiles) -> None:
        self._files = files

    def run(self, steps: Steps, args: Mapping[str, Any]) -> None:
        """Do it; what goes wrong is told to the person, never raised."""
        try:
            steps.run("hand over", lambda: self._files.hand_over(*_whom(args)))
        except LedgerkeepError as error:
            why = _why(error)
            steps.run("fail", lambda: self._files.fail(*_whom(args), why))

    def broken(self, args: Mapping[str, Any], error: LedgerkeepError | None) -> None:
        """Tell the person of a defect of our own."""
        self._files.fail(*_whom(args), _why(error or LedgerkeepError()))


def _whom(args: Mapping[str, Any]) -> tuple[str, str, str]:
    return str(args["restore"]), str(args["person"]), str(args["asked"])


def _why(error: LedgerkeepError) -> str:
    return str(error) or advice(error).what
