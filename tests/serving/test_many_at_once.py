"""A hundred people comment at the same moment, on SQLite, through two servers."""

import os
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

import pytest

from tests.pages import comment_form
from tests.postgres import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
COMMENTERS, EACH, POSTS = 100, 2, 50
MODERATE = """
import time
from comments.models import Comment
until = time.monotonic() + 60
while time.monotonic() < until and Comment.objects.published().count() < 60:
    for comment in Comment.objects.awaiting()[:10]:
        comment.approve(rule="test")
"""


@pytest.fixture
def environment(tmp_path):
    return {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{tmp_path}/many.sqlite3",
        "DEBUG": "true",
        "TRUSTED_PROXIES": "127.0.0.1",  # so that each commenter can come from a network of theirs
        "EMAIL_URL": "dummymail://",
        "MEDIA_ROOT": str(tmp_path / "media"),
    }


def manage(environment, *arguments, **options):
    command = [sys.executable, ROOT / "manage.py", *arguments]
    return subprocess.Popen(  # noqa: S603
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options
    )


def finished(process):
    """What ``process`` prints until it ends, which it must do well."""
    output, _ = process.communicate(timeout=120)
    assert process.returncode == 0, output.decode()
    return output.decode()


@pytest.fixture
def servers(environment):
    for arguments in (["migrate"], ["load_scale", "--articles", str(POSTS), "--comments", "0"]):
        finished(manage(environment, *arguments))
    ports = [free_port(), free_port()]
    running = [
        manage(environment, "runserver", f"127.0.0.1:{port}", "--noreload", "--verbosity", "0")
        for port in ports
    ]
    try:
        for port in ports:
            wait_for(port)
        yield [f"http://127.0.0.1:{port}" for port in ports]
    finally:
        for process in running:
            process.kill()
            process.communicate()


def wait_for(port):
    for _ in range(200):
        with closing(socket.socket()) as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("The server did not start.")


class Stay(HTTPRedirectHandler):
    def redirect_request(self, *args, **kwargs):
        return None


def fetch(address, network, values=None):
    """
    The status and text of an answer; redirects are not followed. Only ten connections can wait for
    runserver, so one that is turned away at the door comes again, as a browser would.
    """
    data = urlencode(values).encode() if values else None
    headers = {"X-Forwarded-For": network, "Sec-Fetch-Site": "same-origin"}
    try:
        with build_opener(Stay).open(Request(address, data, headers), timeout=60) as answer:  # noqa: S310
            return answer.status, answer.read()
    except HTTPError as error:
        with error as answer:
            return answer.code, answer.read()
    except (ConnectionError, URLError):
        time.sleep(1)
        return fetch(address, network, values)


def fetch_location(address):
    """The path that ``address`` leads to."""
    with pytest.raises(HTTPError) as moved:
        build_opener(Stay).open(address, timeout=60)  # noqa: S310
    with moved.value as answer:
        return answer.headers["Location"]


def comment(server, address, person, number):
    network = f"10.{person}.{number}.1"
    status, page = fetch(server + address, network)
    assert status == 200
    action, fields = comment_form(SimpleNamespace(content=page))
    typed = {"name": f"Reader {person}", "email": f"reader{person}@example.org"}
    body = f"Reader {person} says something of their own here, for the time number {number}."
    return fetch(server + action, network, {**fields, **typed, "body": body})[0]


def test_nothing_is_lost_nothing_fails_and_every_count_is_right(servers, environment):
    posts = [fetch_location(f"{servers[0]}/?p={number}") for number in range(1, POSTS + 1)]
    moderator = manage(environment, "shell", "-v", "0", "-c", MODERATE)
    with ThreadPoolExecutor(COMMENTERS) as people:
        answers = list(
            people.map(
                lambda turn: comment(
                    servers[turn % 2], posts[turn % len(posts)], turn // EACH, turn % EACH
                ),
                range(COMMENTERS * EACH),
            )
        )
    assert finished(moderator) == ""
    assert set(answers) == {303}
    kept = "from comments.models import Comment; print(Comment.objects.count())"
    counted = finished(manage(environment, "shell", "-v", "0", "-c", kept))
    assert counted == f"{COMMENTERS * EACH}\n"
    assert finished(manage(environment, "check_counts")) == "All counts are right.\n"
