"""Links of posts are checked safely: what anybody types must not reach into our own network."""

import gzip
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address

import pytest
from django.core.cache import cache
from django.utils import timezone

from articles import fetching, link_checks
from articles.fetching import MOST_BYTES, Unreachable, is_public
from articles.models import LinkCheck
from articles.models.link_checks import Problem, digest
from articles.page_words import page_words
from articles.tasks import check_links
from tests.factories import make_author, make_draft

HTML = {"Content-Type": "text/html; charset=utf-8"}
PAGE = b"<title>The harbour</title><meta name=description content='Ships and tides.'>"


def local(address, port):
    """The seam of these tests: our own servers, and nothing else."""
    return str(address) == "127.0.0.1"


fetch = partial(fetching.fetch, may_connect=local)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, answer):
        self.answer, self.seen = answer, []
        super().__init__(("127.0.0.1", 0), Handler)

    def handle_error(self, *args):
        """Whoever hangs up on a huge answer is right."""

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.seen.append((self.command, self.path, dict(self.headers)))
        self.server.answer(self)
        self.close_connection = True

    do_HEAD = do_GET

    def say(self, status=200, headers=HTML, body=b""):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *args):
        pass


@contextmanager
def serving(answer: Callable, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    server = Server(answer)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def says(*args, **kwargs):
    return lambda handler: handler.say(*args, **kwargs)


def writes(*pieces, pause=0.0):
    """A server that knows nothing of HTTP."""

    def answer(handler):
        for piece in pieces:
            handler.wfile.write(piece)
            time.sleep(pause)

    return answer


def problem(url, **kwargs):
    with pytest.raises(Unreachable) as raised:
        fetch(url, **kwargs)
    return raised.value.problem


# What must not be asked


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.1/",
        "http://017700000001/",
        "http://0177.0.0.1/",
        "http://0/",
        "http://0.0.0.0/",
        "http://localhost/",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://172.16.0.1/",
        "http://192.168.1.1/",
        "http://100.64.0.1/",
        "http://192.0.2.1/",
        "http://198.18.0.1/",
        "http://224.0.0.1/",
        "http://240.0.0.1/",
        "http://255.255.255.255/",
        "http://[::1]/",
        "http://[::]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:a00:1]/",
        "http://[::127.0.0.1]/",
        "http://[fe80::1]/",
        "http://[fc00::1]/",
        "http://[fec0::1]/",
        "http://[ff02::1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://[2001:db8::1]/",
        "https://127.0.0.1/",
    ],
)
def test_addresses_that_are_not_public_are_refused(url):
    with pytest.raises(Unreachable) as raised:
        fetching.fetch(url, seconds=3)
    assert raised.value.problem == Problem.PRIVATE


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "javascript:alert(1)",
        "//example.org/",
        "http://",
        "http:///path",
        "http://user:pass@example.org/",
        "http://user@example.org/",
        "http://example.org@127.0.0.1/",
        "http://[::1",
        "http://example.org:99999/",
        "http://example.org:abc/",
        "http://fe80::1%25eth0/",
        "http://a..b/",
        "http://" + "a" * 64 + ".example/",
        "http://example.org/" + "a" * 3000,
        "",
        "www.example.org",
    ],
)
def test_what_is_no_plain_web_address_is_refused(url):
    with pytest.raises(Unreachable) as raised:
        fetching.fetch(url)
    assert raised.value.problem == Problem.ADDRESS


@pytest.mark.parametrize("port", [22, 25, 6379, 8000, 8443])
def test_other_ports_than_those_of_the_web_are_refused(port):
    assert not is_public(ip_address("93.184.215.14"), port)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
@pytest.mark.parametrize("port", [80, 443])
def test_public_addresses_are_allowed(address, port):
    assert is_public(ip_address(address), port)


def looked_up(monkeypatch, *answers):
    """The system's look-up gives these addresses, one list each time."""
    turns = iter(answers)
    monkeypatch.setattr(
        fetching.socket,
        "getaddrinfo",
        lambda host, port, **kwargs: [(2, 1, 6, "", (each, port)) for each in next(turns)],
    )


def test_a_name_with_one_private_address_is_refused(monkeypatch):
    looked_up(monkeypatch, ["93.184.215.14", "10.0.0.1"])
    with pytest.raises(Unreachable) as raised:
        fetching.fetch("http://example.org/")
    assert raised.value.problem == Problem.PRIVATE


