"""Kept pages: who gets one, that none is old, and that there is always room."""

import gzip
import threading
import time
from contextlib import suppress

import brotli
import pytest

from newsroom import page_cache
from newsroom.page_cache import Kept, PageCache, best_encoding
from newsroom.versions import Unanswered


class Site:
    """Stands for Django, the database and the clock: what it says is counted."""

    def __init__(self):
        self.numbers = {"site": 1, "comments": 1}
        self.text = "Old"
        self.made = 0
        self.status, self.headers = "200 OK", [("Content-Type", "text/html; charset=utf-8")]
        self.depends_on = ("site", "comments")
        self.ends = float("inf")
        self.is_away = False
        self.meanwhile = lambda: None

    def read(self, keys):
        if self.is_away:
            raise Unanswered
        return tuple(self.numbers.get(key, 0) for key in keys)

    def until(self, began, site):
        return self.ends

    moment = until

    def __call__(self, environ, start_response):
        self.made += 1
        text = self.text
        self.meanwhile()
        if self.depends_on:
            environ["newsroom.depends_on"] = self.depends_on
        start_response(self.status, self.headers)
        return [f"{text} page of {environ['PATH_INFO']}. ".encode() * 20]


@pytest.fixture
def site(settings):
    settings.SITE_URL = "https://news.example"
    return Site()


@pytest.fixture
def cache(site):
    return PageCache(site, site, room=1_000_000)


class Answer:
    def __init__(self, cache, path="/", method="GET", query="", **headers):
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SCRIPT_NAME": "",
            "REMOTE_ADDR": "203.0.113.1",
            "HTTP_HOST": "news.example",
            "wsgi.url_scheme": "https",
        } | headers
        chunks = cache(environ, self.start)
        self.body = b"".join(chunks)

    def start(self, status, headers, exc_info=None):
        self.status, self.headers = int(status.split()[0]), dict(headers)

    @property
    def text(self):
        encoding = self.headers.get("Content-Encoding")
        unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[encoding]
        return unpack(self.body).decode()


def test_a_page_is_made_once_and_answered_from_memory(cache, site):
    texts = {Answer(cache).text for _ in range(5)}
    assert len(texts) == 1
    assert site.made == 1


def test_a_changed_page_is_never_served_again(cache, site):
    assert "Old" in Answer(cache).text
    site.text, site.numbers["site"] = "New", 2
    assert "New" in Answer(cache).text
    assert "New" in Answer(cache).text
    assert site.made == 2


def test_a_comment_elsewhere_leaves_a_post_as_it_is(cache, site):
    site.depends_on = ("site", "discussion-7")
    Answer(cache)
    site.numbers["comments"] = site.numbers["discussion-8"] = 2
    Answer(cache)
    assert site.made == 1
    site.numbers["discussion-7"] = 2
    Answer(cache)
    assert site.made == 2


@pytest.mark.parametrize("key", ["site", "comments"])
def test_what_changes_while_a_page_is_made_is_not_kept(cache, site, key):
    site.meanwhile = lambda: site.numbers.update({key: site.numbers[key] + 1})
    Answer(cache)
    Answer(cache)
    assert site.made == 2


def test_a_page_ends_when_the_next_post_appears(cache, site):
    site.ends = time.time() + 0.05
    Answer(cache)
    Answer(cache)
    assert site.made == 1
    time.sleep(0.06)
    Answer(cache)
    assert site.made == 2


def test_a_page_from_a_clock_that_was_ahead_is_not_served(cache, site, monkeypatch):
    ahead = time.time() + 3_600
    monkeypatch.setattr(time, "time", lambda: ahead)
    Answer(cache)
    monkeypatch.undo()
    Answer(cache)
    assert site.made == 2


