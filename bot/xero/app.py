"""Our app as Xero knows it, and where Xero is. Values only; settings arrive here as arguments."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class XeroApp:
    """Credentials, addresses and tier of the app; `minute_seconds` is Xero's minute, shorter only in tests.

    `fill_calls` are the most that one run spends on what hangs on single records; None: what the day leaves.

    Limits per organisation: 60 calls a minute, 5,000 a day (1,000 on the Starter tier), 5 at once
    (developer.xero.com/faq/limits).
    """

    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str
    login_url: str = "https://login.xero.com"
    identity_url: str = "https://identity.xero.com"
    api_url: str = "https://api.xero.com"
    calls_per_minute: int = 60
    calls_per_day: int = 5000
    concurrency: int = 5
    fill_calls: int | None = None
    minute_seconds: float = 60.0
    timeout_seconds: float = 30.0
