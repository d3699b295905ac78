"""Whatever stands in a name: Slack takes the settings messages and modals, and nothing gets through."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.access import ApproverList, UserGroup
from bot.domain.settings import DigestSettings, Extra, Retention
from bot.views import ids
from bot.views import settings as views
from bot.views import settings_extras as extras
from bot.views import settings_home as home
from bot.views import settings_keeping as keeping
from bot.views import settings_people as people
from bot.views import settings_times as times
from bot.views.check import check_message, check_view
from bot.views.message import Message
from tests.unit.views.cases import Drawn
from tests.unit.views.cases_settings import CHOSEN, QUIET, WORKSPACE, of, overview
from tests.unit.views.samples import AT, organisation
from tests.unit.views.test_law import MARKUP, TEXTS, elements


def drawings(text: str, count: int) -> Iterator[Drawn]:
    named = ApproverList(users=(text,) * min(count, 20), groups=(text,) * count, is_default=False)
    yield overview([of(text, CHOSEN, held=True)] * count, WORKSPACE)
    yield views.saved(text and "Saved.", "Saved.")
    yield views.schedule_changed(text, CHOSEN, by=text, now=AT)
    yield views.retention_changed(text, Retention(), held=bool(count), by=text)
    yield views.digest_here(by=text)
    yield times.schedule_modal(text, CHOSEN, QUIET, now=AT, ref="org-1.abc")
    yield times.digest_modal(DigestSettings(channel=text[:9]), "UTC", next_at=AT, now=AT, ref="w.abc")
    yield keeping.retention_modal(text, Retention(), held=bool(count), ref="org-1.abc.0")
    yield people.approvers_modal(
        ApproverList(), [UserGroup(id=f"S{n}", name=text, handle=text) for n in range(count)], ref="w.abc"
    )
    yield people.who_may_approve(named)
    yield extras.extras_modal(organisation(text), tuple(Extra)[:count], tuple(Extra), None, ref="org-1.abc")
    yield extras.extras_saved(organisation(text), tuple(Extra), tuple(Extra)[:count])
    yield extras.extras_changed(text, tuple(Extra)[:count], by=text)
    yield home.home_modal(text, "C1", ref="org-1.abc")
    yield home.at_home_now(text, by=text, before=text)
    yield home.moved_away(text, by=text, to=text)
    yield home.moved(text, to=text)
    yield home.hand_over(text, "org-1", home=text, here="C1")


@settings(max_examples=20, deadline=None)
@given(TEXTS, st.sampled_from([0, 1, 7, 60]))
def test_settings_when_any_text_fills_them_then_slack_takes_them_and_nothing_gets_through(
    text: str, count: int
) -> None:
    for drawn in drawings(text, count):
        payload = drawn.payload if isinstance(drawn, Message) else drawn
        assert (check_message(payload) if isinstance(drawn, Message) else check_view(payload)) == []
        for part in elements(payload):
            if part.get("type") == "mrkdwn":
                assert not MARKUP.search(part["text"])
            if part.get("type") == "plain_text":
                assert "<" not in part["text"]


def test_modals_when_listed_then_each_has_a_form() -> None:
    from handlers.settings_forms import FORMS

    mine = {getattr(ids, one) for one in dir(ids) if one.endswith("_MODAL")}
    assert set(FORMS) <= mine
