"""Real Chromium. With ``page`` a test fails on errors, policy violations and foreign requests."""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test import Client, override_settings
from django.test.testcases import LiveServerThread
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Locator,
    Page,
    Request,
    sync_playwright,
)
from whitenoise import WhiteNoise

from tests.browser.editing import text_box
from tests.factories import make_draft, make_user

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # No request leaves this machine, without asking the test about each, which turns the cache off.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]
COLLECTED = {"staticfiles": {"BACKEND": "newsroom.storage.StaticStorage"}}
REPORT_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy violation: ${event.violatedDirective} ${event.blockedURI}`))
"""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed: neither chromium nor google-chrome is on the path.")
    # Playwright runs an event loop in this thread, in which Django would refuse its database.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
    else:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """
    A database in a file, as in production: one in memory has a single connection for all threads
    of the server, in which two writers at once fail instead of waiting for each other.
    """
    if connection.vendor == "sqlite":
        file = tmp_path_factory.mktemp("database") / "site.sqlite3"
        connection.settings_dict["TEST"]["NAME"] = str(file)


@pytest.fixture
def site(browser: Browser, live_server) -> str:
    """The address of the running site, without a slash at the end."""
    return live_server.url


@pytest.fixture(scope="session")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Static files as in production: minified, hashed, compressed. Making them takes seconds."""
    folder = tmp_path_factory.mktemp("static")
    with override_settings(STATIC_ROOT=folder, STORAGES=settings.STORAGES | COLLECTED):
        call_command("collectstatic", interactive=False, verbosity=0)
    return folder


@pytest.fixture
def production_site(collected: Path, settings, transactional_db) -> Iterator[str]:
    """The address of a server that hands out collected files and no others, and compresses."""
    settings.ALLOWED_HOSTS = ["127.0.0.1", "testserver"]
    settings.STATIC_ROOT = collected
    settings.STORAGES = settings.STORAGES | COLLECTED
    settings.MIDDLEWARE = ["django.middleware.gzip.GZipMiddleware", *settings.MIDDLEWARE]
    wrap = partial(WhiteNoise, root=collected, prefix="static/", max_age=31_536_000)
    server = LiveServerThread("127.0.0.1", wrap)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    assert server.error is None
    yield f"http://127.0.0.1:{server.port}"
    server.terminate()


@pytest.fixture
def problems() -> list[str]:
    """What was seen so far of all that ``page`` complains of at the end."""
    return []


@pytest.fixture
def context(browser: Browser, site: str, problems: list[str]) -> Iterator[BrowserContext]:
    """A browser profile of the test's own, without any cookie."""
    context = browser.new_context(base_url=site, locale="en-GB")
    context.set_default_timeout(10_000)
    context.add_init_script(REPORT_VIOLATIONS)

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error":
            problems.append(f"console: {message.text} {message.location['url']}")

    def complain(error: Error) -> None:
        # Chromium's own word where a test changes the window while one page fades into another.
        if "Viewport size changed" not in str(error):
            problems.append(f"page error: {error}")

    def watch(page: Page) -> None:
        page.on("pageerror", complain)
        page.on("console", listen)

    def notice(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob") and address.netloc != urlsplit(site).netloc:
            problems.append(f"request to another host: {request.url}")

    context.on("page", watch)
    context.on("request", notice)
    yield context
    context.close()


@pytest.fixture
def page(
    request: pytest.FixtureRequest, context: BrowserContext, problems: list[str]
) -> Iterator[Page]:
    page = context.new_page()
    yield page
    page.close()
    mark = request.node.get_closest_marker("provokes")
    provoked = mark.args if mark else ()
    found = [each for each in problems if not any(part in each for part in provoked)]
    assert not found, "\n".join(found)


@pytest.fixture
def sign_in(site: str) -> Callable[[Page, User], None]:
    """``sign_in(page, user)``: through the form of the admin. The password is the factories'."""

    def sign_in(page: Page, user: User) -> None:
        page.goto(f"{site}/admin/login/")
        page.get_by_label("Username").fill(user.username)
        page.get_by_label("Password").fill("a password")
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url(f"{site}/admin/")

    return sign_in


@pytest.fixture
def login(site: str) -> Callable[[Page, User], None]:
    """``login(page, user)``: the page's browser has a session of that person, without a visit."""

    def login(page: Page, user: User) -> None:
        client = Client()
        client.force_login(user)
        session = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": site}])

    return login


@pytest.fixture
def edit(page: Page, site: str, login: Callable[[Page, User], None]) -> Callable[..., Locator]:
    """``edit(body)`` opens a draft with that body and returns the editor's text box."""

    def edit(body: str = "", role: str = "Editor") -> Locator:
        article = make_draft(body=body)
        login(page, make_user(role))
        page.goto(f"{site}/admin/articles/article/{article.pk}/change/")
        return text_box(page)

    return edit


@pytest.fixture
def axe() -> Callable[..., list[str]]:
    """
    ``axe(page, selector)``: the serious accessibility faults there, or in the whole page; with
    ``strict`` the small ones too; with ``rules`` only what these look at.
    """
    script = Axe().axe_script

    def axe(
        page: Page, selector: str | None = None, strict: bool = False, rules: Sequence[str] = ()
    ) -> list[str]:
        # Without preload: it would load the style sheets anew, which the policy refuses, to see
        # whether they lock the orientation of the screen.
        options: dict[str, object] = {"preload": False, "resultTypes": ["violations"]}
        if rules:
            options["runOnly"] = list(rules)
        if not page.evaluate("'axe' in window"):
            page.evaluate(script)
        found = page.evaluate(
            "([selector, options]) => axe.run(selector ?? document, options)", [selector, options]
        )
        return [
            f"{violation['id']}: {node['html']}"
            for violation in found["violations"]
            if strict or violation["impact"] in ("serious", "critical")
            for node in violation["nodes"]
        ]

    return axe
