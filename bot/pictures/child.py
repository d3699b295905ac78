"""Have a picture drawn in a process of its own, one at a time, within a time limit.

The process is told the chart and nothing else: no setting, no key, no token is in its environment.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import msgspec

from bot.errors import Transient
from bot.log import get_logger
from bot.pictures.growth import Chart

log = get_logger(__name__)
SECONDS = 20.0  # it takes under one; a busy machine may need longer
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PASSED_ON = ("PATH", "PYTHONPATH", "SYSTEMROOT", "LD_LIBRARY_PATH")
_ONE_AT_A_TIME = threading.Lock()


def render(chart: Chart, *, seconds: float = SECONDS) -> bytes:
    """Draw a chart as PNG, 1200 pixels wide; raises Transient when that fails or takes too long."""
    command = [sys.executable, "-m", "bot.pictures.draw"]
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    try:
        with _ONE_AT_A_TIME:
            done = subprocess.run(  # our own module, no shell
                command,
                input=msgspec.json.encode(chart),
                capture_output=True,
                timeout=seconds,
                check=False,
                env=environment,
            )
    except (OSError, subprocess.SubprocessError) as error:
        log.warning("picture_not_drawn", error=type(error).__name__)
        raise Transient("The picture could not be drawn.") from None
    if done.returncode or not done.stdout.startswith(_SIGNATURE):
        log.warning("picture_not_drawn", code=done.returncode)
        raise Transient("The picture could not be drawn.")
    return done.stdout