@pytest.mark.parametrize(
    "request_",
    [
        {"method": "POST"},
        {"method": "OPTIONS"},
        {"query": "s=words"},
        {"query": "%73=words"},
        {"query": "p=1"},
        {"query": "x=1&s"},
        {"query": "x" * 3_000},
        {"HTTP_COOKIE": "sessionid=x"},
        {"HTTP_COOKIE": "a=b; commenter=x"},
        {"HTTP_COOKIE": 'csrftoken="x"'},
        {"HTTP_HOST": "elsewhere.example"},
        {"HTTP_HOST": "news.example:8000"},
        {"HTTP_HOST": "NEWS.example."},
        {"wsgi.url_scheme": "http"},
        {"HTTP_AUTHORIZATION": "Basic x"},
        {"CONTENT_LENGTH": "3"},
        {"HTTP_TRANSFER_ENCODING": "chunked"},
        {"SCRIPT_NAME": "/x"},
        {"path": "/admin/"},
        {"path": "/admin/x.css"},
        {"path": "/static/site.css"},
    ],
)
def test_goes_by_what_is_kept(cache, site, request_):
    path = request_.get("path", "/")
    Answer(cache, path=path)
    made = site.made
    for _ in range(2):
        Answer(cache, **request_)
    assert site.made == made + 2
    Answer(cache)
    assert site.made == made + 2 + (path != "/")


@pytest.mark.parametrize("query", ["utm_source=x", "fbclid=1", "", "sx=1&ps=2", "?", "&&", "%00=1"])
def test_a_query_that_means_nothing_gets_what_is_kept_and_is_never_kept(cache, site, query):
    Answer(cache, query=query)
    pages = len(cache.pages)
    Answer(cache)
    Answer(cache, query=query)
    assert len(cache.pages) == 1
    assert pages == (not query)
    assert site.made == (2 if query else 1)


def test_other_cookies_do_not_matter(cache, site):
    for _ in range(2):
        Answer(cache, HTTP_COOKIE="_ga=1; theme=dark; Sessionid=x; broken")
    assert site.made == 1


@pytest.mark.parametrize("change", [{"status": "404 Not Found"}, {"depends_on": None}])
def test_errors_and_what_is_not_public_are_not_kept(cache, site, change):
    vars(site).update({"depends_on": None} | change)
    for _ in range(2):
        assert Answer(cache).status == int(site.status.split()[0])
    assert site.made == 2
    assert not cache.pages


def test_a_forged_scheme_is_not_believed(cache, site):
    Answer(cache)
    Answer(cache, **{"wsgi.url_scheme": "http", "HTTP_X_FORWARDED_PROTO": "https"})
    assert site.made == 2


def test_a_trusted_proxy_says_how_the_reader_came(site, settings):
    settings.TRUSTED_PROXIES = ["unix"]
    cache = PageCache(site, site, room=1_000_000)
    came = {"wsgi.url_scheme": "http", "HTTP_X_FORWARDED_PROTO": "https", "REMOTE_ADDR": ""}
    for _ in range(2):
        Answer(cache, **came)
    assert site.made == 1


