"""The editor with the hashed names that static files have in production."""

from functools import partial

import pytest
from django.core.management import call_command
from django.db import connections
from django.test.testcases import LiveServerThread
from playwright.sync_api import expect
from whitenoise import WhiteNoise

from articles.body_input import MODULES
from tests.browser.editing import text_box
from tests.factories import make_draft, make_image, make_user


@pytest.fixture
def site(settings, tmp_path, transactional_db):
    """A server that hands out collected files, and no others."""
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "newsroom.storage.StaticStorage"}
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    shared = {
        connection.alias: connection
        for connection in connections.all()
        if connection.vendor == "sqlite" and connection.is_in_memory_db()
    }
    for connection in shared.values():
        connection.inc_thread_sharing()
    wrap = partial(WhiteNoise, root=settings.STATIC_ROOT, prefix="static/")
    server = LiveServerThread("127.0.0.1", wrap, connections_override=shared)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    assert server.error is None
    yield f"http://127.0.0.1:{server.port}"
    server.terminate()


def test_every_module_of_the_editor_is_found_by_its_hashed_name(page, site, login):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    make_image(alt="A wall")
    article = make_draft(body="<p>Some words</p>")
    login(page, make_user("Editor"))
    page.goto(f"{site}/admin/articles/article/{article.pk}/change/")
    text_box(page)
    expect(page.locator(".word-count span").first).to_have_text("2")
    for module in MODULES:
        name = module.removeprefix("articles/").removesuffix(".js")
        assert [each for each in asked if each.startswith(f"{name}.") and each.count(".") == 2]
    page.get_by_role("button", name="Picture").click()
    expect(page.get_by_role("dialog").get_by_role("button", name="A wall")).to_be_visible()
