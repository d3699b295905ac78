"""Build what people in Slack ask and decide about restores. Decides nothing."""

from __future__ import annotations

from bot.app.reach import Reach
from bot.app.services import Services
from bot.parts import Parts
from bot.services.access import Access
from bot.services.desk import RestoreDesk
from bot.services.restoring.approving import Approving
from bot.services.restoring.choosing import Choosing
from bot.services.restoring.deciders import Deciders
from bot.services.restoring.gate import Gate
from bot.services.restoring.permitting import Permitting
from bot.services.restoring.plan_asking import PlanAsking
from bot.services.restoring.requesting import Requesting
from bot.services.restoring.restores import Restores
from bot.services.restoring.steering import Steering
from bot.services.restoring.telling import Telling


def build_restore_desk(parts: Parts, reach: Reach, services: Services, access: Access) -> RestoreDesk:
    """Put together what the handlers of restores ask."""
    restores = Restores(parts.db, parts.ring, parts.now)
    choosing = Choosing(
        access=access,
        organisations=parts.organisations,
        runs=parts.runs,
        books=parts.books,
        restores=restores,
    )
    gate = _gate(parts, access, restores)
    deciders = Deciders(
        parts.db, access=access, audit=parts.audit, allow_self=parts.settings.allow_self_approval
    )
    steering = _steering(parts, reach, deciders, gate, restores=restores)
    return RestoreDesk(
        choosing=choosing,
        requesting=_requesting(parts, reach, access, choosing, restores=restores),
        approving=Approving(
            parts.db,
            access=access,
            choosing=choosing,
            deciders=deciders,
            gate=gate,
            organisations=parts.organisations,
            restores=restores,
            steering=steering,
            now=parts.now,
        ),
        steering=steering,
        gate=gate,
        plan_asking=PlanAsking(parts.db, gate=gate, queue=reach.queue, now=parts.now),
        telling=_telling(parts, reach, services, restores),
    )


def _gate(parts: Parts, access: Access, restores: Restores) -> Gate:
    return Gate(
        parts.db,
        access=access,
        audit=parts.audit,
        organisations=parts.organisations,
        restores=restores,
        now=parts.now,
    )


def _steering(parts: Parts, reach: Reach, deciders: Deciders, gate: Gate, *, restores: Restores) -> Steering:
    return Steering(
        parts.db,
        deciders=deciders,
        gate=gate,
        restores=restores,
        runs=parts.runs,
        queue=reach.queue,
        now=parts.now,
    )


def _requesting(
    parts: Parts, reach: Reach, access: Access, choosing: Choosing, *, restores: Restores
) -> Requesting:
    return Requesting(
        parts.db,
        access=access,
        audit=parts.audit,
        choosing=choosing,
        restores=restores,
        queue=reach.queue,
        now=parts.now,
    )


def build_permitting(parts: Parts, reach: Reach, services: Services, access: Access) -> Permitting:
    """Put together what takes permissions to write; requests that waited for one go on by themselves."""
    desk = build_restore_desk(parts, reach, services, access)
    restores = Restores(parts.db, parts.ring, parts.now)

    def go_on(organisation_id: str) -> None:
        desk.requesting.permitted(organisation_id)
        for restore in restores.waiting_for(organisation_id):
            desk.telling.show(restore)

    return Permitting(
        parts.db, audit=parts.audit, consents=reach.consents, xero=reach.xero, go_on=go_on, now=parts.now
    )


def _telling(parts: Parts, reach: Reach, services: Services, restores: Restores) -> Telling:
    return Telling(
        restores=restores,
        organisations=parts.organisations,
        runs=parts.runs,
        settings=services.settings,
        posts=reach.posts,
    )