def test_the_connection_goes_to_the_address_that_was_looked_at(monkeypatch):
    with serving(says(body=PAGE)) as server:
        # Looking the name up again would give another address.
        looked_up(monkeypatch, ["127.0.0.1"])
        asked = []
        connect = fetching.socket.create_connection

        def create_connection(address, **kwargs):
            asked.append(address[0])
            monkeypatch.undo()
            return connect(address, **kwargs)

        monkeypatch.setattr(fetching.socket, "create_connection", create_connection)
        fetch(f"http://name.example:{server.server_port}/")
    assert asked == ["127.0.0.1"]
    assert server.seen[0][2]["Host"] == f"name.example:{server.server_port}"


def test_a_redirect_into_our_own_network_is_refused():
    with serving(says(302, {"Location": "http://10.0.0.1/admin"})) as server:
        assert problem(server.url) == Problem.PRIVATE


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://example.org/", "//a:b@c/"])
def test_a_redirect_away_from_the_web_is_refused(location):
    with serving(says(302, {"Location": location})) as server:
        assert problem(server.url) == Problem.ADDRESS


def test_redirects_without_end_are_given_up():
    with serving(says(302, {"Location": "/"})) as server:
        assert problem(server.url) == Problem.REDIRECTS
        assert len(server.seen) == 6


def test_redirects_are_followed():
    def answer(handler):
        here = handler.path == "/there?a=%C3%A9"
        handler.say(**{"body": PAGE} if here else {"status": 301, "headers": {"Location": target}})

    target = "/there?a=é".encode().decode("latin-1")
    with serving(answer) as server:
        assert fetch(server.url).url == f"{server.url}there?a=é"


# What is sent


def test_nothing_is_sent_but_the_name_of_the_site(settings):
    settings.SITE_URL = "https://news.example"
    with serving(says(headers={"Set-Cookie": "a=b", "Location": "/2"}, status=302)) as server:
        problem(server.url)
    for _method, _path, headers in server.seen:
        assert set(headers) == {"Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"}
        assert "+https://news.example" in headers["User-Agent"]


def test_an_address_cannot_smuggle_in_headers():
    with serving(says()) as server:
        fetch(f"{server.url}a\r\nX-Evil: 1\r\n b é?q=\x00")
    assert server.seen[0][1] == "/aX-Evil:%201%20b%20%C3%A9?q=%00"
    assert "X-Evil" not in server.seen[0][2]


# Answers that are meant to hurt


def test_no_more_is_read_than_allowed():
    def answer(handler):
        handler.say(headers={**HTML, "Content-Length": str(50_000_000)})
        for _turn in range(50):
            handler.wfile.write(b"x" * 1_000_000)

    with serving(answer) as server:
        assert len(fetch(server.url).body) == MOST_BYTES


def test_an_endless_answer_in_pieces_is_cut():
    def answer(handler):
        handler.say(headers={**HTML, "Transfer-Encoding": "chunked"})
        while True:
            handler.wfile.write(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")

    with serving(answer) as server:
        assert 0 < len(fetch(server.url).body) <= MOST_BYTES


def test_a_slow_answer_is_given_up_as_a_whole_not_byte_by_byte():
    with serving(writes(b"HTTP/1.1 200 OK\r\n", *[b"A"] * 100, pause=0.05)) as server:
        start = time.monotonic()
        assert problem(server.url, seconds=0.5) == Problem.TIMEOUT
        assert time.monotonic() - start < 2


def test_a_slow_body_is_given_up_too():
    def answer(handler):
        handler.say(headers={**HTML, "Content-Length": "100"})
        writes(*[b"x"] * 100, pause=0.05)(handler)

    with serving(answer) as server:
        assert problem(server.url, seconds=0.5) == Problem.TIMEOUT


def test_a_server_that_says_nothing_is_given_up():
    with serving(writes(b"", pause=2)) as server:
        assert problem(server.url, seconds=0.3) == Problem.TIMEOUT


def test_a_look_up_that_hangs_is_given_up(monkeypatch):
    monkeypatch.setattr(fetching.socket, "getaddrinfo", lambda *args, **kwargs: time.sleep(1) or [])
    assert problem("http://example.org/", seconds=0.2) == Problem.TIMEOUT


def test_compressed_answers_are_not_unpacked():
    bomb = gzip.compress(b"\0" * 10_000_000)
    with serving(says(headers={**HTML, "Content-Encoding": "gzip"}, body=bomb)) as server:
        answer = fetch(server.url)
    assert (answer.status, answer.body) == (200, b"")
    assert server.seen[0][2]["Accept-Encoding"] == "identity"


@pytest.mark.parametrize(
    "nonsense",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 99999 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 1000,
        b"HTTP/1.1 200 OK\r\nA: " + b"x" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 30_000,
        b"",
    ],
)
def test_what_is_no_answer_of_a_web_site_is_an_error_in_words(nonsense):
    with serving(writes(nonsense)) as server:
        assert problem(server.url) in (Problem.NONSENSE, Problem.NO_ANSWER)


