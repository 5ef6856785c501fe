"""A reader who follows every link of the sample site never meets a broken or a hidden page."""

import re
from collections import Counter
from html.parser import HTMLParser
from urllib.parse import unquote, urldefrag, urljoin, urlsplit
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.files.storage import default_storage
from django.core.management import call_command

from articles.models import Article
from comments.models import Comment

pytestmark = pytest.mark.django_db

SITE = "http://testserver"
# Nobody has to find these by a link.
ENTRANCES = ["/", "/robots.txt", "/sitemap.xml", "/news-sitemap.xml", "/comments/feed/"]
ADDRESSES = ("href", "src", "action")
LOCATION = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


class Document(HTMLParser):
    """What a page says of itself, and all addresses that it names."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses: set[str] = set()
        self.reading: set[str] = set()
        self.ids: list[str] = []
        self.h1 = 0
        self.title = ""
        self.metas: dict[str, str] = {}
        self.canonical = ""
        self._in_title = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.h1 += tag == "h1"
        self._in_title = tag == "title"
        if "id" in values:
            self.ids.append(values["id"])
        if tag == "meta":
            self.metas[values.get("name") or values.get("property", "")] = values.get("content", "")
        if tag == "link" and values.get("rel") == "canonical":
            self.canonical = values["href"]
        posts = tag == "form" and values.get("method") == "post"
        found = {values[name] for name in ADDRESSES if name in values and not posts}
        found |= {one.split()[0] for one in re.split(r",\s+", values.get("srcset", "")) if one}
        if tag == "meta" and values.get("property") in ("og:image", "og:url"):
            found.add(values["content"])
        self.addresses |= found
        if tag == "a":
            self.reading |= found

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False


def addresses_of(answer) -> set[str]:
    """All addresses that an answer names, whatever its format."""
    kind, text = answer["Content-Type"].partition(";")[0], answer.content.decode()
    if kind == "text/html":
        return Document(text).addresses
    if "json" in kind:
        return set(re.findall(rf'"({SITE}/[^"\\ ]*|/[^"\\ <]*)"', text))
    if "xml" in kind and kind != "image/svg+xml":
        found = set()
        for element in ElementTree.fromstring(text).iter():  # noqa: S314
            texts = [element.text or "", *(element.get(name, "") for name in ("href", "url"))]
            found |= {one.strip() for one in texts if re.fullmatch(r"\s*https?://\S+\s*", one)}
        return found
    return set(re.findall(rf"{SITE}/\S*", text)) if kind == "text/plain" else set()


class Crawl:
    """Every answer of the site by its address, from its entrances on."""

    def __init__(self, client) -> None:
        self.answers: dict[str, object] = {}
        self.named_by: dict[str, str] = {}
        self.files: dict[str, str] = {}
        self.linked: set[str] = set()
        waiting = [(address, "the beginning") for address in ENTRANCES]
        while waiting:
            address, source = waiting.pop()
            if address in self.answers:
                continue
            answer = client.get(address)
            self.answers[address], self.named_by[address] = answer, source
            if answer.status_code in (301, 302):
                self.see(answer["Location"], address, waiting)
            elif answer.streaming:
                answer.getvalue()  # read to the end, the client closes it without the connection
            elif answer.status_code == 200:
                for found in addresses_of(answer):
                    self.see(found, address, waiting)
                if answer["Content-Type"].startswith("text/html"):
                    reading = Document(answer.content.decode()).reading
                    self.linked |= {self.local(one, address) for one in reading}

    @staticmethod
    def local(found: str, page: str) -> str:
        """``found`` on ``page`` as a path with its query, or "" where it leads to elsewhere."""
        whole = urldefrag(urljoin(SITE + page, found)).url
        return whole.removeprefix(SITE) or "/" if whole.startswith(SITE) else ""

    def see(self, found: str, page: str, waiting: list[tuple[str, str]]) -> None:
        address = self.local(found, page)
        if address.startswith((settings.STATIC_URL, settings.MEDIA_URL)):
            self.files[address] = page
        elif address:
            waiting.append((address, page))

    @property
    def pages(self) -> dict[str, Document]:
        return {
            address: Document(answer.content.decode())
            for address, answer in self.answers.items()
            if answer.status_code == 200 and answer["Content-Type"].startswith("text/html")
        }


@pytest.fixture
def crawl(settings, client, django_capture_on_commit_callbacks) -> Crawl:
    settings.DEBUG = True
    with django_capture_on_commit_callbacks(execute=True):  # which makes the smaller pictures
        call_command("load_sample", picture_width=160)
    settings.DEBUG = False
    return Crawl(client)


def test_the_whole_site_holds_together(crawl):
    """One crawl for all questions, because loading the sample and following it takes its time."""
    pages = crawl.pages
    assert len(pages) > 100
    no_broken_link(crawl)
    no_missing_file(crawl)
    every_fragment_is_there(crawl, pages)
    every_page_describes_itself(pages)
    no_orphan(crawl)
    nothing_unpublished(crawl)
    nobody_is_given_away(crawl)


def no_broken_link(crawl: Crawl) -> None:
    answers = crawl.answers.items()
    broken = {
        address: (answer.status_code, crawl.named_by[address])
        for address, answer in answers
        if answer.status_code not in (200, 301, 302)
    }
    assert not broken
    # Where a comment stands may change, so what leads there does so for now.
    for_now = [address for address, answer in answers if answer.status_code == 302]
    assert for_now
    assert all(re.search(r"/comment/\d+/$", address) for address in for_now)
    # Only shortlinks lead on for ever.
    moved = [address for address, answer in answers if answer.status_code == 301]
    assert [address for address in moved if not address.startswith("/?p=")] == []


def no_missing_file(crawl: Crawl) -> None:
    assert len([address for address in crawl.files if address.endswith(".avif")]) >= 20
    for address, page in crawl.files.items():
        path = unquote(urlsplit(address).path)
        if path.startswith(settings.MEDIA_URL):
            there = default_storage.exists(path.removeprefix(settings.MEDIA_URL))
        else:
            there = finders.find(path.removeprefix(settings.STATIC_URL))
        assert there, f"{page} names {address}"


def every_fragment_is_there(crawl: Crawl, pages: dict[str, Document]) -> None:
    for page, document in pages.items():
        assert not [name for name, times in Counter(document.ids).items() if times > 1], page
        for found in document.reading:
            target, fragment = urldefrag(found)
            address = crawl.local(target or page, page)
            if fragment and address in pages:
                assert fragment in pages[address].ids, f"{page} leads to {found}"


def every_page_describes_itself(pages: dict[str, Document]) -> None:
    titles: dict[str, str] = {}
    for address, document in pages.items():
        assert document.h1 == 1, address
        assert document.title.strip(), address
        if "noindex" in document.metas.get("robots", ""):
            continue
        assert document.canonical == SITE + address
        assert document.metas.get("description"), address
        assert document.title not in titles, f"{address} is titled like {titles[document.title]}"
        titles[document.title] = address


def no_orphan(crawl: Crawl) -> None:
    listed: Counter[str] = Counter()
    for address, answer in crawl.answers.items():
        if re.fullmatch(r"/sitemap-.*\.xml", address):
            tree = ElementTree.fromstring(answer.content)
            listed.update(crawl.local(element.text or "", "/") for element in tree.iter(LOCATION))
    assert listed and max(listed.values()) == 1
    assert set(listed) - crawl.linked == set()
    public = {article.get_absolute_url() for article in Article.objects.published()}
    assert public <= set(listed)


def nothing_unpublished(crawl: Crawl) -> None:
    hidden = set(Article.objects.all()) - set(Article.objects.published())
    assert len(hidden) >= 3
    for article in hidden:
        for address, answer in crawl.answers.items():
            if not answer.streaming:
                assert article.slug not in answer.content.decode(), address


def nobody_is_given_away(crawl: Crawl) -> None:
    emails = set(Comment.objects.exclude(email="").values_list("email", flat=True))
    assert emails
    secret = re.compile("|".join(map(re.escape, emails)).encode(), re.IGNORECASE)
    for address, answer in crawl.answers.items():
        if not answer.streaming:
            assert not secret.search(answer.content), address
