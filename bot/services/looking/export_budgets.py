"""The budgets of an export as files that Xero's Budget Manager imports: one file each."""

from __future__ import annotations

from bot.backup.budget_import import account_names, as_csv, budgets_in
from bot.services.looking.export_form import Contents
from bot.services.looking.export_names import Names
from bot.services.looking.export_place import FileWords, Source

FOLDER = "budgets-import"


def write_budgets(source: Source, _contents: Contents) -> list[FileWords]:
    """Write a file for each budget whose figures the snapshot holds."""
    names, files = Names(), list[FileWords]()
    accounts: dict[str, tuple[str, str]] | None = None
    for record in source.records("budget_lines"):
        for budget in (one for one in budgets_in(record.raw) if one.figures):
            if accounts is None:
                accounts = account_names(one.raw for one in source.records("accounts"))
            name = f"{FOLDER}/{names.give(f'{budget.name}.csv')}"
            put = source.put(name, [as_csv(budget, accounts)])
            words = {"file": name, "records": len(budget.figures), "sha256": put["sha256"]}
            files.append({**words, "budget": budget.budget_id})
    return files
