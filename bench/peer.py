"""The environment of the loop that stands beside the bot: made once, from pins, apart from the bot's own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PINS = HERE / "peer-requirements.txt"
FOLDER = HERE / ".peer"


def peer_python() -> Path:
    """Give the interpreter of the environment, making it anew when its pins have changed."""
    python, stamp = FOLDER / "bin" / "python", FOLDER / "made-from.txt"
    if not stamp.exists() or stamp.read_text() != PINS.read_text():
        print("Installing xero-python into an environment of its own (once) …", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", FOLDER], check=True)
        pip = [python, "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "-qq"]
        subprocess.run([*pip, "--require-hashes", "-r", PINS], check=True)
        stamp.write_text(PINS.read_text())
    return python
