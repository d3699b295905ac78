from __future__ import annotations

import os
import resource
import socket
import threading
from collections.abc import Iterable, Iterator
from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from bot.errors import Misconfigured
from bot.web.server import BODY_LIMIT, WebServer

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


def _hello(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
    start("200 OK", [("Content-Type", "text/plain")])
    return [b"hello ", environ["PATH_INFO"].encode()]


@pytest.fixture
def server() -> Iterator[WebServer]:
    one = WebServer(_hello, host="127.0.0.1", port=0, threads=2)
    yield one
    one.stop()


def _open(address: str) -> HTTPConnection:
    return HTTPConnection(urlsplit(address).netloc, timeout=10)


def test_start_when_the_port_is_free_then_answers_at_the_address_it_returns(server: WebServer) -> None:
    connection = _open(server.start())
    connection.request("GET", "/there")
    answer = connection.getresponse()
    assert answer.read() == b"hello /there"
    assert answer.getheader("Server") is None
    connection.close()


def test_start_when_the_port_is_taken_then_a_sentence_names_the_setting() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(Misconfigured, match=f"^PORT: {port} is in use"):
            WebServer(_hello, host="127.0.0.1", port=port).start()


def test_start_when_the_host_is_not_of_this_machine_then_a_sentence_names_the_setting() -> None:
    with pytest.raises(Misconfigured, match=r"^HOST: is no address of this machine"):
        WebServer(_hello, host="192.0.2.1", port=0).start()


def test_start_when_it_listens_everywhere_then_the_address_is_one_that_can_be_opened() -> None:
    everywhere = WebServer(_hello, host="0.0.0.0", port=0, threads=1)
    assert everywhere.start().startswith("http://127.0.0.1:")
    everywhere.stop()


def test_stop_when_called_then_the_port_is_free_and_the_thread_gone(server: WebServer) -> None:
    address = server.start()
    idle = _open(address)
    idle.request("GET", "/")
    idle.getresponse().read()  # a connection kept open must not hold the server up
    server.stop()
    with socket.create_server(("127.0.0.1", urlsplit(address).port or 0)):
        assert not [thread for thread in threading.enumerate() if thread.name == "web"]
    server.stop()
    idle.close()


def test_stop_when_a_request_runs_then_it_is_answered_first() -> None:
    running, finish = threading.Event(), threading.Event()

    def slow(_environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        running.set()
        finish.wait(10)
        start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "4")])
        return [b"done"]

    server = WebServer(slow, host="127.0.0.1", port=0, threads=1)
    connection = _open(server.start())
    connection.request("GET", "/")
    assert running.wait(10)
    stopping = threading.Thread(target=server.stop)
    stopping.start()
    finish.set()
    assert connection.getresponse().read() == b"done"
    stopping.join(10)
    connection.close()


def test_body_when_longer_than_slack_can_send_then_413_without_reaching_the_application() -> None:
    reached: list[str] = []

    def greedy(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        reached.append(environ["PATH_INFO"])
        return _hello(environ, start)

    server = WebServer(greedy, host="127.0.0.1", port=0, threads=1)
    connection = _open(server.start())
    connection.putrequest("POST", "/slack/events")
    connection.putheader("Content-Length", str(BODY_LIMIT + 1))
    connection.endheaders()
    assert connection.getresponse().status == 413
    assert reached == []
    connection.close()
    server.stop()


def test_start_when_over_a_thousand_files_are_open_then_answers_all_the_same(server: WebServer) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 2048:
        pytest.skip("this machine lets a process open fewer than 2,048 files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2048), hard))
    held = [os.dup(0) for _ in range(1100)]
    try:
        connection = _open(server.start())
        connection.request("GET", "/there")
        assert connection.getresponse().read() == b"hello /there"
        connection.close()
        server.stop()
    finally:
        for one in held:
            os.close(one)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
