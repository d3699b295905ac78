"""Tune the interpreter and the C library for a long-running process with many threads. Knows nothing else."""

from __future__ import annotations

import ctypes
import gc
import os
import sys

# How long a thread that computes may keep others waiting. Python's own 5 ms, some hundred times in one
# command, make a person wait for a second while backups work (bench/acknowledge.py).
SWITCH_SECONDS = 0.0005
# glibc gives threads memory pools of their own and hands little of them back: with threads that come and go,
# 25 small backups were measured to grow the process from 140 to 280 MB; with two pools it stays at 165.
POOLS = 2
_M_ARENA_MAX = -8  # mallopt(3)


def settle() -> None:
    """Apply all of it; where the C library is another one, memory stays as it is."""
    sys.setswitchinterval(SWITCH_SECONDS)
    os.umask(0o077)  # whatever is written is for this user alone, also in a folder that others may enter
    try:
        limit = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError, TypeError):
        return
    limit(_M_ARENA_MAX, POOLS)


def begun() -> None:
    """Take all that is there by now for what stays: full searches for garbage no longer go through it.

    To be called once, when a process has started: it walks some 150,000 objects that never go, up to a tenth
    of a second at a time, during which nothing else runs.
    """
    gc.collect()
    gc.freeze()
