"""The shipped nginx configuration before the production server: what works, what is refused."""

import re
import socket
import ssl
import time
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest

from tests.pages import comment_form
from tests.production import HOST

EVIL = "evil.example"
# When what nginx keeps for a second is over for certain: it counts whole seconds.
OVER = 2.1


def raw(port, lines):
    """What nginx says to bytes that no library would send; it is told to hang up after them."""
    context = ssl._create_unverified_context()  # noqa: S323
    with (
        socket.create_connection(("127.0.0.1", port), timeout=20) as plain,
        context.wrap_socket(plain) as line,
    ):
        line.sendall(lines.replace("\n", "\r\n").encode())
        answer = b""
        while chunk := line.recv(65536):
            answer += chunk
        return answer


def send(line, page, address="10.0.0.1", **fields):
    """Send the comment form at the end of ``page``, as somebody at ``address``."""
    action, hidden = comment_form(SimpleNamespace(content=page))
    body = urlencode(hidden | {"name": "Ana", "email": "ana@example.org"} | fields).encode()
    kind = "application/x-www-form-urlencoded"
    origin = {"Origin": f"https://{HOST}", "X_Forwarded_For": address}
    return line.ask(action, "POST", body, Content_Type=kind, **origin)


def test_pages_come_compressed_over_tls_without_a_cookie(line, post):
    for path in ("/", post, "/feed/", "/sitemap.xml"):
        answer = line.ask(path, Accept_Encoding="gzip")
        assert (answer.status, answer.headers["Content-Encoding"]) == (200, "gzip")
        assert answer.headers["Set-Cookie"] is None
        assert answer.headers["Strict-Transport-Security"]
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert answer.body[:2] == b"\x1f\x8b"


