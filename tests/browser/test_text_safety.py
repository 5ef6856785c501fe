"""
Random editing runs: the server is killed, the tab closed, or two browsers save, at random
moments. Afterwards every word that was acknowledged is in the post, a version or an autosave slot.

The same seed (TEXT_SAFETY_SEED) does the same; a failure names it.
"""

import os
import random
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Response

from tests.postgres import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
# Each part makes ten runs. Fifty in all with TEXT_SAFETY_PARTS=5, which takes three minutes.
PARTS, RUNS = int(os.environ.get("TEXT_SAFETY_PARTS", "2")), 10
# What goes wrong, one in each run and then from the beginning.
MISHAPS = ["kill", "close", "both save", "close", "both save"]
WORD = re.compile(r"w\d+x\d+z")
PREPARE = """
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from tests.factories import make_draft, make_user
for name in ("ann", "bo"):
    user = make_user("Editor", username=name)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    print("session", session.session_key)
for _ in range(%d):
    print("post", make_draft(body="<p>Begun.</p>").pk)
"""


class Server:
    """A real process, which can be killed at any moment and begins again with what it stored."""

    def __init__(self, folder: Path) -> None:
        self.file, self.port = folder / "safety.sqlite3", free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        database = {"DATABASE_URL": f"sqlite:///{self.file}", "DEBUG": "true"}
        self.environment = {**os.environ, **database, "MEDIA_ROOT": str(folder / "media")}

    def manage(self, *arguments: str) -> str:
        command = [sys.executable, str(ROOT / "manage.py"), *arguments]
        options = {"capture_output": True, "text": True, "check": True, "cwd": ROOT}
        return subprocess.run(command, env=self.environment, **options).stdout  # noqa: S603

    def start(self) -> None:
        command = [sys.executable, ROOT / "manage.py", "runserver", f"127.0.0.1:{self.port}"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": ROOT}
        self.process = subprocess.Popen(  # noqa: S603
            [*command, "--noreload", "--skip-checks"], env=self.environment, **quiet
        )
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with closing(socket.socket()) as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError("The server did not start.")

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stored(self, post: str) -> set[str]:
        """The words of a post, of its versions and of the slots that belong to it."""
        queries = [
            "SELECT body FROM articles_article WHERE id = ?",
            "SELECT contents FROM articles_revision WHERE article_id = ?",
            "SELECT fields FROM articles_autosave WHERE article_id = ?",
        ]
        with closing(sqlite3.connect(self.file, timeout=30)) as database:
            rows = [row for query in queries for row in database.execute(query, [post])]
        return set(WORD.findall(" ".join(text for (text,) in rows)))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path)
    server.manage("migrate", "--verbosity", "0")
    server.start()
    yield server
    server.kill()


class Writer:
    """
    One person with a browser. What was answered well is ``acknowledged``. Keys that are pressed
    while a page goes and the next one comes go nowhere.
    """

    def __init__(self, context: BrowserContext, post: str, acknowledged: set[str]) -> None:
        self.post, self.acknowledged = f"/admin/articles/article/{post}/change/", acknowledged
        self.context = context
        self.page: Page | None = None
        self.typed: list[str] = []

    def open(self) -> None:
        """Open the form, and take up what was kept for this person."""
        self.page = self.context.new_page()
        self.page.on("response", self.listen)
        self.page.on("dialog", lambda dialog: dialog.accept())
        self.page.goto(self.post)
        offer = self.page.locator("#unsaved .offer[data-token] a")
        if offer.count():
            offer.click()
        takes_over = self.page.get_by_role("button", name="Take over")
        if takes_over.count():
            takes_over.click()
        self.page.locator(".ProseMirror[role=textbox]").wait_for()

    def listen(self, response: Response) -> None:
        request = response.request
        sent = request.post_data if request.method == "POST" else None
        kept = response.status == 200 and "/autosave/" in request.url
        if sent and (kept or (response.status == 302 and request.url.endswith("/change/"))):
            self.acknowledged |= set(WORD.findall(sent))

    def write(self, word: str) -> None:
        box = self.page.locator(".ProseMirror[role=textbox]")
        # A form that was sent while the server died is gone; what it held is on record.
        with suppress(Error):
            box.focus(timeout=2_000)
            self.page.keyboard.press("Control+End")
            self.page.keyboard.insert_text(f" {word}")

    def pause(self) -> None:
        """As when somebody looks at another window: what was typed is sent now."""
        with suppress(Error):
            self.page.evaluate("dispatchEvent(new Event('focus'))")

    def save(self) -> None:
        with suppress(Error):
            self.page.evaluate(
                "document.querySelector('.submit-row [name=_continue]:not([disabled])')?.click()"
            )

    def close(self) -> None:
        if self.page and not self.page.is_closed():
            # Closing a tab while Chromium still waits for the answer to its form can last for ever,
            # and knows no timeout. Leaving the page tells it the same: it is being hidden for good.
            self.page.goto("about:blank")
            self.page.close()
        self.page = None


