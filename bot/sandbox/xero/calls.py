"""What the pretend Xero remembers of calls, so that tests can prove what was asked and what never was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

DATA_APIS = ("/api.xro/", "/files.xro/", "/assets.xro/", "/projects.xro/")


@dataclass(frozen=True, slots=True)
class Call:
    """One call as the server saw it; `bytes` is what went over the wire as body."""

    at: datetime
    method: str
    path: str
    query: str
    status: int
    tenant_id: str
    bytes: int

    @property
    def is_write(self) -> bool:
        """Tell whether the call could have changed an organisation, had it been let."""
        return self.method != "GET" and self.path.startswith(DATA_APIS)