def test_plain_http_is_sent_on(site):
    plain = re.search(r"listen 127\.0\.0\.1:(\d+);", (site.folder / "nginx.conf").read_text())[1]
    with socket.create_connection(("127.0.0.1", int(plain)), timeout=20) as line:
        line.sendall(f"GET /x HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode())
        answer = line.recv(4096).decode()
    assert " 301 " in answer
    assert f"Location: https://{HOST}/x\r\n" in answer


def test_static_files_and_uploads_are_kept_for_ever_and_run_nothing(line, site, post):
    style = re.search(rb'href="(/static/[^"]+\.css)"', line.ask(post).body)[1].decode()
    answer = line.ask(style, Accept_Encoding="gzip")
    assert (answer.status, answer.headers["Content-Encoding"]) == (200, "gzip")
    assert "immutable" in answer.headers["Cache-Control"]
    (site.folder / "media" / "page.html").write_text("<script>alert(1)</script>")
    answer = line.ask("/media/page.html")
    assert answer.status == 200
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("dots", ["..", "%2e%2e", "..%2f..", "x/../.."])
@pytest.mark.parametrize("folder", ["static", "media"])
def test_no_file_outside_its_folder_is_served(site, line, folder, dots):
    answer = raw(
        site.port,
        f"GET /{folder}/{dots}/site.sqlite3 HTTP/1.1\nHost: {HOST}\nConnection: close\n\n",
    )
    assert int(answer.split(b" ", 2)[1]) in (400, 404)


def test_a_page_asked_again_is_only_said_to_be_the_same(line, post):
    etag = line.ask(post).headers["ETag"]
    again = line.ask(post, If_None_Match=etag)
    assert (again.status, again.body) == (304, b"")


def test_nginx_keeps_public_pages_for_a_second(site, line, post):
    for path in ("/", post, "/feed/", "/sitemap.xml"):
        assert site.kept(line, path)
        time.sleep(OVER)
        assert site.logged(lambda path=path: [line.ask(path)]) == "EXPIRED"


def test_what_is_for_one_reader_is_kept_nowhere(site, line, post):
    for cookie in ("sessionid=x", "a=b; commenter=x", "csrftoken=x", "messages=x"):
        assert not site.kept(line, post, Cookie=cookie)
    for path in (
        "/admin/login/",
        "/?s=water",
        f"{post}?x=1",
        "/privacy/?x",
        "/readyz",
    ):
        assert not site.kept(line, path)


def test_what_is_gone_takes_the_place_of_the_page_that_was_there(site, line, post):
    """Or the page would come back as soon as the site is away."""
    for path, status in [("/missing/", 404), (post.replace("/2026/", "/2025/"), 301)]:
        assert line.ask(path).status == status
        assert site.kept(line, path)
    assert not site.kept(line, "/admin/missing.css")


def test_the_old_address_of_a_picture_leads_to_its_new_file(site, line, post):
    picture = re.search(rb"/media/(images/[\w-]+/)", line.ask(post).body)[1].decode()
    answer = line.ask(f"/media/{picture}before.jpg")
    assert answer.status == 302
    assert line.ask(answer.headers["Location"]).status == 200
    assert line.ask("/media/images/nobodys/file.jpg").status == 404


def test_a_writer_sees_the_comment_that_waits_at_once_and_others_do_not(site, line, post):
    mine = f"I was at the harbour at {time.time_ns()}."
    answer = send(line, line.ask(post).body, body=mine)
    assert answer.status == 303
    own = answer.headers["Location"]
    assert mine in line.ask(own).body.decode()
    time.sleep(OVER)
    assert mine not in line.ask(post).body.decode()


@pytest.mark.parametrize(
    "headers",
    [
        {"X_Forwarded_Host": EVIL},
        {"X_Forwarded_Proto": "http"},
        {"X_Forwarded_Port": "1"},
        {"X_Forwarded_For": f"{EVIL}, 127.0.0.1"},
        {"Forwarded": f"host={EVIL};proto=http"},
        {"X_Original_URL": "/admin/"},
        {"X_Rewrite_URL": "/admin/"},
        {"X_HTTP_Method_Override": "DELETE"},
        {"X_Host": EVIL},
        {"Accept_Encoding": "gzip;q=0, br;q=0, identity;q=0"},
        {"Accept_Encoding": "br;q=1.5e400, *;q=x"},
        {"Accept_Language": "ar"},
        {"Range": "bytes=0-10"},
        {"Cookie": "sessionid=x; commenter=y"},
        {"User_Agent": "<script>alert(1)</script>"},
        {"If_None_Match": "*"},
        {"X_Accel_Expires": "3600"},
    ],
)
def test_what_one_reader_sends_does_not_change_the_page_of_the_next(line, post, headers):
    time.sleep(OVER)  # So that nginx asks, with these headers, for the page that it keeps then.
    line.ask(post, **headers)
    answer = line.ask(post)
    assert answer.status == 200
    # An argument has nginx ask the site again.
    assert answer.body == line.ask(f"{post}?fresh").body
    assert EVIL.encode() not in answer.body


@pytest.mark.parametrize("host", [EVIL, f"{HOST}:1", f"{HOST}@{EVIL}", f"{HOST}.", "", "a b"])
def test_another_host_shows_in_no_page(site, line, post, host):
    answer = raw(site.port, f"GET {post} HTTP/1.1\nHost: {host}\nConnection: close\n\n")
    assert int(answer.split(b" ", 2)[1]) in (200, 400)
    assert EVIL.encode() not in answer
    assert EVIL.encode() not in line.ask(post).body


@pytest.mark.parametrize(
    "path",
    [
        *("/admin/x.css", "/admin/;.css", "/admin/%2e%2e/admin/x.js", "/admin//x.png"),
        *("/admin/login/x.css", "/admin/.css", "/admin%2fx.css", "/admin/login/%0d%0aX:y"),
        *("//", "//admin/", "/./x.css", "/%00", "/?p=1;.css"),
    ],
)
def test_an_address_that_looks_like_a_file_is_not_kept(site, line, path):
    assert line.ask(path).status in (301, 302, 400, 404)
    assert not site.kept(line, path)


@pytest.mark.parametrize(
    "tail",
    ["//", "/./", "%2e/", ";.css", "/..;/", "/?x=%0d%0aSet-Cookie:a=b", "/index.html", "%00"],
)
def test_a_twisted_address_breaks_nothing(line, post, tail):
    answer = line.ask(post.rstrip("/") + tail)
    assert answer.status in (200, 301, 400, 404)
    assert answer.headers["Set-Cookie"] is None
    assert line.ask(post).status == 200


@pytest.mark.parametrize(
    "lines",
    [
        # A GET with a body that looks like the next request.
        "GET {post} HTTP/1.1\nHost: {host}\nContent-Length: 44\nConnection: close\n\n"
        "GET /admin/ HTTP/1.1\nHost: evil.example\n\n",
        # Two opinions about where it ends.
        "POST {post} HTTP/1.1\nHost: {host}\nContent-Length: 4\nTransfer-Encoding: chunked\n"
        "Connection: close\n\n0\n\nGET /admin/ HTTP/1.1\nX: y\n\n",
        "GET {post} HTTP/1.1\nHost: {host}\nHost: evil.example\nConnection: close\n\n",
        "GET https://evil.example{post} HTTP/1.1\nHost: {host}\nConnection: close\n\n",
        "GET {post} HTTP/1.1\nHost: {host}\nX: a\n\tb\nConnection: close\n\n",
    ],
)
def test_bytes_that_no_browser_sends_reach_nobody_else(site, line, post, lines):
    answer = raw(site.port, lines.format(post=post, host=HOST))
    assert int(answer.split(b" ", 2)[1]) in (200, 400, 403, 405)
    assert b"Location: /admin/" not in answer
    after = line.ask(post)
    assert after.status == 200
    assert EVIL.encode() not in after.body


def test_a_thousand_missing_addresses_are_a_thousand_times_missing(line):
    assert {line.ask(f"/missing-{number}/").status for number in range(1000)} == {404}


def test_the_site_says_that_it_is_alive_and_ready(line):
    assert [line.ask(path).status for path in ("/healthz", "/readyz")] == [200, 200]
