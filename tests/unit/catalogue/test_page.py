from __future__ import annotations

from pathlib import Path

from bot.catalogue import MISSING, RESOURCES, SIZE_LIMITS, backup_scopes
from bot.catalogue.page import coverage_page, write

DOCS = Path(__file__).parents[3] / "docs" / "coverage.md"


def test_coverage_page_in_the_docs_is_the_one_the_catalogue_gives() -> None:
    assert DOCS.read_text(encoding="utf-8") == coverage_page(), (
        "docs/coverage.md is stale: run `python -m bot.catalogue.page docs/coverage.md`"
    )


def test_coverage_page_names_everything() -> None:
    page = coverage_page()
    assert [
        entry.key for entry in RESOURCES.values() if f"`{entry.key}`" not in page and entry.title not in page
    ] == []
    assert [gap.key for gap in MISSING.values() if gap.title not in page] == []
    assert [limit.key for limit in SIZE_LIMITS if f"{limit.limit:,}" not in page] == []
    assert [scope for scope in backup_scopes() if f"`{scope}`" not in page] == []


def test_coverage_page_has_as_many_cells_in_each_row_of_a_table() -> None:
    tables = [part.splitlines() for part in coverage_page().split("\n\n") if part.startswith("| ")]
    assert len(tables) == 10
    for table in tables:
        assert len(table) > 2
        assert len({line.replace("\\|", "").count("|") for line in table}) == 1, table[0]


def test_coverage_page_is_the_same_each_time() -> None:
    assert coverage_page() == coverage_page()


def test_write_puts_the_page_into_the_file(tmp_path: Path) -> None:
    write(tmp_path / "coverage.md")
    assert (tmp_path / "coverage.md").read_text(encoding="utf-8") == coverage_page()
