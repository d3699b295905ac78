"""The scripted demo: the same sandbox, driven by a script, not by a person; prints every message as text.

Here is the order of the steps; what each does and must show is in bot/touring.
"""

from __future__ import annotations

import subprocess
import zipfile
from collections.abc import Callable

from bot.demo import Demo
from bot.sandbox.xero import ConsentRefused
from bot.touring.backups import Backups
from bot.touring.copies import Copies
from bot.touring.restores import Restores
from bot.touring.visit import Say, TourFailed, Visit

__all__ = ["Tour", "TourFailed"]

# What a step may end with when the product does not do what it should; anything else is a fault of the tour.
_FAILURES = (TourFailed, ConsentRefused, LookupError, OSError, subprocess.TimeoutExpired, zipfile.BadZipFile)
Step = tuple[str, Callable[[], object]]


class Tour:
    """Walks through the product, step by step."""

    def __init__(self, demo: Demo, say: Say) -> None:
        visit = Visit(demo, say)
        self._say, self._backups, self._restores = say, Backups(visit), Restores(visit)
        self._copies = Copies(visit)

    def run(self) -> list[str]:
        """Take every step; gives their names. Raises TourFailed, which names the step."""
        done = []
        for name, step in self._steps():
            self._say(f"\n### {name}\n")
            try:
                step()
            except _FAILURES as failed:
                raise TourFailed(f"{name}: {failed}") from failed
            done.append(name)
        return done

    def _steps(self) -> list[Step]:
        backups, copies = self._backups, self._copies
        return [
            ("connect an organisation", backups.connect),
            ("back it up now", backups.back_up),
            ("ask what isn't covered", backups.coverage),
            ("look at what is read beside the books, and what it costs", backups.beside),
            ("let a night pass", backups.night),
            ("look at what is worth a look", backups.worth_a_look),
            ("see what changed", backups.changes),
            ("find a record in the copies", copies.find),
            ("find it as it was on an earlier day", copies.find_earlier),
            ("see its earlier versions", copies.versions),
            ("let a quiet night pass", backups.quiet_night),
            ("ask in the channel", backups.ask),
            ("ask how far history is", backups.ask_how_far),
            ("ask in a direct message, and ask on", backups.talk),
            ("open Home", backups.home),
            ("fetch an export", copies.export),
            ("fetch it for Excel", copies.export_for_excel),
            ("back up while Xero withholds the purchase orders", backups.back_up_with_a_gap),
            ("look at status and history", backups.status),
            ("check the copies from the command line", copies.verify),
            ("take a copy out as files", copies.export_as_files),
            *self._steps_of_a_restore(),
            ("change when backups run", backups.settings),
            ("try to disconnect without the right to", backups.refused),
            ("disconnect and keep the copies", backups.disconnect),
        ]

    def _steps_of_a_restore(self) -> list[Step]:
        restores = self._restores
        return [
            ("ask for a restore into another region", restores.elsewhere),
            ("connect a new organisation and prepare it by hand", restores.prepare),
            ("ask for a restore into it", restores.request),
            ("let it be written to", restores.permit),
            ("try to approve one's own request", restores.own),
            ("approve as a second person", restores.approve),
            ("wait until it is written and compared", restores.compare),
            ("open the report", restores.report),
            ("list restores from the command line", restores.listed),
            ("let another night pass", restores.digest),
        ]
