"""Keep libraries out of memory that another one loads and this bot hardly ever uses.

What is postponed is loaded at its first use, wherever that is, and behaves from then on as if it had been
there. Knows names of modules only.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any

_ASKED_OF_ALL = frozenset({"__path__", "__file__", "__wrapped__"})  # by Python itself, of what lies about


class _Postponed(ModuleType):
    """Stands for a module until something of it is wanted."""

    def __getattr__(self, name: str) -> Any:
        if name in _ASKED_OF_ALL:
            raise AttributeError(name)
        waiting: dict[str, ModuleType] = self.__dict__["_waiting"]
        if name in waiting:
            return waiting[name]
        return getattr(_real(self.__name__), name)


def postpone(name: str, *children: str) -> None:
    """Load a module at its first use; `children` are those of its modules that may be named before that.

    Others of its modules cannot be imported before.
    """
    if name not in sys.modules:
        sys.modules[name] = _stand_in(name, {one: _stand_in(f"{name}.{one}", {}) for one in children})


@contextmanager
def without(name: str) -> Iterator[None]:
    """Let what is imported inside the block do without a library that it only uses where there is one."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]  # how Python marks what cannot be imported
    try:
        yield
    finally:
        del sys.modules[name]


def _stand_in(name: str, waiting: dict[str, ModuleType]) -> ModuleType:
    made = _Postponed(name)
    made.__dict__["_waiting"] = waiting
    return made


def _real(name: str) -> ModuleType:
    top = name.partition(".")[0]
    if isinstance(sys.modules.get(top), _Postponed):
        del sys.modules[top]
    return import_module(name)