@pytest.mark.parametrize(
    ("header", "encoding"),
    [
        ("", ""),
        ("br", "br"),
        ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("GZIP", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br;q=0.5, gzip;q=0.9", "gzip"),
        ("*", "br"),
        ("*;q=0", ""),
        ("identity", ""),
        ("gzip;q=x, br;q=", ""),
        ("gzip;q=1e9", "gzip"),
        (";;,,;q=1", ""),
        ("x" * 10_000, ""),
        ("gzip\x00", ""),
    ],
)
def test_the_encoding_is_one_that_the_reader_takes(cache, header, encoding):
    assert best_encoding(header) == encoding
    for _ in range(2):
        answer = Answer(cache, HTTP_ACCEPT_ENCODING=header)
        assert answer.headers.get("Content-Encoding", "") == encoding
        assert "Old page of /" in answer.text
        assert answer.headers["Content-Length"] == str(len(answer.body))


def test_each_encoding_has_an_etag_of_its_own(cache):
    tags = {Answer(cache, HTTP_ACCEPT_ENCODING=each).headers["ETag"] for each in ("", "br", "gzip")}
    assert len(tags) == 3


@pytest.mark.parametrize("spelled", ["{}", "W/{}", '"x", {}', "*"])
def test_who_has_the_page_already_is_told_so_without_a_body(cache, spelled):
    etag = Answer(cache, HTTP_ACCEPT_ENCODING="br").headers["ETag"]
    header = spelled.format(etag)
    answer = Answer(cache, HTTP_ACCEPT_ENCODING="br", HTTP_IF_NONE_MATCH=header)
    assert (answer.status, answer.body) == (304, b"")
    assert answer.headers["ETag"] == etag
    assert not {"Content-Length", "Content-Encoding", "Content-Type"} & set(answer.headers)


def test_who_has_an_older_page_gets_the_new_one(cache, site):
    etag = Answer(cache).headers["ETag"]
    site.text, site.numbers["site"] = "New", 2
    answer = Answer(cache, HTTP_IF_NONE_MATCH=etag)
    assert (answer.status, "New" in answer.text) == (200, True)


def test_the_first_reader_of_a_page_can_have_it_already(cache, site):
    etag = Answer(cache).headers["ETag"]
    again = PageCache(site, site, room=1_000_000)
    assert Answer(again, HTTP_IF_NONE_MATCH=etag).status == 304


def test_a_range_of_a_page_is_the_whole_page(cache):
    Answer(cache)
    answer = Answer(cache, HTTP_RANGE="bytes=0-3")
    assert (answer.status, len(answer.body) > 4) == (200, True)


def test_head_says_what_get_would(cache, site):
    whole = Answer(cache)
    head = Answer(cache, method="HEAD")
    assert (head.status, head.headers, head.body) == (200, whole.headers, b"")
    assert site.made == 1


def test_head_alone_keeps_nothing(cache, site):
    Answer(cache, method="HEAD")
    assert not cache.pages


def test_there_is_only_so_much_room_and_the_least_read_goes_first(site):
    cache = PageCache(site, site, room=30_000)
    for number in range(100):
        Answer(cache, path=f"/{number}/")
        Answer(cache, path="/0/")
    assert cache.taken == sum(page.size for page in cache.pages.values()) <= 30_000
    assert {"/0/", "/99/"} <= set(cache.pages)
    assert "/1/" not in cache.pages


def test_a_page_that_is_too_large_is_served_and_not_kept(site):
    cache = PageCache(site, site, room=5_000)
    assert "Old" in Answer(cache).text
    assert (cache.taken, len(cache.pages)) == (0, 0)


def until(it_is):
    """Wait until what threads do has come so far."""
    end = time.monotonic() + 10
    while not it_is():
        assert time.monotonic() < end
        time.sleep(0.001)


def at_once(number, do):
    threads = [threading.Thread(target=do) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_page_is_made_by_one_while_the_others_wait(cache, site):
    site.meanwhile = lambda: time.sleep(0.1)
    texts = []
    at_once(8, lambda: texts.append(Answer(cache).text))
    assert site.made == 1
    assert len(texts) == 8
    assert len(set(texts)) == 1


def test_nobody_waits_for_ever_for_a_page_that_takes_long(cache, site, monkeypatch):
    monkeypatch.setattr(page_cache, "PATIENCE", 0.05)
    site.meanwhile = lambda: time.sleep(0.3)
    cache.turns = page_cache.Turns(4)
    started = time.perf_counter()
    at_once(4, lambda: Answer(cache))
    assert site.made == 4
    assert time.perf_counter() - started < 0.6
    assert not cache.under_way


def test_kept_pages_go_past_all_that_wait(cache, site):
    """Such as comments while something else writes for long."""
    Answer(cache)
    go_on = threading.Event()
    site.meanwhile = go_on.wait
    waiting = [
        threading.Thread(target=Answer, args=[cache, f"/{number}/"], daemon=True)
        for number in range(3 * page_cache.AT_ONCE)
    ]
    try:
        for thread in waiting:
            thread.start()
        until(lambda: len(cache.turns.waiting) == 2 * page_cache.AT_ONCE)
        assert "Old" in Answer(cache).text
        assert site.made == 1 + page_cache.AT_ONCE
        site.meanwhile = lambda: None
        assert Answer(cache, "/healthz").status == 200
    finally:
        go_on.set()
    for thread in waiting:
        thread.join()
    assert site.made == 2 + len(waiting)


def test_who_waited_for_a_turn_takes_the_page_that_was_made_meanwhile(cache, site, monkeypatch):
    """Else all who lost patience would make it, one after another."""
    monkeypatch.setattr(page_cache, "PATIENCE", 0.1)
    go_on = threading.Event()
    site.meanwhile = go_on.wait
    asking = [
        threading.Thread(target=Answer, args=[cache, path], daemon=True)
        for path in ["/slow/", "/slower/", *["/"] * 6]
    ]
    try:
        for thread in asking[:2]:
            thread.start()
        until(lambda: site.made == 2)
        for thread in asking[2:]:
            thread.start()
        until(lambda: len(cache.turns.waiting) == 6)
        site.meanwhile = lambda: time.sleep(0.05)
    finally:
        go_on.set()
    for thread in asking:
        thread.join()
    # Some have their turn at the same moment as the one who keeps it, or just before it is there.
    assert site.made < len(asking)


def test_turns_come_in_order_and_are_given_back_by_those_who_fail():
    turns, came = page_cache.Turns(1), []

    def take(number):
        with suppress(RuntimeError), turns:
            came.append(number)
            raise RuntimeError

    threads = [threading.Thread(target=take, args=[number], daemon=True) for number in range(8)]
    with turns:
        for thread in threads:
            before = len(turns.waiting)
            thread.start()
            until(lambda before=before: len(turns.waiting) > before)
    for thread in threads:
        thread.join()
    assert came == list(range(8))
    assert turns.places == 1


def test_a_sign_of_life_asks_no_database(cache, site):
    def hang(keys):
        raise AssertionError(keys)

    cache.read = site.read = hang
    assert Answer(cache, "/healthz").status == 200


def test_a_page_that_fails_is_not_kept_and_holds_up_nobody(cache, site):
    def fail():
        raise RuntimeError("The page cannot be made.")

    site.meanwhile = fail
    for _ in range(2):
        with pytest.raises(RuntimeError):
            Answer(cache)
    assert not cache.under_way
    site.meanwhile = lambda: None
    assert Answer(cache).status == 200


def test_without_a_database_django_says_what_is_wrong(cache, site):
    Answer(cache)
    site.is_away = True
    Answer(cache)
    assert site.made == 2


def test_kept_pages_bridge_a_moment_without_a_database_where_the_setting_says_so(site):
    cache = PageCache(site, site, room=1_000_000, stale_seconds=60)
    Answer(cache)
    site.is_away = True
    assert Answer(cache).status == 200
    assert site.made == 1
    cache.pages["/"].made -= 61
    Answer(cache)
    assert site.made == 2


def test_what_was_taken_back_does_not_come_again_when_the_database_is_away(site):
    cache = PageCache(site, site, room=1_000_000, stale_seconds=60)
    Answer(cache)
    site.numbers["site"] = 2
    site.status, site.depends_on = "404 Not Found", ()
    assert Answer(cache).status == 404
    assert (cache.taken, len(cache.pages)) == (0, 0)
    site.is_away = True
    assert Answer(cache).status == 404


def test_what_has_ended_does_not_come_again_when_the_database_is_away(site):
    cache = PageCache(site, site, room=1_000_000, stale_seconds=60)
    site.ends = time.time() + 60
    Answer(cache)
    site.is_away, site.status = True, "503 Service Unavailable"
    assert Answer(cache).status == 200
    cache.pages["/"].moment = time.time() - 1
    assert Answer(cache).status == 503


def test_headers_of_the_connection_are_not_kept():
    kept = Kept([("Connection", "close"), ("Date", "x"), ("X-Own", "1")], b"text", ("site",))
    assert kept.headers == [("X-Own", "1")]


def test_readers_beside_a_writer_never_see_an_old_page(cache, site):
    """Four readers, each of whom may expect what was written before they asked."""
    problems, is_written = [], threading.Event()
    site.text = "1"

    def read():
        while not is_written.is_set():
            at_least = site.numbers["site"]
            seen = int(Answer(cache).text.split()[0])
            if seen < at_least:
                problems.append((seen, at_least))
            time.sleep(0.0005)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for number in range(2, 300):
        site.text = str(number)
        site.numbers["site"] = number
        time.sleep(0.001)
    is_written.set()
    for reader in readers:
        reader.join()
    assert not problems
    assert site.made > 50
