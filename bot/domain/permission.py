"""What we may do in an organisation at Xero, as people have to know it. Values only."""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    """May a restore write to its target?"""

    TO_WRITE = "to write"
    TO_READ = "to read"  # nobody let us write yet, or the last consent was for reading
    LOST = "lost"  # Xero no longer lets us in
    UNLINKED = "unlinked"  # a person ended the link

    @property
    def is_one_consent_away(self) -> bool:
        """Say whether a consent to write mends it: that connects a lost organisation, too."""
        return self in {Permission.TO_READ, Permission.LOST}
