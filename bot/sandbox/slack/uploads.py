"""Where the bytes of uploaded files arrive, and where people of the page fetch them."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, request

from bot.sandbox.slack.realm import Realm


def uploads(realm: Realm) -> Blueprint:
    """Build the routes of files."""
    routes = Blueprint("uploads", __name__)

    @routes.post("/upload/v1/<file_id>")
    def take(file_id: str) -> tuple[str, int]:
        file = realm.workspace.files.get(file_id)
        if file is None:
            return "no such upload", 404
        # Raw bytes often come labelled as a form (urllib does so): read them before anything parses them.
        is_form = (request.mimetype or "") == "multipart/form-data"
        sent = next(iter(request.files.values()), None) if is_form else None
        content = sent.read() if sent else request.get_data(parse_form_data=False)
        if len(content) != file.length:
            return f"expected {file.length} bytes, got {len(content)}", 400
        realm.workspace.files[file_id] = replace(file, content=content)
        return f"OK - {file.length}", 200

    @routes.get("/files/<file_id>")
    def give(file_id: str) -> Response:
        file = realm.workspace.files.get(file_id)
        if file is None or file.content is None:
            return Response("no such file", 404, content_type="text/plain")
        answer = Response(file.content, content_type="application/octet-stream")
        answer.headers.set("Content-Disposition", "attachment", filename=file.name)
        return answer

    return routes
