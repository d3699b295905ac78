"""Composition root: the only place that knows everyone. Builds the parts from settings; decides nothing.

`reach` is what leads outside (Slack, Xero, the list of work), `services` the use cases, `jobs` what is done
later, `desk` what Slack's handlers ask, `worker` the life of it all.
"""

from __future__ import annotations

from bot.app.worker import Worker

__all__ = ["Worker"]
