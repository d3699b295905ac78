"""The bot as a process that waits little between tries: `python -m tests.faults.hasty_bot run`."""

from __future__ import annotations

from bot.__main__ import main
from jobs import clock, engine

if __name__ == "__main__":
    engine.PAUSES = (0.05, 0.05, 0.05, 0.05)
    clock.RECOVER_SECONDS = 0.5
    main()
