"""Servers that are stopped, renewed or killed while readers read and write."""

import http.client
import os
import signal
import sqlite3
import threading
import time
from contextlib import ExitStack, closing, suppress
from socket import create_server

import pytest

from tests import production
from tests.production import Connection
from tests.serving.test_nginx import OVER, send


def test_readers_keep_their_pages_while_the_site_is_away(deployment, tmp_path):
    socket = tmp_path / "site.sock"
    with (
        production.nginx(tmp_path, [f"unix:{socket}"]) as port,
        closing(Connection(port)) as line,
    ):
        serve = ["--socket", str(socket), "--processes", "1"]
        with production.serve(deployment.environment, *serve):
            production.wait_for(line)
            page = line.ask("/")
        time.sleep(OVER)
        away = line.ask("/")
        assert (away.status, away.body) == (200, page.body)
        # What nobody has read before cannot be shown.
        assert line.ask("/feed/").status == 502
        with production.serve(deployment.environment, *serve):
            production.wait_for(line)
            assert line.ask("/feed/").status == 200
        # One that says it is away is believed.
        with production.serve(deployment.environment | {"MAINTENANCE": "true"}, *serve):
            production.wait_for(line)
            time.sleep(OVER)
            assert line.ask("/").status == 503


class Crowd:
    """Readers who read and write until they are told to stop, and what went wrong for them."""

    def __init__(self, port: int, post: str) -> None:
        self.port, self.post = port, post
        self.is_over = threading.Event()
        self.wrong: list[str] = []
        self.accepted: list[str] = []
        self.reads = 0

    def read(self) -> None:
        with closing(Connection(self.port)) as line:
            while not self.is_over.is_set():
                for path in ("/", self.post, f"{self.post}?fresh"):
                    self.reads += 1
                    self.note(path, line)

    def note(self, path: str, line: Connection) -> None:
        try:
            status = line.ask(path).status
        except (OSError, http.client.HTTPException) as error:
            self.wrong.append(f"{path}: {error!r}")
            line.close()
        else:
            if status != 200:
                self.wrong.append(f"{path}: {status}")

    def write(self, name: str, network: int) -> None:
        """Comment again and again, each time from another address, as many people would."""
        with closing(Connection(self.port)) as line:
            page = line.ask(f"{self.post}?fresh").body
            number = 0
            while not self.is_over.is_set():
                number += 1
                words = f"What {name} said as number {number} at {time.time_ns()}."
                address = f"10.{network}.{number // 250}.{number % 250}"
                who = {"name": name, "email": f"{name}{number}@example.org"}
                try:
                    answer = send(line, page, address, body=words, **who)
                except (OSError, http.client.HTTPException) as error:
                    self.wrong.append(f"comment: {error!r}")
                    line.close()
                    continue
                if answer.status == 303:
                    self.accepted.append(words)
                else:
                    self.wrong.append(f"comment: {answer.status}")
                time.sleep(0.05)


@pytest.fixture
def crowd(deployment, post, tmp_path):
    """A crowd before nginx, and two servers behind it: ``crowd.servers`` are their processes."""
    ports = [production.free_port() for _ in range(2)]
    with ExitStack() as stack:
        servers = [
            stack.enter_context(
                production.serve(deployment.environment, "--port", str(port), "--processes", "1")
            )
            for port in ports
        ]
        port = stack.enter_context(
            production.nginx(tmp_path, [f"127.0.0.1:{port}" for port in ports])
        )
        for each in ports:
            with closing(http.client.HTTPConnection("127.0.0.1", each, timeout=60)) as line:
                production.wait_for(line)
        crowd = Crowd(port, post)
        crowd.servers = servers
        threads = [threading.Thread(target=crowd.read) for _ in range(3)]
        threads += [
            threading.Thread(target=crowd.write, args=[name, number])
            for number, name in enumerate(("Ana", "Bo"))
        ]
        for thread in threads:
            thread.start()

        def stop() -> None:
            crowd.is_over.set()
            for thread in threads:
                thread.join()

        stack.callback(stop)
        crowd.stop = stop
        yield crowd


