"""
Whole public pages, kept in memory ready to be sent, and answered before Django is entered.

The law: after an edit's response has returned, no process ever serves the old page. So nothing is
ever purged. Each page is kept with the numbers of what it shows (newsroom/versions.py), and every
request compares them with the present ones, which the edit's own transaction has counted up. A
page is only kept if no number moved while it was made, and no longer than until the next post
appears or ends, or the form in it needs another token.

How a request goes:

1. ``key_of`` decides whether it may have a kept page at all: a plain GET or HEAD for this site,
   without a cookie of ours. Everything else goes to Django as if there were no cache.
2. ``fresh`` finds the page and compares the numbers. The answer is compressed and has an ETag.
3. ``make`` has Django make the page, once at a time for each address; others wait for that one
   for a moment. ``dependencies``, a middleware, says whether it may be kept and what it shows.

Whatever Django has to answer waits for its turn (``Turns``); kept pages do not.
"""

import gzip
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from hashlib import blake2b
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import brotli
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from comments.writers import COOKIE
from newsroom.freshness import Freshness, freshness, is_true
from newsroom.health import LIVE
from newsroom.proxies import TrustedProxies
from newsroom.versions import COMMENTS, SITE, Unanswered, discussion

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
StartResponse = Callable[..., Any]

# The pages that are the same for every reader who has no cookie of ours.
PUBLIC = {
    *("articles:initials", "articles:news_sitemap", "articles:page", "articles:sitemap"),
    *("articles:article", "articles:sitemap_index"),
    *(
        f"articles:{name}{page}"
        for name in (
            "home",
            "category",
            "tag",
            "author",
            "year",
            "month",
            "day",
            "corrections",
            "changes",
        )
        for page in ("", "_page")
    ),
    *("comments:page", "comments:thread", "comments:thread_page", "comments:privacy"),
    *("robots", "manifest"),
}
# Of these every address that answers is a feed.
FEEDS = ("feeds:", "comments:feed", "comments:article_feed")
# What an address can ask for besides its path. Other names mean nothing to us, so that a page with
# one may be answered from what is kept, but is never kept itself.
MEANINGFUL = {"s", "p"}
OUR_COOKIES = {COOKIE, settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, "messages"}
# How many seconds a request waits for another that is making the same page. Its thread waits, too.
PATIENCE = 1
# How many requests of one process are with Django at one time. More take longer together, as only
# one of them has the interpreter; with two, the other goes on while one waits for the database.
AT_ONCE = 2
# Compressed by each, the best first.
ENCODINGS = ("br", "gzip")
# For how many seconds nginx in front may answer with it. It tells nobody of this header.
FOR_NGINX = "1"
# The answers in place of a page that was there.
GONE = (301, 404, 410)
PER_CONNECTION = {"connection", "keep-alive", "transfer-encoding", "date", "server"}


class Kept:
    """One page: its headers and its bytes in each encoding, made when first asked for."""

    def __init__(self, headers: Headers, body: bytes, depends_on: tuple[str, ...]) -> None:
        self.headers = [
            (name, value)
            for name, value in headers
            if name.lower() not in {"content-length", "etag", *PER_CONNECTION}
        ]
        self.depends_on = depends_on
        self.numbers: tuple[int, ...] = ()
        self.made, self.until, self.moment = 0.0, 0.0, 0.0
        self.tag = blake2b(body, digest_size=12).hexdigest()
        self.body = {"": body}
        self.answers: dict[str, tuple[str, Headers, Headers]] = {}

    @property
    def size(self) -> int:
        """About how many bytes of memory it takes."""
        return 2_000 + sum(map(len, self.body.values()))

    def answer(self, encoding: str) -> tuple[str, Headers, Headers]:
        """Its ETag, and the headers of a whole answer and of a 304, in ``encoding``."""
        if encoding not in self.body:
            whole = self.body[""]
            self.body[encoding] = (
                brotli.compress(whole, quality=5)
                if encoding == "br"
                else gzip.compress(whole, 6, mtime=0)
            )
        etag = f'"{self.tag}{encoding and "-"}{encoding}"'
        extra = [("ETag", etag)]
        short = [one for one in self.headers if not one[0].lower().startswith("content-")] + extra
        if encoding:
            extra.append(("Content-Encoding", encoding))
        extra.append(("Content-Length", str(len(self.body[encoding]))))
        made = self.answers[encoding] = (etag, self.headers + extra, short)
        return made


