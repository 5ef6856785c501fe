"""Uploads on S3-compatible storage: the same addresses, a real client, and a small server."""

import threading
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.files.base import ContentFile

from newsroom.checks import object_storage

pytest.importorskip("storages", reason="The extra s3 is not installed.")

from newsroom.object_storage import ObjectStorage  # noqa: E402

URL = "https://key:s%2Fcret@storage.example:9000/pictures?region=eu-west-1"


@pytest.fixture
def bucket():
    """What a server on this machine has been given, by path; it knows just enough of S3."""
    kept = {}

    class Bucket(BaseHTTPRequestHandler):
        def answer(self, status, body=b""):
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Last-Modified", formatdate(usegmt=True))
            self.send_header("ETag", '"x"')
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def do_PUT(self):
            assert self.headers["Authorization"].startswith("AWS4-HMAC-SHA256 Credential=key/")
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if "aws-chunked" in self.headers.get("Content-Encoding", ""):
                body = body.split(b"\r\n")[1]
            kept[self.path] = body
            self.answer(200)

        def do_GET(self):
            found = kept.get(self.path)
            self.answer(404 if found is None else 200, found or b"")

        do_HEAD = do_GET

        def do_DELETE(self):
            kept.pop(self.path, None)
            self.answer(204)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Bucket)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield kept, f"http://key:secret@127.0.0.1:{server.server_port}/pictures"
    server.shutdown()
    server.server_close()


def test_a_file_is_stored_read_and_removed(bucket):
    kept, url = bucket
    storage = ObjectStorage(**object_storage(url))
    name = storage.save("images/abc/ship.jpg", ContentFile(b"a ship"))
    assert kept == {"/pictures/images/abc/ship.jpg": b"a ship"}
    assert storage.exists(name)
    assert storage.size(name) == 6
    with storage.open(name) as file:
        assert file.read() == b"a ship"
    storage.delete(name)
    assert kept == {}
    assert not storage.exists(name)


def test_readers_ask_nobody_but_this_site(settings):
    storage = ObjectStorage(**object_storage(URL))
    assert storage.url("images/a b.jpg") == f"{settings.MEDIA_URL}images/a%20b.jpg"


def test_the_address_says_everything():
    assert object_storage(URL) == {
        "endpoint_url": "https://storage.example:9000",
        "bucket_name": "pictures",
        "access_key": "key",
        "secret_key": "s/cret",
        "region_name": "eu-west-1",
    }


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://storage.example/pictures",
        "https://key@storage.example/pictures",
        "https://key:secret@storage.example",
        "https://key:secret@storage.example/a/b",
        "https://key:secret@storage.example:x/pictures",
        "https://key:secret@/pictures",
    ],
)
def test_an_address_that_says_too_little_is_none(url):
    assert object_storage(url) == {}
