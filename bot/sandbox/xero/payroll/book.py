"""What one payroll holds: its lists, its single objects, what hangs on each employee. Speaks no HTTP."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.sandbox.xero.wire import Fields


@dataclass(slots=True, kw_only=True)
class Table:
    """One list: its path, how its answers name the list and one record, which scope opens it.

    `rows` are whole; fields in `by_id_only` are left out of the list. A list with `within` shows only the
    records of one other, which the query names by that parameter.
    """

    path: str
    plural: str
    single: str
    id_field: str
    scope: str
    rows: list[Fields] = field(default_factory=list)
    by_id_only: frozenset[str] = frozenset()
    within: str = ""

    def row(self, record_id: str) -> Fields | None:
        """Find a record by its id."""
        return next((one for one in self.rows if one[self.id_field] == record_id), None)

    def listed(self, row: Fields) -> Fields:
        """Give a record as the list shows it."""
        return {name: value for name, value in row.items() if name not in self.by_id_only}

    def of(self, other: str) -> list[Fields]:
        """Give the records that belong to another, by its id."""
        name = self.within[:1].lower() + self.within[1:]
        return [row for row in self.rows if row.get(name) == other]


@dataclass(slots=True, kw_only=True)
class Part:
    """Something that is no list of its own: a single object, or what hangs on one employee."""

    name: str
    value: Fields | list[Fields]
    scope: str
    paged: bool = False


@dataclass(slots=True, kw_only=True)
class PayrollBook:
    """The payroll of one organisation; paths are kept in lower case, as Xero does not mind the case."""

    country: str
    tables: dict[str, Table] = field(default_factory=dict)
    singles: dict[str, Part] = field(default_factory=dict)
    hanging: dict[str, dict[str, Part]] = field(default_factory=dict)  # by the employee's id

    def add(self, *tables: Table) -> None:
        """Add lists."""
        self.tables |= {table.path.lower(): table for table in tables}

    def table(self, path: str) -> Table:
        """Give a list; raises KeyError."""
        return self.tables[path.lower()]

    def change(self, path: str, record_id: str, **fields: object) -> None:
        """Set fields of a record; raises KeyError where there is none."""
        row = self.table(path).row(record_id)
        if row is None:
            raise KeyError(f"{path} {record_id}")
        row.update(fields)

    def vanish(self, path: str, record_id: str) -> None:
        """Take a record away without a trace."""
        table = self.table(path)
        table.rows = [row for row in table.rows if row[table.id_field] != record_id]


NewId = Callable[[], str]
