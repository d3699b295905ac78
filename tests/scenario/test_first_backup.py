"""The thread of the product: link, back up, read the summary, ask what is not covered."""

from __future__ import annotations

from tests.scenario.office import FINANCE, Office


def test_a_stranger_links_backs_up_and_reads_a_summary(desk: Office) -> None:
    desk.link("lively")
    summary = desk.text(desk.back_up())
    assert "Complete: backup of Harbour & Sons Trading Ltd" in summary
    assert "Invoices and bills" in summary
    assert "Not read by this version yet" not in summary  # in the UK all that an app may read is read
    assert "Snapshot #1" in summary


def test_a_second_backup_of_unchanged_books_says_nothing_changed(desk: Office) -> None:
    desk.link("nz")
    desk.back_up()
    second = desk.text(desk.back_up())
    assert "Snapshot #2" in second
    assert "new" not in second.split("Check")[0].casefold().replace("nz", "")


def test_running_message_is_replaced_by_the_summary(desk: Office) -> None:
    desk.link("nz")
    message = desk.back_up()
    posted = [
        one for one in desk.slack.messages(FINANCE) if one.only_for is None and "acking up" in desk.text(one)
    ]
    assert not posted
    assert message.is_edited