class Turns:
    """
    A few requests at once, the others in the order in which they came. With Django they would only
    wait for each other; here kept pages go past them.
    """

    def __init__(self, places: int) -> None:
        self.places = places
        self.waiting: deque[threading.Lock] = deque()
        self.lock = threading.Lock()

    def __enter__(self) -> None:
        with self.lock:
            if self.places:
                self.places -= 1
                return
            turn = threading.Lock()
            turn.acquire()
            self.waiting.append(turn)
        turn.acquire()

    def __exit__(self, *_error: object) -> None:
        with self.lock:
            if self.waiting:
                self.waiting.popleft().release()
            else:
                self.places += 1


class PageCache:
    """
    A WSGI application around Django's. ``room`` is how many bytes the kept pages may take; the one
    that was not asked for longest goes first. Where the database does not answer, pages that were
    made within ``stale_seconds`` are served as they are; 0 leaves it to Django to say so.
    """

    def __init__(
        self,
        application: Callable[..., Any],
        freshness: Freshness,
        room: int,
        stale_seconds: int = 0,
    ) -> None:
        self.application = application
        self.freshness, self.read = freshness, freshness.read
        self.room, self.stale_seconds = room, stale_seconds
        address = urlsplit(settings.SITE_URL)
        self.scheme, self.host = address.scheme, address.netloc.lower()
        self.believe = TrustedProxies(application).read
        self.elsewhere = (settings.STATIC_URL, settings.MEDIA_URL, reverse("admin:index"))
        self.pages: OrderedDict[str, Kept] = OrderedDict()
        self.taken = 0
        self.lock = threading.Lock()
        self.under_way: dict[str, threading.Event] = {}
        self.turns = Turns(AT_ONCE)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] == LIVE:
            return self.application(environ, start_response)
        key = self.key_of(environ)
        if key is None:
            return self.ask(environ, start_response)
        kept = self.fresh(key)
        if kept is None:
            return self.make(key, environ, start_response)
        return respond(kept, environ, start_response)

    def ask(
        self, environ: Environ, start_response: StartResponse, key: str | None = None
    ) -> Iterable[bytes]:
        """
        Have Django answer when it is this request's turn, unless the page ``key`` is kept by then.
        """
        with self.turns:
            kept = self.fresh(key) if key else None
            if kept is None:
                return self.application(environ, start_response)
        return respond(kept, environ, start_response)

    # --- Which requests ---

    def key_of(self, environ: Environ) -> str | None:
        """The path of a request that may have a kept page; None for any other."""
        self.believe(environ)
        if (
            environ["REQUEST_METHOD"] not in ("GET", "HEAD")
            or environ.get("HTTP_HOST") != self.host
            or environ.get("wsgi.url_scheme") != self.scheme
            or environ.get("CONTENT_LENGTH") not in (None, "", "0")
            or "HTTP_TRANSFER_ENCODING" in environ
            or "HTTP_AUTHORIZATION" in environ
            or environ.get("SCRIPT_NAME")
        ):
            return None
        path = environ["PATH_INFO"]
        if path.startswith(self.elsewhere):
            return None
        if knows_reader(environ.get("HTTP_COOKIE", "")):
            return None
        return None if asks_for_something(environ.get("QUERY_STRING", "")) else path

    # --- What is kept ---

    def fresh(self, key: str) -> Kept | None:
        """The page that is kept under ``key``, if nothing that it shows has changed since."""
        kept = self.pages.get(key)
        if kept is None:
            return None
        try:
            numbers = self.read(kept.depends_on)
        except Unanswered:
            until = min(kept.moment, kept.made + self.stale_seconds)
            return kept if is_true(kept.made, until) else None
        if numbers != kept.numbers or not is_true(kept.made, kept.until):
            # Not even when the database is away: it may have been taken back.
            self.forget(key, kept)
            return None
        with suppress(KeyError):  # Another thread may just have made room.
            self.pages.move_to_end(key)
        return kept

    def forget(self, key: str, kept: Kept) -> None:
        """Put a page out, unless another one has taken its place."""
        with self.lock:
            if self.pages.get(key) is kept:
                del self.pages[key]
                self.taken -= kept.size

    def keep(self, key: str, kept: Kept) -> None:
        """Put a page in, and as many out as there is no room for."""
        for encoding in ENCODINGS:
            kept.answer(encoding)
        with self.lock:
            if before := self.pages.pop(key, None):
                self.taken -= before.size
            if kept.size > self.room // 10:
                return
            self.pages[key] = kept
            self.taken += kept.size
            while self.taken > self.room:
                self.taken -= self.pages.popitem(last=False)[1].size

    # --- Making a page ---

    def make(self, key: str, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Have Django make the page, or wait for another request that is at it."""
        if environ["REQUEST_METHOD"] == "HEAD" or environ.get("QUERY_STRING"):
            return self.ask(environ, start_response)
        with self.lock:
            other = self.under_way.get(key)
            mine = self.under_way.setdefault(key, threading.Event())
        if other is not None:
            other.wait(PATIENCE)
            if kept := self.fresh(key):
                return respond(kept, environ, start_response)
            return self.ask(environ, start_response, key)
        try:
            with self.turns:
                return self.make_and_keep(key, environ, start_response)
        finally:
            with self.lock:
                del self.under_way[key]
            mine.set()

    def make_and_keep(
        self, key: str, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        answer: list[Any] = []
        # Django makes the whole page; what of it this reader needs is decided here.
        whole = {name: value for name, value in environ.items() if name not in CONDITIONS}
        before, began = self.numbers((SITE, COMMENTS)), time.time()
        chunks = self.application(whole, lambda *given: answer.append(given))
        depends_on = whole.get("newsroom.depends_on")
        if depends_on is None or before is None or not answer:
            start_response(*answer[-1])
            return chunks
        try:
            kept = Kept(answer[-1][1], b"".join(chunks), depends_on)
        finally:
            if hasattr(chunks, "close"):
                chunks.close()
        if self.may_keep(kept, before, began):
            self.keep(key, kept)
        return respond(kept, environ, start_response)

    def may_keep(self, kept: Kept, before: tuple[int, ...], began: float) -> bool:
        """
        Whether nothing moved since ``before`` was asked; if so, the page gets its numbers and the
        time until which it is true.
        """
        numbers = self.numbers(kept.depends_on)
        # No discussion moves without COMMENTS: what was asked before this is still true.
        if numbers is None or self.numbers((SITE, COMMENTS)) != before:
            return False
        kept.numbers, kept.made = numbers, began
        kept.until = self.freshness.until(began, before[0])
        kept.moment = self.freshness.moment(began, before[0])
        return is_true(began, kept.until)

    def numbers(self, keys: tuple[str, ...]) -> tuple[int, ...] | None:
        try:
            return self.read(keys)
        except Unanswered:
            return None


def knows_reader(cookies: str) -> bool:
    """Whether a Cookie header has one of ours, so that pages may differ for its sender."""
    return bool(cookies) and not OUR_COOKIES.isdisjoint(
        part.partition("=")[0].strip() for part in cookies.split(";")
    )


def asks_for_something(query: str) -> bool:
    """Whether a query string may mean something to a public page."""
    if not query:
        return False
    names = {name for name, _value in parse_qsl(query[:2_000], keep_blank_values=True)}
    return len(query) > 2_000 or not names.isdisjoint(MEANINGFUL)


CONDITIONS = {
    *("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE"),
    *("HTTP_RANGE", "HTTP_IF_RANGE", "HTTP_ACCEPT_ENCODING"),
}


def respond(kept: Kept, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """The page as this request wants it: compressed, or only that it is still the same."""
    encoding = best_encoding(environ.get("HTTP_ACCEPT_ENCODING", ""))
    etag, headers, short = kept.answers.get(encoding) or kept.answer(encoding)
    if (known := environ.get("HTTP_IF_NONE_MATCH")) and is_known(etag, known):
        start_response("304 Not Modified", short)
        return []
    start_response("200 OK", headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [kept.body[encoding]]


def is_known(etag: str, header: str) -> bool:
    """Whether an If-None-Match ``header`` names ``etag``, weak or not, or anything at all."""
    if header == etag:
        return True
    names = [name.strip().removeprefix("W/") for name in header[:2_000].split(",")]
    return etag in names or header.strip() == "*"


ACCEPTED: dict[str, str] = {
    "": "",
    "gzip": "gzip",
    "gzip, deflate": "gzip",
    "gzip, deflate, br": "br",
    "gzip, deflate, br, zstd": "br",
}


def best_encoding(header: str) -> str:
    """Which of ENCODINGS an Accept-Encoding ``header`` takes, the best; "" for none."""
    try:
        return ACCEPTED[header]
    except KeyError:
        pass
    weights = {}
    for part in header[:500].lower().split(","):
        name, *parameters = [piece.strip() for piece in part.split(";")]
        weight = next((each[2:] for each in parameters if each.startswith("q=")), "1")
        try:
            weights[name] = float(weight)
        except ValueError:
            weights[name] = 0.0
    other = weights.get("*", 0.0)
    usable = [name for name in ENCODINGS if weights.get(name, other) > 0]
    return max(usable, key=lambda name: weights.get(name, other), default="")


def dependencies(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """
    Middleware that tells the page cache whether an answer is the same for every reader, and what it
    shows. Such an answer may be stored by others too, who must ask before they show it again.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        note_beginning(request)
        response = get_response(request)
        if is_public(request, response):
            article = getattr(request, "article_shown", None)
            request.META["newsroom.depends_on"] = (
                (SITE, COMMENTS) if article is None else (SITE, discussion(article))
            )
            response.headers.setdefault("Cache-Control", "no-cache")
            patch_vary_headers(response, ["Accept-Encoding"])
            response.headers["X-Accel-Expires"] = FOR_NGINX
        elif response.status_code in GONE and is_public_view(request) and not response.cookies:
            # It takes the place of the page, which else would come back when the site is away.
            response.headers["X-Accel-Expires"] = FOR_NGINX
        return response

    return answer


def note_beginning(request: HttpRequest) -> None:
    """Before anything is read for a page: which state of the site it will show, at the least."""
    fresh = freshness()
    if fresh and request.method == "GET":
        request.is_known = knows_reader(request.META.get("HTTP_COOKIE", ""))
        with suppress(Unanswered):
            request.began = time.time()
            request.site_number, request.comments_number = fresh.read((SITE, COMMENTS))


def discussion_number(request: HttpRequest, article: int) -> int | None:
    """
    The number that the discussion under that post had when ``request`` began: whatever is read for
    it is as new at the least. None where nobody can tell, because comments have changed since.
    """
    known: dict[int, int | None] = request.__dict__.setdefault("discussion_numbers", {})
    if article not in known:
        known[article] = None
        with suppress(Unanswered):
            (number,) = freshness().read((discussion(article),))
            # By itself and after the other one, which moves only together with this one.
            if freshness().read((COMMENTS,)) == (request.comments_number,):
                known[article] = number
    return known[article]


def is_public_view(request: HttpRequest) -> bool:
    """Whether the pages at this kind of address are public ones."""
    name = request.resolver_match.view_name if request.resolver_match else ""
    return name in PUBLIC or name.startswith(FEEDS)


def is_public(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether every reader without a cookie gets this very answer at this address."""
    match = request.resolver_match
    if (
        match is None
        or response.status_code != 200
        or request.method != "GET"
        or response.streaming
        or response.cookies
        or not is_public_view(request)
        or getattr(request, "is_personal", False)
        or request.session.accessed
    ):
        return False
    # “/page/02/” answers like “/page/2/”: only one of them is kept.
    if reverse(match.view_name, args=match.args, kwargs=match.captured_kwargs) != request.path:
        return False
    stated = response.get("Cache-Control", "")
    return "private" not in stated and "no-store" not in stated


def with_page_cache(application: Callable[..., Any]) -> Callable[..., Any]:
    """``application`` behind the page cache, where that is on and can work."""
    fresh = freshness()
    if fresh is None or settings.MAINTENANCE:
        return application
    room = settings.PAGE_CACHE_MB * 1024 * 1024
    return PageCache(application, fresh, room, settings.STALE_IF_ERROR)