@pytest.mark.parametrize(
    "head", [b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nx", b"HTTP/1.1 200 OK\r\n: x\r\n\r\nx"]
)
def test_bad_headers_are_no_error(head):
    with serving(writes(head)) as server:
        assert fetch(server.url).status == 200


@pytest.fixture
def tls(tmp_path):
    """A server's side of TLS with a certificate that nobody vouches for."""
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
    files = {"-keyout": tmp_path / "key.pem", "-out": tmp_path / "cert.pem"}
    arguments = [*command.split(), *(str(each) for pair in files.items() for each in pair)]
    subprocess.run(arguments, check=True, capture_output=True)  # noqa: S603
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files["-out"], files["-keyout"])
    return context


def test_a_certificate_that_nobody_vouches_for_is_refused(tls):
    with serving(says(body=PAGE), tls) as server:
        assert problem(server.url.replace("http:", "https:")) == Problem.CERTIFICATE


def test_tls_with_a_server_that_knows_none_is_an_error_in_words():
    with serving(says()) as server:
        assert problem(server.url.replace("http:", "https:")) == Problem.NONSENSE


def test_nobody_there_is_an_error_in_words():
    with serving(says()) as server:
        url = server.url
    assert problem(url) == Problem.NO_ANSWER


def test_a_name_that_nobody_has_is_an_error_in_words(monkeypatch):
    def getaddrinfo(*args, **kwargs):
        raise fetching.socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(fetching.socket, "getaddrinfo", getaddrinfo)
    assert problem("http://nobody.example/") == Problem.NO_HOST


# What a page calls itself


@pytest.mark.parametrize(
    ("body", "content_type", "words"),
    [
        (PAGE, "text/html", ("The harbour", "Ships and tides.")),
        (
            b"<meta property=og:title content='Open &amp; shut'><title>Other</title>"
            b"<meta property=og:description content=Cards>",
            "text/html",
            ("Open & shut", "Cards"),
        ),
        (
            "<title>Zürich</title>".encode("latin-1"),
            "text/html; charset=ISO-8859-1",
            ("Zürich", ""),
        ),
        (
            "<meta charset=shift_jis><title>港</title>".encode("shift_jis"),
            "text/html",
            ("港", ""),
        ),
        ("<title>Zürich</title>".encode("latin-1"), "text/html", ("Z\ufffdrich", "")),
        (b"<title>a</title>", "text/html; charset=nonsense", ("a", "")),
        (b"<title>a</title>", "text/html; charset=punycode", ("a", "")),
        (b"<title>a</title>", "text/html; charset=undefined", ("a", "")),
        (b"<title>a</title>", "text/html; charset=hex", ("a", "")),
        (b"<title>a\0\n  b</title>", "text/html", ("a b", "")),
        (b"<svg><title>Logo</title></svg>", "text/html", ("Logo", "")),
        (b"<title>a</title>", "application/pdf", ("", "")),
        (b"<title>" + b"x" * 1000 + b"</title>", "text/html", ("x" * 300, "")),
        (b"<title>never ended", "text/html", ("", "")),
        (b"<![bad[><title>a</title>", "text/html", ("", "")),
        (b"\xff\xfe\x00", "text/html", ("", "")),
    ],
)
def test_title_and_description_are_read_from(body, content_type, words):
    assert page_words(body, content_type) == words