def has_lost_nothing(crowd, deployment):
    """Every comment that was accepted is there, once, and no answer was a failure."""
    crowd.stop()
    assert crowd.wrong == []
    assert crowd.reads > 100
    assert len(crowd.accepted) > 10
    with closing(sqlite3.connect(deployment.folder / "site.sqlite3")) as database:
        stored = [body for (body,) in database.execute("SELECT body FROM comments_comment")]
    assert [words for words in crowd.accepted if stored.count(words) != 1] == []
    return True


def test_one_of_two_servers_is_killed_and_nobody_notices(crowd, deployment):
    time.sleep(3)
    victim = crowd.servers[0]
    for pid in production.family(victim):
        os.kill(pid, signal.SIGKILL)
    victim.wait()
    time.sleep(5)
    assert has_lost_nothing(crowd, deployment)


def test_a_process_is_killed_in_the_middle_of_a_page_and_comes_back(crowd, deployment):
    time.sleep(3)
    before = production.family(crowd.servers[0])
    os.kill(before[-1], signal.SIGKILL)
    time.sleep(8)
    after = production.family(crowd.servers[0])
    assert before[0] == after[0]
    assert len(before) == len(after)
    assert before[-1] not in after
    assert has_lost_nothing(crowd, deployment)


def test_both_servers_are_renewed_and_nobody_notices(crowd, deployment):
    time.sleep(2)
    before = [production.family(server) for server in crowd.servers]
    for server in crowd.servers:
        server.send_signal(signal.SIGHUP)
        time.sleep(8)
    after = [production.family(server) for server in crowd.servers]
    assert all(old[-1] not in new for old, new in zip(before, after, strict=True))
    assert has_lost_nothing(crowd, deployment)


@pytest.mark.usefixtures("deployment")  # for what it skips without
@pytest.mark.parametrize(
    ("method", "path", "times"),
    [("POST", "/admin/auth/user/add/", 1), ("POST", "/2026/11/23/x/reply/", 2), ("GET", "/", 2)],
)
def test_only_what_can_be_done_twice_is_tried_again(tmp_path, method, path, times):
    """A server that ends in the middle of a request may have done what it asks for."""
    asked = []
    with create_server(("127.0.0.1", 0)) as server:

        def end_at_once():
            with suppress(OSError):
                while True:
                    line, _address = server.accept()
                    asked.append(line.recv(65536).split(b" ", 1)[0].decode())
                    line.close()

        threading.Thread(target=end_at_once, daemon=True).start()
        address = f"127.0.0.1:{server.getsockname()[1]}"
        with production.nginx(tmp_path, [address]) as port, closing(Connection(port)) as line:
            assert line.ask(path, method, b"x=1" if method == "POST" else b"").status == 502
    assert asked == [method] * times


def test_renewed_processes_run_the_new_version(deployment, tmp_path):
    """What a module says is read again: the processes are not copies of one that read it before."""
    module, socket = tmp_path / "site_settings.py", tmp_path / "site.sock"
    module.write_text("from newsroom.settings import *\nSITE_NAME = 'Before'\n")
    environment = deployment.environment | {
        "DJANGO_SETTINGS_MODULE": "site_settings",
        "PYTHONPATH": str(tmp_path),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    with (
        production.nginx(tmp_path, [f"unix:{socket}"]) as port,
        closing(Connection(port)) as line,
        production.serve(environment, "--socket", str(socket), "--processes", "1") as server,
    ):
        production.wait_for(line)
        assert b"Before" in line.ask("/").body
        module.write_text("from newsroom.settings import *\nSITE_NAME = 'After'\n")
        server.send_signal(signal.SIGHUP)
        # For some seconds the old process and the new one answer side by side.
        end = time.monotonic() + 30
        while b"Before" in (body := line.ask("/?fresh").body) and time.monotonic() < end:
            time.sleep(0.5)
        assert b"After" in body
