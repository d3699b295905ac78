"""A whole rehearsal, from the command to the comparison, with the file of its plan on the way."""

from __future__ import annotations

import io
import zipfile

from bot.domain.restore import RestoreState
from bot.domain.restore_plan import Action
from bot.services.restoring.plan_pages import PlanPages
from bot.views import ids
from tests.faults.restore_place import Place, in_office
from tests.scenario.office import ANA, FINANCE, PRIYA


def ask(place: Place) -> str:
    """Type /backup drill and send the form as it stands: the newest copy, the only target, everything."""
    place.office.slack.workspace.set_modals(ANA, [])
    assert place.office.slack.command(ANA, FINANCE, f"drill {place.source.name}").ok
    answer = place.office.slack.submit(ANA, place.drawn(ANA).id, {})
    assert answer.ok, answer
    (asked,) = place.restores.in_states({RestoreState.PLANNING})
    return asked.id


def plan_file(place: Place, restore_id: str) -> dict[str, str]:
    """Ask for the plan as a file while looking at it, and give the parts of the workbook."""
    message = place.message(restore_id)
    assert message is not None
    assert place.office.slack.click(PRIYA, FINANCE, message, ids.REVIEW_PLAN).ok
    place.drawn(PRIYA)
    assert place.office.slack.click_in_modal(PRIYA, ids.PLAN_FILE).ok
    assert place.wait(lambda: bool(place.files(PRIYA, restore_id)), 30)
    im = place.office.slack.workspace.direct(PRIYA, place.office.slack.app.user_id).id
    (file,) = [file for one in place.office.slack.messages(im, PRIYA) for file in one.files]
    with zipfile.ZipFile(io.BytesIO(file.content or b"")) as packed:
        return {name: packed.read(name).decode() for name in packed.namelist()}


def test_rehearsal_when_carried_out_then_it_is_written_compared_and_called_a_rehearsal() -> None:
    with in_office() as place:
        target = place.open_target()
        restore_id = ask(place)
        assert place.restores.get(restore_id).target_id == target.id
        place.permit(restore_id)
        plan = place.until(restore_id, {RestoreState.WAITING}).plan
        assert plan is not None
        place.says(restore_id, "Waits for approval: restore rehearsal")
        pages = PlanPages(place.parts.db, place.parts.ring)
        steps = list(pages.steps(restore_id))
        assert sum(one.writes for one in steps) >= plan.total(Action.CREATE)
        book = plan_file(place, restore_id)
        assert book["xl/worksheets/sheet8.xml"].count("<row ") == len(steps) + 2
        named = next(one.name for one in steps if one.kind == "contacts")
        assert named in book["xl/worksheets/sheet8.xml"]
        assert list(place.targets[target.id].writes) == []
        place.approve(restore_id)
        place.until(restore_id, {RestoreState.DONE, RestoreState.UNPROVEN}, seconds=90)
        place.says(restore_id, "restore rehearsal")
        assert pages.drop_old() > 0
        assert list(pages.steps(restore_id)) == []
