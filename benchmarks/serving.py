"""
How fast readers are served, beside nginx serving the same bytes as files, which is the limit.

    make bench                    needs nginx and wrk (apt-get install nginx openssl wrk)

Starts ``manage.py serve`` with two processes and nginx with the shipped configuration, asks for
pages over 64 connections for some seconds each, and writes benchmarks/results.md. At 100 posts on
SQLite, and at 100,000 with 1,000,000 comments on SQLite and PostgreSQL; the data is made once (some
minutes for each) and kept in the folder SCALE of the Makefile. CPU is that of the site's processes,
without the database server; the load runs on the same machine and takes its share of it.
"""

import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple
from urllib.parse import urlencode

from tests import production
from tests.postgres import programs
from tests.postgres import server as postgres

SECONDS, CONNECTIONS, WRITERS, DISTINCT = 6, 64, 32, 10_000
SIZES = [("sqlite", 100), ("sqlite", 100_000), ("postgresql", 100_000)]
COMMENTS_TO_ARTICLES = 10
RESULTS = Path(__file__).with_name("results.md")
HEADERS = {"Host": production.HOST, "X-Forwarded-Proto": "https", "Accept-Encoding": "gzip"}
# A reader with a cookie of ours is never answered from the kept pages.
KNOWN = {"Cookie": "commenter=bench"}
# A form that is sent again and again, each time by somebody else with something else to say.
COMMENTS = """
local thread_number, sent = 0, 0
function setup(thread) thread:set("number", thread_number); thread_number = thread_number + 1 end
request = function()
  sent = sent + 1
  local who = "n" .. (os.time() %% 100000000) .. "x" .. number .. "x" .. sent
  local body = %(fields)s .. "&name=" .. who .. "&email=" .. who .. "%%40example.org&body=What+"
    .. who .. "+had+to+say+about+it%%2C+in+some+words+of+" .. who .. "."
  wrk.headers["X-Forwarded-For"] = string.format("10.%%d.%%d.%%d",
    number * 100 + math.floor(sent / 62500), math.floor(sent / 250) %% 250, sent %% 250)
  return wrk.format("POST", %(action)s, nil, body)
end
"""
# Every post of a list, once.
POSTS = """
local at = 0
request = function() at = at + 1; return wrk.format("GET", paths[at %% #paths + 1]) end
paths = {}
for line in io.lines(%(list)s) do paths[#paths + 1] = line end
"""


class Load(NamedTuple):
    """What one run of wrk found."""

    rate: float
    p99: str
    errors: int
    cpu: float


def wrk(
    url: str,
    headers: dict[str, str],
    *,
    family: Callable[[], list[int]] = list,
    script: str = "",
    connections: int = CONNECTIONS,
    seconds: int = SECONDS,
) -> Load:
    """Ask for ``url`` as fast as it is answered; ``family`` gives the processes that answer."""
    command = [shutil.which("wrk"), "-t2", f"-c{connections}", f"-d{seconds}s", "--latency"]
    command += ["--timeout", "30s"]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        if script:
            file.write(script)
            file.flush()
            command += ["-s", file.name]
        before = cpu_seconds(family())
        said = subprocess.run([*command, url], capture_output=True, text=True, check=True).stdout  # noqa: S603
        spent = cpu_seconds(family()) - before
    number = int(re.search(r"(\d+) requests in", said)[1])
    wrong = [int(found) for found in re.findall(r"Non-2xx or 3xx responses: (\d+)", said)]
    for found in re.findall(r"connect (\d+), read (\d+), write (\d+), timeout (\d+)", said):
        wrong += map(int, found)
    return Load(
        float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1]),
        re.search(r"99%\s+(\S+)", said)[1],
        sum(wrong),
        1000 * spent / max(number, 1),
    )


def cpu_seconds(processes: list[int]) -> float:
    ticks = 0
    for pid in processes:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def megabytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024


class Addresses(NamedTuple):
    """What is asked for, and how many posts and comments there are."""

    ten: str
    thousand: str
    some: list[str]
    articles: int
    comments: int


