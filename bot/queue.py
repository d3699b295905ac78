"""Ask for durable work. Knows names and keys of jobs, never what they do: jobs/engine.py runs them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dbos import DBOSClient, DBOSPortableJSONSerializer
from sqlalchemy import create_engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from bot.errors import Transient

# What the engine lets through when its database takes or gives nothing.
STORE_TROUBLE = SQLAlchemyError
QUEUE_NAME = "organisation-jobs"
WORKFLOW_NAME = "work"
APP_NAME = "ledgerkeep"
# Raised only when the order of steps of a job changes: then older work is not resumed half-way.
APP_VERSION = "work-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One job to be asked for together with others; as the arguments of `Queue.enqueue`."""

    kind: str
    organisation: str
    key: str
    args: Mapping[str, Any]


class Queue:
    """Hands work to whichever process runs the engine on the same database."""

    def __init__(self, url: str) -> None:
        self._client = DBOSClient(
            system_database_url=url, serializer=DBOSPortableJSONSerializer(), application_name=APP_NAME
        )
        self._engine = create_engine(_with_driver(url), poolclass=NullPool)  # for many asks at once

    def enqueue(
        self, kind: str, *, organisation: str, key: str, args: Mapping[str, Any], delay_seconds: float = 0.0
    ) -> None:
        """Ask for one job; the same key asked twice runs once.

        Jobs of one organisation run one at a time. `args` must be small JSON: ids, never records or tokens.
        """
        options = _options(organisation, key)
        if delay_seconds > 0:
            options["delay_seconds"] = delay_seconds
        try:
            self._client.enqueue(options, kind, json.dumps(dict(args), sort_keys=True))  # type: ignore[arg-type]
        except SQLAlchemyError as error:
            raise Transient("The list of work cannot be written right now.") from error

    def enqueue_all(self, asks: Sequence[Ask]) -> None:
        """Ask for several jobs in one transaction: all or none, and a third of the cost. Raises Transient."""
        try:
            with self._engine.begin() as connection:
                for one in asks:
                    self._client.enqueue_in_transaction(
                        connection,
                        _options(one.organisation, one.key),  # type: ignore[arg-type]
                        one.kind,
                        json.dumps(dict(one.args), sort_keys=True),
                    )
        except SQLAlchemyError as error:
            raise Transient("The list of work cannot be written right now.") from error

    def status(self, key: str) -> str:
        """Give the engine's word for a job, e.g. "PENDING" or "SUCCESS"; "" when it was never asked for."""
        found = self._client.list_workflows(workflow_ids=[key], load_input=False, load_output=False)
        return found[0].status if found else ""

    def has_work(self, prefix: str) -> bool:
        """Say whether a job whose key begins so waits, is delayed or runs. Raises Transient."""
        try:
            found = self._client.list_workflows(
                workflow_id_prefix=prefix,
                status=["PENDING", "ENQUEUED", "DELAYED"],
                load_input=False,
                load_output=False,
                limit=1,
            )
        except SQLAlchemyError as error:
            raise Transient("The list of work cannot be read right now.") from error
        return bool(found)

    def running(self) -> dict[str, str]:
        """Name every job that a worker holds, and the worker. Raises Transient."""
        try:
            found = self._client.list_workflows(
                queue_name=QUEUE_NAME, status="PENDING", load_input=False, load_output=False
            )
        except SQLAlchemyError as error:
            raise Transient("The list of work cannot be read right now.") from error
        return {one.workflow_id: one.executor_id or "" for one in found}

    def ask_again(self, keys: Sequence[str]) -> None:
        """Let any worker go on with jobs whose worker is gone. Raises Transient."""
        try:
            self._client.resume_workflows(list(keys), queue_name=QUEUE_NAME)
        except SQLAlchemyError as error:
            raise Transient("The list of work cannot be written right now.") from error

    def close(self) -> None:
        """Let go of the database."""
        self._client.destroy()
        self._engine.dispose()


def _options(organisation: str, key: str) -> dict[str, Any]:
    return {
        "workflow_name": WORKFLOW_NAME,
        "queue_name": QUEUE_NAME,
        "app_version": APP_VERSION,
        "workflow_id": key,
        "queue_partition_key": organisation,
    }


def _with_driver(url: str) -> URL:
    parsed = make_url(url)
    is_postgres = parsed.get_backend_name() == "postgresql"
    return parsed.set(drivername="postgresql+psycopg") if is_postgres else parsed
