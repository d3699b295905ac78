"""Say loudly which tests failed and get a second go, alone; refuse when they are too many for bad luck.

`make test` asks this after a run that failed. A busy machine may make a test late that is right. What fails
twice fails the build, and what needed a second go is to be mended all the same.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

FEW = 5


def main(noted: Path) -> int:
    """Give 0 when the failed tests may run again, 1 when not."""
    failed = sorted(json.loads(noted.read_text())) if noted.exists() else []
    line = "!" * 100
    if not 0 < len(failed) <= FEW:
        _say(line, f"{len(failed)} TESTS FAILED: no second go, that is for {FEW} at most.", line)
        return 1
    _say(
        line,
        f"SECOND GO, ALONE, FOR {len(failed)} THAT FAILED; mend them even if they pass now:",
        *failed,
        line,
    )
    return 0


def _say(*lines: str) -> None:
    sys.stdout.write("\n" + "\n".join(lines) + "\n\n")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
