"""A list that holds the worst, and counts that hold all."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.proof import Finding
from bot.restore.proof.worst import RANK, Worst


@given(st.lists(st.tuples(st.sampled_from(Finding), st.integers(-3, 3)), max_size=60), st.integers(1, 10))
def test_entries_when_more_come_than_fit_then_the_worst_are_kept_in_order(
    given_: list[tuple[Finding, int]], most: int
) -> None:
    kept = Worst[int](most)
    for at, (finding, weight) in enumerate(given_):
        kept.add(finding, at, weight)
    order = sorted(range(len(given_)), key=lambda at: (RANK[given_[at][0]], given_[at][1], at))
    assert kept.entries() == order[:most]
    assert kept.counts.total() == len(given_)
