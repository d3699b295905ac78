"""What one element's writing knows of its surroundings."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from bot.sandbox.xero.organisation import PretendOrganisation


@dataclass(slots=True, kw_only=True)
class Act:
    """One element being written: where, with which verb, what the query asked for, and warnings so far."""

    org: PretendOrganisation
    creating: bool
    four_decimals: bool = False
    backorders: bool = False
    path_id: str = ""
    warnings: list[str] = field(default_factory=list)

    @property
    def today(self) -> date:
        """Give the organisation's day."""
        return self.org.now().date()

    @property
    def region(self) -> str:
        """Give the region: AU, NZ, UK, US or GLOBAL."""
        return str(self.org.about["Version"]).removesuffix("ONRAMP")

    def warn(self, message: str) -> None:
        """Note a warning; the element is written all the same."""
        self.warnings.append(message)
