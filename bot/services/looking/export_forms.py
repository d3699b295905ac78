"""The forms of an export that people may choose."""

from __future__ import annotations

from collections.abc import Mapping

from bot.services.looking.export_books import write_workbook
from bot.services.looking.export_budgets import write_budgets
from bot.services.looking.export_contents import write_contents_book
from bot.services.looking.export_form import Form
from bot.services.looking.export_lines import write_lines
from bot.services.looking.export_tables import write_tables

LINES = Form("jsonl", write_lines)
TABLES = Form("csv", write_tables, (write_budgets,))
BOOKS = Form("xlsx", write_workbook, (write_budgets, write_contents_book))
FORMS: Mapping[str, Form] = {one.name: one for one in (LINES, TABLES, BOOKS)}
