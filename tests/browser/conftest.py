"""Real Chromium. With ``page`` a test fails on errors, policy violations and foreign requests."""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from django.db import connection
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Locator,
    Page,
    Route,
    sync_playwright,
)

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
]
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


@pytest.fixture
def problems() -> list[str]:
    """What ``page`` complains of. A test that provokes something on purpose takes it out."""
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

    def only_this_site(route: Route) -> None:
        if urlsplit(route.request.url).netloc == urlsplit(site).netloc:
            route.continue_()
        else:
            problems.append(f"request to another host: {route.request.url}")
            route.abort()

    context.on("page", watch)
    context.route("**/*", only_this_site)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, problems: list[str]) -> Iterator[Page]:
    page = context.new_page()
    yield page
    page.close()
    assert not problems, "\n".join(problems)


@pytest.fixture
def login(site: str) -> Callable[[Page, User], None]:
    """``login(page, user)``: through the form of the admin. The password is the factories'."""

    def login(page: Page, user: User) -> None:
        page.goto(f"{site}/admin/login/")
        page.get_by_label("Username").fill(user.username)
        page.get_by_label("Password").fill("a password")
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url(f"{site}/admin/")

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
