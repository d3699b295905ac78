"""The file an export is written to: for its owner only, and never over what is there."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.services.looking.export_place import private_file


@pytest.fixture
def generous_mask() -> Iterator[None]:
    """Let every new file be readable by everybody, unless it is made otherwise."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("generous_mask")
def test_private_file_when_the_mask_lets_everybody_read_then_only_the_owner_can(tmp_path: Path) -> None:
    path = tmp_path / "accounts.jsonl"
    with private_file(path) as file:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        file.write(b"{}\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_bytes() == b"{}\n"


@pytest.mark.parametrize("is_link", [False, True])
def test_private_file_when_something_is_there_then_it_is_left_alone(tmp_path: Path, is_link: bool) -> None:
    kept, path = tmp_path / "kept", tmp_path / "accounts.jsonl"
    kept.write_bytes(b"kept")
    if is_link:
        path.symlink_to(kept)
    else:
        kept.rename(path)
    with pytest.raises(FileExistsError), private_file(path):
        pass
    assert path.read_bytes() == b"kept"
