"""What browsers and search engines look for at the top of a site is there."""

import json
import re
from io import BytesIO
from urllib.robotparser import RobotFileParser

import pytest
from django.contrib.staticfiles import finders
from PIL import Image

from tests.factories import make_article


@pytest.fixture
def robots(client, settings):
    settings.SITE_URL = "https://news.example.org"
    answer = client.get("/robots.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    return answer.content.decode()


def test_robots_may_read_what_readers_read(robots):
    rules = RobotFileParser()
    rules.parse(robots.splitlines())
    for address in ["/", "/2021/06/09/hello/", "/feed/", "/category/cloud/", "/?p=1"]:
        assert rules.can_fetch("*", address)


def test_robots_keep_out_of_the_admin(robots):
    rules = RobotFileParser()
    rules.parse(robots.splitlines())
    assert not rules.can_fetch("*", "/admin/articles/article/")


def test_robots_need_not_search_or_reply(robots):
    assert {"Disallow: /?s=", "Disallow: /*/reply/"} <= set(robots.splitlines())


def test_robots_are_told_where_the_sitemaps_are(client, robots):
    found = re.findall(r"^Sitemap: https://news\.example\.org(/\S+)$", robots, re.MULTILINE)
    assert found == ["/sitemap.xml", "/news-sitemap.xml"]


@pytest.mark.parametrize(
    ("address", "kind", "size"),
    [
        ("/favicon.ico", "image/vnd.microsoft.icon", 32),
        ("/apple-touch-icon.png", "image/png", 180),
    ],
)
def test_icons_are_where_browsers_look(client, address, kind, size):
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, kind)
    assert "max-age=" in answer["Cache-Control"]
    with Image.open(BytesIO(b"".join(answer.streaming_content))) as picture:
        assert picture.size == (size, size)


def test_the_manifest_says_how_the_site_looks_as_an_app(client):
    answer = client.get("/manifest.webmanifest")
    assert answer["Content-Type"] == "application/manifest+json"
    found = json.loads(answer.content)
    assert (found["name"], found["display"], found["start_url"]) == ("Newsroom", "minimal-ui", "/")
    assert (found["lang"], found["dir"]) == ("en-gb", "ltr")


def test_every_icon_of_the_manifest_has_the_size_it_claims(client):
    icons = json.loads(client.get("/manifest.webmanifest").content)["icons"]
    drawn = [icon for icon in icons if icon["type"] == "image/png"]
    assert [icon["sizes"] for icon in drawn] == ["192x192", "512x512"]
    for icon in drawn:
        with Image.open(finders.find(icon["src"].removeprefix("/static/"))) as picture:
            assert icon["sizes"] == "{}x{}".format(*picture.size)
    (scalable,) = (icon for icon in icons if icon not in drawn)
    assert scalable["sizes"] == "any"
    assert finders.find(scalable["src"].removeprefix("/static/"))


@pytest.mark.django_db
def test_every_page_names_the_icons_and_the_manifest(client):
    for address in ["/", make_article().get_absolute_url()]:
        html = client.get(address).content.decode()
        found = dict(
            re.findall(r'<link rel="(icon|apple-touch-icon|manifest)" href="([^"]+)"', html)
        )
        assert found == {
            "icon": "/static/favicon.svg",
            "apple-touch-icon": "/apple-touch-icon.png",
            "manifest": "/manifest.webmanifest",
        }


@pytest.mark.parametrize("address", ["/robots.txt", "/manifest.webmanifest", "/favicon.ico"])
def test_they_are_only_read(client, address):
    assert client.post(address).status_code == 405