def edit(dice: random.Random, run: int, post: str, server: Server, people: list[Writer]) -> None:
    """One run: a few words by each, with something going wrong at a random moment."""
    steps, count = dice.randint(4, 8), 0
    mishap = MISHAPS[run % len(MISHAPS)]
    at = dice.randrange(1, steps)
    writers = people if mishap == "both save" else people[:1]
    for writer in writers:
        writer.open()
    for step in range(steps):
        writer = dice.choice(writers)
        writer.write(f"w{run}x{count}z")
        count += 1
        if dice.random() < 0.7:
            writer.pause()
        writer.page.wait_for_timeout(dice.choice([0, 5, 20, 60, 120]))
        if step != at and dice.random() > 0.15:
            continue
        if mishap == "kill" and step == at:
            if dice.random() < 0.5:
                writer.save()
                writer.page.wait_for_timeout(dice.randrange(60))
            server.kill()
            writer.write(f"w{run}x{count}z")
            count += 1
            writer.pause()
            server.start()
            writer.close()
            writer.open()
        elif mishap == "close" and step == at:
            writer.close()
            writer.open()
        else:
            for each in writers:
                each.save()
            if dice.random() < 0.5:
                writer.page.wait_for_timeout(150)
            for each in writers:
                each.page.locator(".ProseMirror[role=textbox]").wait_for()
    for writer in writers:
        writer.pause()
        writer.page.wait_for_timeout(100)
        writer.close()


@pytest.mark.parametrize("part", range(PARTS))
def test_no_acknowledged_word_is_lost_in_random_runs(
    browser: Browser, server: Server, capsys: pytest.CaptureFixture[str], part: int
):
    seed = int(os.environ.get("TEXT_SAFETY_SEED") or random.SystemRandom().randrange(10**6))
    began, words, kills = time.monotonic(), 0, 0
    lines = server.manage("shell", "-c", PREPARE % RUNS).split("\n")
    sessions = [line.split()[1] for line in lines if line.startswith("session ")]
    posts = [line.split()[1] for line in lines if line.startswith("post ")]
    assert (len(sessions), len(posts)) == (2, RUNS)
    contexts = [browser.new_context(base_url=server.address) for _ in sessions]
    for context, session in zip(contexts, sessions, strict=True):
        cookie = {"name": "sessionid", "value": session, "url": server.address}
        context.add_cookies([cookie])
        context.set_default_timeout(20_000)
    for run, post in enumerate(posts):
        dice, acknowledged = random.Random(f"{seed}-{part}-{run}"), set()
        people = [Writer(context, post, acknowledged) for context in contexts]
        before = server.process.pid
        try:
            edit(dice, run, post, server, people)
        except Error as error:
            raise AssertionError(f"seed {seed}, part {part}, run {run}: {error}") from error
        finally:
            for writer in people:
                writer.close()
        kills += server.process.pid != before
        lost = acknowledged - server.stored(post)
        where = f"seed {seed}, part {part}, run {run}"
        assert not lost, f"{where}: {sorted(lost)} were acknowledged and are lost"
        words += len(acknowledged)
    for context in contexts:
        context.close()
    with capsys.disabled():
        took = time.monotonic() - began
        print(f" seed {seed}: {words} words, {kills} kills, {took:.0f} s ", end="")
    assert words > RUNS * 2
    assert kills == -(-RUNS // len(MISHAPS))
