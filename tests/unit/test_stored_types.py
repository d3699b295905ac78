"""Every dataclass that is read from JSON is learnt before there are threads."""

from __future__ import annotations

import re
from pathlib import Path

from bot import stored_types

CODE = Path(__file__).parents[2] / "bot"
READ = re.compile(r"msgspec\.(?:convert\([^\n]*, |json\.decode\([^\n]*type=)(?:tuple\[|list\[)?([A-Z]\w+)")
NO_DATACLASS = {"Chart", "Raw"}  # read by a process of its own with one thread; msgspec's own


def test_dataclass_that_is_read_from_json_is_among_the_learnt() -> None:
    read = {name for path in CODE.rglob("*.py") for name in READ.findall(path.read_text())}
    learnt = {one.__name__ for one in stored_types.STORED}
    assert len(read) > 5, "the test looks at nothing"
    assert read - NO_DATACLASS <= learnt


def test_learn_when_done_then_msgspec_knows_them() -> None:
    stored_types.learn()
    assert all(hasattr(one, "__msgspec_cache__") for one in stored_types.STORED)