@pytest.mark.parametrize("piece", [b"<", b"<!--", b"<a ", b"&", b"<![CDATA[", b"<title>", b"</"])
def test_no_page_takes_long_to_read(piece):
    start = time.process_time()
    page_words(piece * (MOST_BYTES // len(piece)), "text/html")
    assert time.process_time() - start < 3


# What a check says


def test_a_page_that_answers_has_no_problem_and_a_title():
    with serving(says(body=PAGE)) as server:
        check = link_checks.result(server.url, fetch)
    assert (check.problem, check.status, check.title) == ("", 200, "The harbour")
    assert check.description == "Ships and tides."
    assert [method for method, *_rest in server.seen] == ["HEAD", "GET"]


def test_a_file_is_not_fetched():
    with serving(says(headers={"Content-Type": "application/pdf"})) as server:
        assert link_checks.result(server.url, fetch).problem == ""
    assert [method for method, *_rest in server.seen] == ["HEAD"]


@pytest.mark.parametrize("status", [403, 405, 501, 404])
def test_a_server_that_does_not_know_head_is_asked_otherwise(status):
    def answer(handler):
        handler.say(status if handler.command == "HEAD" else 200, body=PAGE)

    with serving(answer) as server:
        check = link_checks.result(server.url, fetch)
    assert (check.problem, check.status, check.title) == ("", 200, "The harbour")


def test_a_server_that_hangs_up_on_head_is_asked_otherwise():
    def answer(handler):
        if handler.command == "GET":
            handler.say(body=PAGE)

    with serving(answer) as server:
        assert link_checks.result(server.url, fetch).title == "The harbour"


@pytest.mark.parametrize("status", [404, 410, 500, 503])
def test_a_page_that_is_not_there_is_a_problem_in_words(status):
    with serving(says(status)) as server:
        assert link_checks.result(server.url, fetch).in_words == f"answers {status}"


@pytest.mark.parametrize("status", [401, 403, 429, 999])
def test_a_page_that_sends_only_programs_away_is_no_problem(status):
    with serving(says(status)) as server:
        check = link_checks.result(server.url, fetch)
    assert (check.problem, check.status) == ("", status)


# What is kept, and when it is asked anew

database = pytest.mark.django_db


def kept(url, hours=1, **values):
    checked_at = None if hours is None else timezone.now() - timedelta(hours=hours)
    return LinkCheck.objects.create(digest=digest(url), url=url, checked_at=checked_at, **values)


@database
def test_what_is_known_of_many_links_takes_one_query(django_assert_num_queries):
    urls = [f"https://example.org/{number}" for number in range(5)]
    checks = [kept(url) for url in urls[:3]]
    with django_assert_num_queries(1):
        assert LinkCheck.objects.known(urls) == dict(zip(urls, checks, strict=False))


@database
def test_what_was_checked_within_a_day_is_not_due():
    kept("https://a.example/", hours=23)
    kept("https://b.example/", hours=25)
    kept("https://c.example/", hours=None)
    urls = [f"https://{letter}.example/" for letter in "abcd"]
    assert LinkCheck.objects.due([*urls, *urls]) == urls[1:]


@database
def test_checking_keeps_what_came_of_it_in_place_of_what_was_known():
    with serving(says(404)) as server:
        kept(server.url, hours=48, status=200, title="Old")
        link_checks.check([server.url], fetch=fetch)
        check = LinkCheck.objects.get()
    assert (check.status, check.problem, check.title) == (404, Problem.STATUS, "")
    assert check.checked_at > timezone.now() - timedelta(minutes=1)


@database
def test_after_the_time_that_is_given_the_rest_stays_unchecked():
    with serving(says(body=PAGE)) as quick, serving(writes(b"", pause=1)) as slow:
        start = time.monotonic()
        link_checks.check([slow.url, quick.url], 0.5, fetch)
        assert time.monotonic() - start < 0.9
    assert [each.url for each in LinkCheck.objects.all()] == [quick.url]


@database
def test_the_task_asks_nothing_that_was_checked_meanwhile(monkeypatch):
    asked = []
    monkeypatch.setattr(link_checks, "check", asked.append)
    kept("https://a.example/")
    check_links.call(["https://a.example/", "https://b.example/"])
    assert asked == [["https://b.example/"]]


@pytest.fixture
def enqueued(monkeypatch):
    """What the task is given, as in production, where it is done beside the server."""
    found = []
    monkeypatch.setattr(link_checks, "checks_in_background", lambda: True)
    monkeypatch.setattr(type(check_links), "enqueue", lambda task, urls: found.append(urls))
    return found


BODY = (
    '<p><a href="https://a.example/x#part">A</a> <a href="https://a.example/x">again</a> '
    '<a href="/2026/01/01/post/">own</a> <a href="mailto:a@b.example">mail</a> '
    '<a href="https://news.example/about/">own</a> <a href="http://b.example">B</a></p>'
)


@database
def test_saving_a_post_has_its_links_checked(
    enqueued, settings, django_capture_on_commit_callbacks
):
    settings.SITE_URL = "https://news.example"
    article = make_draft()
    with django_capture_on_commit_callbacks(execute=True):
        article.revise({"body": BODY})
    assert enqueued == [["https://a.example/x", "http://b.example"]]
    assert set(LinkCheck.objects.values_list("checked_at", flat=True)) == {None}


@database
def test_pending_changes_have_their_links_checked_too(enqueued, django_capture_on_commit_callbacks):
    article = make_draft()
    article.sign(make_author())
    article.publish()
    with django_capture_on_commit_callbacks(execute=True):
        article.propose({"body": '<p><a href="https://c.example/">C</a></p>'})
    assert enqueued == [["https://c.example/"]]


@database
def test_saving_again_within_a_day_has_nothing_checked(
    enqueued, django_capture_on_commit_callbacks
):
    kept("https://c.example/")
    with django_capture_on_commit_callbacks(execute=True):
        make_draft().revise({"body": '<p><a href="https://c.example/">C</a></p>'})
    assert enqueued == []


@database
def test_where_tasks_are_done_at_once_saving_asks_no_other_site(
    monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(link_checks, "fetch", None)
    monkeypatch.setattr(type(check_links), "enqueue", None)
    with django_capture_on_commit_callbacks(execute=True):
        make_draft().revise({"body": BODY})
    assert not LinkCheck.objects.exists()


@database
def test_asked_for_again_what_did_not_answer_is_checked_anew(enqueued):
    kept("https://a.example/", problem=Problem.TIMEOUT)
    kept("https://b.example/")
    link_checks.check_now(["https://a.example/", "https://b.example/", "https://c.example/"])
    assert enqueued == [["https://a.example/", "https://c.example/"]]


# Link cards

CARD = "/admin/articles/article/link-card/"


@database
def test_a_known_page_is_described_without_asking_it():
    kept("https://a.example/", title="A", description="Words.")
    found = link_checks.describe("https://a.example/", fetch=None)
    assert (found.title, found.description, found.problem) == ("A", "Words.", "")


@database
def test_an_unknown_page_is_asked_and_kept():
    with serving(says(body=PAGE)) as server:
        found = link_checks.describe(server.url, fetch)
    assert found.title == "The harbour"
    assert LinkCheck.objects.get().title == "The harbour"


@database
def test_a_page_that_does_not_answer_is_described_by_its_problem():
    with serving(says(404)) as server:
        assert link_checks.describe(server.url, fetch).problem == "answers 404"


@database
@pytest.mark.parametrize("method", ["get", "post"])
def test_writers_get_a_card_as_json(client, reporter, method):
    kept("https://a.example/", title="A")
    answer = getattr(client, method)(CARD, {"url": "https://a.example/"})
    card = {"url": "https://a.example/", "title": "A", "description": "", "problem": ""}
    assert answer.json() == card


@database
def test_a_card_of_our_own_network_says_so(client, reporter):
    answer = client.get(CARD, {"url": "http://169.254.169.254/"})
    assert answer.json()["problem"] == "is no public address"


@database
@pytest.mark.parametrize(
    "url", ["", "x", "ftp://a.example/", "javascript:alert(1)", "http://[", "http://a.example/\0"]
)
def test_what_is_no_web_address_is_refused_in_a_sentence(client, reporter, url):
    answer = client.get(CARD, {"url": url})
    assert answer.status_code == 400
    assert "Enter a web address" in answer.json()["error"]


@database
def test_who_asks_for_many_cards_waits(client, editor):
    cache.clear()
    kept("https://a.example/", title="A")
    answers = [client.get(CARD, {"url": "https://a.example/"}) for _turn in range(21)]
    assert [each.status_code for each in answers] == [200] * 20 + [429]
    assert answers[-1]["Retry-After"] == "60"


@database
def test_who_cannot_write_gets_no_card(client, moderator):
    assert client.get(CARD, {"url": "https://a.example/"}).status_code == 403


@database
def test_strangers_get_no_card(client):
    assert client.get(CARD, {"url": "https://a.example/"}).status_code == 302
