"""
The site as in production, on 127.0.0.1 and in a folder of its own: ``manage.py serve``, and nginx
with the configuration of docs/deploy. For tests/serving and the benchmarks.
"""

import http.client
import os
import secrets
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.message import Message
from pathlib import Path
from typing import NamedTuple

from tests.postgres import free_port

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = ROOT / "docs" / "deploy" / "nginx.conf"
HOST = "news.example.org"
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
# Everything outside the two blocks of the shipped file. Debian's nginx.conf says much the same.
AROUND = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
{user}
worker_processes auto;
events {{ worker_connections 1024; }}
http {{
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    sendfile on;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    {inside}
}}
"""


def settings(folder: Path, **others: str) -> dict[str, str]:
    """The environment of a site in production with all its data in ``folder``."""
    return {
        **{"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "newsroom.settings"},
        "DEBUG": "false",
        "SECRET_KEY": secrets.token_urlsafe(60),
        "ALLOWED_HOSTS": HOST,
        "SITE_URL": f"https://{HOST}",
        "TRUSTED_PROXIES": "127.0.0.1,unix",
        "EMAIL_URL": "dummymail://",
        "DATABASE_URL": f"sqlite:///{folder}/site.sqlite3",
        "MEDIA_ROOT": f"{folder}/media",
        **others,
    }


def manage(environment: Mapping[str, str], *arguments: str) -> None:
    """Run ``manage.py`` to its end; raises CalledProcessError where it fails."""
    command = [sys.executable, "manage.py", *arguments]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, **QUIET)  # noqa: S603


@contextmanager
def serve(environment: Mapping[str, str], *arguments: str) -> Iterator[subprocess.Popen]:
    """``manage.py serve`` without its worker; gives its process, which may still be starting."""
    command = [sys.executable, "manage.py", "serve", "--no-worker", *arguments]
    server = subprocess.Popen(command, cwd=ROOT, env=environment, **QUIET)  # noqa: S603
    try:
        yield server
    finally:
        server.terminate()
        server.wait(60)


def family(server: subprocess.Popen) -> list[int]:
    """The process numbers of a server and of those that it has started, its own first."""
    found = [server.pid]
    for pid in found:
        found += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
    return found


class Answer(NamedTuple):
    """What came back, read to its end."""

    status: int
    headers: Message
    body: bytes


class Connection(http.client.HTTPSConnection):
    """To nginx at ``port``, as the readers of HOST come."""

    def __init__(self, port: int) -> None:
        context = ssl._create_unverified_context()  # The certificate is of a moment ago. # noqa: S323
        super().__init__("127.0.0.1", port, timeout=60, context=context)

    def ask(self, path: str, method: str = "GET", body: bytes = b"", **headers: str) -> Answer:
        """The whole answer. A header's name is written with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.request(method, path, body or None, {"Host": HOST, **named})
        answer = self.getresponse()
        return Answer(answer.status, answer.headers, answer.read())


def wait_for(line: http.client.HTTPConnection, seconds: int = 60) -> None:
    """Wait for /healthz; raises TimeoutError where the site does not come."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            line.request("GET", "/healthz")
            answer = line.getresponse()
            answer.read()
            if answer.status == 200:
                return
        except (OSError, http.client.HTTPException):
            line.close()
        time.sleep(0.1)
    raise TimeoutError("The server did not start.")


def replaced(text: str, old: str, new: str) -> str:
    """``text`` with ``old`` replaced; raises ValueError where the shipped file has it no more."""
    if old not in text:
        raise ValueError(f"docs/deploy/nginx.conf does not say “{old}”.")
    return text.replace(old, new)


def configuration(folder: Path, port: int, servers: list[str], more: str) -> str:
    """The shipped file for this machine: only places, ports and the certificate are other ones."""
    text = SHIPPED.read_text()
    shipped = [line for line in text.splitlines() if line.strip().startswith("server unix:")]
    lines = [f"    server {server} max_fails=0;" for server in servers]
    if len(servers) == 1:
        lines.append(f"    server {servers[0]} max_fails=0 backup;")
    text = replaced(text, "\n".join(shipped), "\n".join(lines))
    for old, new in {
        "    listen [::]:80;\n": "",
        "    listen [::]:443 ssl http2;\n": "",
        "listen 80;": f"listen 127.0.0.1:{free_port()};",
        "listen 443 ": f"listen 127.0.0.1:{port} ",
        f"/etc/letsencrypt/live/{HOST}": str(folder),
        "/var/cache/newsroom": f"{folder}/cache",
        "/srv/newsroom/staticfiles": str(ROOT / "staticfiles"),
        "/srv/newsroom/media": f"{folder}/media",
    }.items():
        text = replaced(text, old, new)
    # As root, nginx would serve files as somebody who may not look into the folder.
    user = "user root;" if os.getuid() == 0 else ""
    return AROUND.format(folder=folder, inside=text + more, user=user)


@contextmanager
def nginx(folder: Path, servers: list[str], more: str = "access_log off;") -> Iterator[int]:
    """
    nginx with the shipped configuration before ``servers`` (“unix:/path” or “127.0.0.1:port”) and
    ``more`` directives; gives its port for https.
    """
    port = free_port()
    names = ["-subj", f"/CN={HOST}", "-keyout", f"{folder}/privkey.pem"]
    names += ["-out", f"{folder}/fullchain.pem"]
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    subprocess.run([*command, "-nodes", *names], check=True, **QUIET)  # noqa: S603
    (folder / "media").mkdir(exist_ok=True)
    (folder / "nginx.conf").write_text(configuration(folder, port, servers, more))
    program = [shutil.which("nginx") or "/usr/sbin/nginx", "-c", str(folder / "nginx.conf")]
    process = subprocess.Popen([*program, "-e", f"{folder}/nginx.log"], **QUIET)  # noqa: S603
    try:
        for _attempt in range(100):
            with socket.socket() as line:
                if line.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        else:
            raise TimeoutError((folder / "nginx.log").read_text())
        yield port
    finally:
        process.terminate()
        process.wait(30)


def missing() -> list[str]:
    """What this machine lacks for it, of the programs that apt brings."""
    path = os.environ["PATH"] + ":/usr/sbin"
    return [name for name in ("nginx", "openssl") if not shutil.which(name, path=path)]