def prepare(articles: int) -> Addresses:
    """Make the data where there is none yet, and two posts to ask for."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from articles.models import Article, Author, Category
    from comments.models import Comment

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    if not Article.objects.exists():
        call_command("load_scale", articles=articles, comments=articles * COMMENTS_TO_ARTICLES)
    found = []
    for number in (10, 1000):
        article = Article.objects.filter(slug=f"bench-{number}").first()
        if article is None:
            other = Article.objects.published().newest(1)[0]
            article = Article.objects.create(
                title=f"What {number} readers had to say about the harbour",
                slug=f"bench-{number}",
                body=other.body,
                standfirst=other.standfirst,
                lead_image=other.lead_image,
            )
            article.sign(Author.objects.first())
            article.file_under(*Category.objects.all()[:2])
            article.publish()
            said = "Something that a reader had to say about it, in a sentence or two. " * 2
            heads = Comment.objects.bulk_create(
                Comment(article=article, name=f"Reader {each}", body=said, status="published")
                for each in range(number * 2 // 3)
            )
            Comment.objects.bulk_create(
                Comment(
                    article=article,
                    name=f"Reader {each}",
                    body=said,
                    status="published",
                    parent=heads[each],
                    thread=heads[each],
                )
                for each in range(number - len(heads))
            )
        found.append(article.get_absolute_url())
    if connection.vendor == "postgresql":
        # What autovacuum does meanwhile on a server that runs longer than this one.
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    some = Article.objects.published().newest(DISTINCT)
    counts = Article.objects.count(), Comment.objects.count()
    connection.close()
    return Addresses(*found, [article.get_absolute_url() for article in some], *counts)


def fetched(port: int, path: str, **headers: str) -> tuple[bytes, str]:
    """The bytes of ``path``, and its ETag."""
    line = HTTPConnection("127.0.0.1", port, timeout=60)
    line.request("GET", path, headers=HEADERS | headers)
    answer = line.getresponse()
    body = answer.read()
    line.close()
    if answer.status != 200:
        raise SystemExit(f"{answer.status} for {path}")
    return body, answer.headers["ETag"] or ""


def ready(port: int) -> None:
    """Wait until both processes of the server at ``port`` answer, not only the first."""
    production.wait_for(HTTPConnection("127.0.0.1", port, timeout=60))
    time.sleep(3)


def measure(articles: int) -> None:
    """Everything on the database that DATABASE_URL names; prints the figures as JSON."""
    folder = Path(tempfile.mkdtemp(prefix="newsroom-bench-"))
    environment = production.settings(
        folder, DATABASE_URL=os.environ["DATABASE_URL"], MEDIA_ROOT=os.environ["MEDIA_ROOT"]
    )
    os.environ |= environment | {"DEBUG": "true"}
    asked = prepare(articles)
    rows: list[tuple[str, str, Load]] = []
    with ExitStack() as stack:
        port, files, files_tls = (production.free_port() for _ in range(3))
        serve = ["--port", str(port), "--processes", "2"]
        server = stack.enter_context(production.serve(environment, *serve))
        ready(port)
        pages = {"post": asked.ten, "home": "/", "feed": "/feed/"}
        (folder / "files").mkdir()
        for name, path in pages.items():
            (folder / "files" / name).write_bytes(fetched(port, path, **{"Accept-Encoding": ""})[0])
            (folder / "files" / f"{name}.gz").write_bytes(fetched(port, path)[0])
        static = f"root {folder}/files; gzip_static on; default_type text/html;"
        keys = f"ssl_certificate {folder}/fullchain.pem; ssl_certificate_key {folder}/privkey.pem;"
        more = (
            f"access_log off; keepalive_requests 1000000;"
            f"server {{ listen 127.0.0.1:{files}; {static} }}"
            f"server {{ listen 127.0.0.1:{files_tls} ssl; server_name files; {keys} {static} }}"
        )
        tls = stack.enter_context(production.nginx(folder, [f"127.0.0.1:{port}"], more))

        def family() -> list[int]:
            return production.family(server)

        def row(what: str, limit: str, load: Load) -> None:
            rows.append((what, limit, load))
            print(f"{what:44} {load.rate:10,.0f}/s", file=sys.stderr)

        def site(path: str, headers: dict[str, str] | None = None, **options) -> Load:
            url = f"http://127.0.0.1:{port}{path}"
            return wrk(url, HEADERS | (headers or {}), family=family, **options)

        for name in pages:
            row(f"nginx, file: {name}", name, wrk(f"http://127.0.0.1:{files}/{name}", HEADERS))
        tag = fetched(files, "/post")[1]
        same = HEADERS | {"If-None-Match": tag}
        row("nginx, file: 304", "304", wrk(f"http://127.0.0.1:{files}/post", same))
        row(
            "nginx, file over TLS: post", "tls", wrk(f"https://127.0.0.1:{files_tls}/post", HEADERS)
        )
        for name, path in pages.items():
            row(f"kept {name}", name, site(path))
        row(
            "kept post: 304", "304", site(asked.ten, {"If-None-Match": fetched(port, asked.ten)[1]})
        )
        shipped = f"https://127.0.0.1:{tls}{asked.ten}"
        row("shipped nginx, its second: post", "tls", wrk(shipped, HEADERS, family=family))
        row("post, discussion drawn anew, 10 comments", "post", site(asked.ten, KNOWN))
        row("post, discussion drawn anew, 1,000 comments", "post", site(asked.thousand, KNOWN))
        row("search for a word", "post", site("/?s=harbour"))
        page = fetched(port, asked.some[5], **{"Accept-Encoding": ""})[0]
        from tests.pages import comment_form

        action, fields = comment_form(SimpleNamespace(content=page))
        for typed in ("name", "email", "body"):
            fields.pop(typed)
        script = COMMENTS % {"fields": json.dumps(urlencode(fields)), "action": json.dumps(action)}
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        form["Origin"] = f"https://{production.HOST}"
        load = site("/", form, script=script, connections=WRITERS)
        row("comment accepted (held)", "post", load)
        (folder / "list").write_text("\n".join(asked.some))
        listed = json.dumps(str(folder / "list"))
        # Long enough that every one of them has been asked for.
        site("/", script=POSTS % {"list": listed}, seconds=40)
        memory = sorted(map(megabytes, family()))[-2:]
        # Another server, which keeps nothing.
        port = production.free_port()
        nothing = environment | {"PAGE_CACHE_MB": "0"}
        server = stack.enter_context(
            production.serve(nothing, "--port", str(port), "--processes", "2")
        )
        ready(port)
        row("nothing kept: post, 10 comments", "post", site(asked.ten))
        row("nothing kept: post, 1,000 comments", "post", site(asked.thousand))
        row("nothing kept: home", "home", site("/"))
    shutil.rmtree(folder)
    print(
        json.dumps(
            {
                "rows": rows,
                "memory": memory,
                "distinct": len(asked.some),
                "articles": asked.articles,
                "comments": asked.comments,
            }
        )
    )


def table(kind: str, found: dict) -> str:
    """The figures of one database, each beside its limit."""
    limits = {limit: load[0] for what, limit, load in found["rows"] if what.startswith("nginx, ")}
    lines = [
        f"## {kind}, {found['articles']:,} posts, {found['comments']:,} comments",
        "",
        "| what | requests/s | of nginx | CPU ms | p99 | errors |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for what, limit, (rate, p99, errors, cpu) in found["rows"]:
        spent = "" if what.startswith("nginx, ") else f"{cpu:.2f}"
        share = f"{rate / limits[limit]:.3f}"
        lines.append(f"| {what} | {rate:,.0f} | {share} | {spent} | {p99} | {errors} |")
    memory = " and ".join(f"{each:.0f}" for each in found["memory"])
    lines += ["", f"Memory of the two processes after {found['distinct']:,} pages: {memory} MB."]
    return "\n".join(lines)


def machine() -> str:
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    nginx = subprocess.run([program, "-v"], capture_output=True, text=True, check=True).stderr  # noqa: S603
    return (
        f"{datetime.now(UTC):%d %B %Y}; {os.cpu_count()} cores ({model[1] if model else '?'}), "
        f"Python {platform.python_version()}, nginx {nginx.split('/')[-1].strip()}; two processes "
        f"of the site, gzip, {CONNECTIONS} connections ({WRITERS} for comments), {SECONDS} s each."
    )


def main() -> None:
    missing = [*production.missing(), *(["wrk"] if not shutil.which("wrk") else [])]
    if missing:
        raise SystemExit(f"Not installed: apt-get install {' '.join(missing)}")
    scale = Path(os.environ["SCALE"])
    scale.mkdir(parents=True, exist_ok=True)
    parts = [
        "# How fast readers are served\n",
        "Written by `make bench`. “Of nginx” is the share of what nginx does with the same bytes\n"
        "in files, which is the limit of this machine.\n",
        machine() + "\n",
    ]
    for kind, articles in SIZES:
        name = "" if articles > 1000 else str(articles)
        with ExitStack() as stack:
            url = f"sqlite:///{scale}/newsroom{name}.sqlite3"
            if kind == "postgresql":
                if programs() is None:
                    raise SystemExit("Not installed: apt-get install postgresql")
                url = stack.enter_context(postgres(scale / f"postgres{name}"))
            print(f"{kind}, {articles:,} posts", file=sys.stderr)
            environment = os.environ | {"DATABASE_URL": url, "MEDIA_ROOT": f"{scale}/media"}
            command = [sys.executable, "-m", "benchmarks.serving", str(articles)]
            said = subprocess.run(  # noqa: S603
                command, env=environment, stdout=subprocess.PIPE, text=True, check=True
            ).stdout
        parts.append(table(kind, json.loads(said.splitlines()[-1])) + "\n")
    RESULTS.write_text("\n".join(parts))
    print(RESULTS.read_text())


if __name__ == "__main__":
    measure(int(sys.argv[1])) if len(sys.argv) > 1 else main()
