"""
Asking other sites, at addresses that anybody may have typed, without becoming a tool against the
network that this server stands in: only http and https on their own ports, only public addresses,
and the connection goes to the very address that was looked at, so that a name cannot mean something
else a moment later. Nothing is sent that says who asks but the site's name.
"""

import http.client
import io
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from django.conf import settings

from articles.models.link_checks import Problem

STEP, OVERALL = 5.0, 10.0  # seconds
MOST_BYTES = 256 * 1024
# All that an answer may have before its content. http.client itself would take megabytes.
MOST_HEAD = 64 * 1024
MOST_REDIRECTS = 5
MOST_CHARACTERS = 2000
PORTS = {"http": 80, "https": 443}
# Addresses within addresses: what they lead to is not what they look like.
TRANSLATED = [IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"), IPv6Network("::/96")]
REDIRECTS = {301, 302, 303, 307, 308}
# Unreserved and reserved characters stay as they are; all others are written as bytes.
SAFE = "/%:=&?~#+!$,;'@()*[]"

Address = IPv4Address | IPv6Address


class Unreachable(Exception):
    """No answer came; ``problem`` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True)
class Answer:
    """
    What came of asking: the ``url`` at the end of all redirects, the ``status`` there, the
    ``content_type`` with its parameters, and at most MOST_BYTES of the ``body``.
    """

    url: str
    status: int
    content_type: str = ""
    body: bytes = b""


def is_public(address: Address, port: int) -> bool:
    """Whether a server may be asked there: a public address, on a port of the web."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped, port)
        if address.sixtofour or address.teredo or address.is_site_local:
            return False
        if any(address in network for network in TRANSLATED):
            return False
    return (
        port in PORTS.values()
        and address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not address.is_unspecified
    )


def fetch(
    url: str,
    method: str = "GET",
    seconds: float = OVERALL,
    may_connect: Callable[[Address, int], bool] = is_public,
) -> Answer:
    """
    What is at ``url``, redirects followed, within so many ``seconds`` altogether. Raises
    Unreachable. Tests let it connect to their own servers by another ``may_connect``.
    """
    deadline = time.monotonic() + seconds
    for _turn in range(MOST_REDIRECTS + 1):
        answer, location = _ask(url, method, deadline, may_connect)
        if location is None:
            return answer
        try:
            url = urljoin(url, location)
        except ValueError as error:
            raise Unreachable(Problem.ADDRESS) from error
    raise Unreachable(Problem.REDIRECTS)


def _ask(
    url: str, method: str, deadline: float, may_connect: Callable[[Address, int], bool]
) -> tuple[Answer, str | None]:
    """One answer, and where it sends us on."""
    parts, host, port = _read(url)
    path = quote(parts.path, safe=SAFE) or "/"
    target = f"{path}?{quote(parts.query, safe=SAFE)}" if parts.query else path
    headers = {
        "Host": f"[{host}]" if ":" in host else host,
        "User-Agent": user_agent(),
        "Accept": "text/html, application/xhtml+xml, */*;q=0.5",
        # A compressed answer could become a thousand times as large when it is unpacked.
        "Accept-Encoding": "identity",
        "Connection": "close",
    }
    if port != PORTS[parts.scheme]:
        headers["Host"] += f":{port}"
    connection, timed = http.client.HTTPConnection(host, port), None
    try:
        timed = _connect(parts.scheme, host, port, deadline, may_connect)
        connection.sock = timed  # type: ignore[assignment]
        connection.request(method, target, headers=headers)
        response = connection.getresponse()
        location = response.headers.get("Location")
        if response.status in REDIRECTS and location:
            # Headers come as Latin letters; some sites write addresses in UTF-8.
            location = location.encode("latin-1", "replace").decode("utf-8", "replace")
            return Answer(url, response.status), location
        packed = response.headers.get("Content-Encoding", "identity").strip().lower()
        body = _body(response) if packed in ("", "identity") else b""
        content_type = response.headers.get("Content-Type", "")
        return Answer(url, response.status, content_type, body), None
    except TimeoutError as error:
        raise Unreachable(Problem.TIMEOUT) from error
    except ssl.SSLCertVerificationError as error:
        raise Unreachable(Problem.CERTIFICATE) from error
    except ConnectionRefusedError as error:
        raise Unreachable(Problem.NO_ANSWER) from error
    except (http.client.HTTPException, ssl.SSLError, ValueError) as error:
        raise Unreachable(Problem.NONSENSE) from error
    except OSError as error:
        raise Unreachable(Problem.NO_ANSWER) from error
    finally:
        if timed is not None:
            timed.sock.close()


def _read(url: str) -> tuple[SplitResult, str, int]:
    """The parts of ``url``, its host as names are looked up, and its port."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
        if parts.scheme not in PORTS or not host or "@" in parts.netloc:
            raise Unreachable(Problem.ADDRESS)
        if len(url) > MOST_CHARACTERS or "%" in host:
            raise Unreachable(Problem.ADDRESS)
        host = host.encode("idna").decode("ascii")
    except ValueError as error:
        raise Unreachable(Problem.ADDRESS) from error
    return parts, host, PORTS[parts.scheme] if port is None else port


def _connect(
    scheme: str,
    host: str,
    port: int,
    deadline: float,
    may_connect: Callable[[Address, int], bool],
) -> "_Timed":
    addresses = _addresses(host, port, deadline)
    # A name with one public address and one of our own network is a trap, not an accident.
    if not all(may_connect(address, port) for address in addresses):
        raise Unreachable(Problem.PRIVATE)
    failure: OSError = ConnectionRefusedError()
    for address in addresses[:3]:
        try:
            sock = socket.create_connection((str(address), port), timeout=left(deadline))
        except TimeoutError:
            raise
        except OSError as error:
            failure = error
            continue
        try:
            if scheme == "https":
                sock.settimeout(left(deadline))
                sock = ssl.create_default_context().wrap_socket(sock, server_hostname=host)
        except BaseException:
            sock.close()
            raise
        return _Timed(sock, deadline)
    raise failure


def _addresses(host: str, port: int, deadline: float) -> list[Address]:
    """
    What ``host`` means; also of numbers such as 2130706433, which the system reads as addresses.
    The system's own look-up knows no limit of time, so it is left alone when that is over.
    """
    found: list[Any] = []
    problems: list[Problem] = []

    def look_up() -> None:
        try:
            found.extend(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError):
            problems.append(Problem.NO_HOST)

    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(left(deadline))
    if problems:
        raise Unreachable(problems[0])
    if thread.is_alive():
        raise TimeoutError
    names = dict.fromkeys(each[4][0] for each in found)
    return [ip_address(name) for name in names]


def left(deadline: float) -> float:
    """How long the next step may take. Raises TimeoutError when there is no time left."""
    remaining = deadline - time.monotonic()
    if remaining <= 0:
        raise TimeoutError
    return min(STEP, remaining)


class _Timed:
    """
    A connection that keeps to its deadline as a whole. The time-out of a socket begins anew with
    each byte, so that one byte every few seconds would hold us for ever.
    """

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self.sock, self.deadline = sock, deadline

    def sendall(self, data: bytes) -> None:
        self.sock.settimeout(left(self.deadline))
        self.sock.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_TimedReader(self.sock, self.deadline))

    def close(self) -> None:
        """Nothing: http.client lets go of it before the answer is read to its end."""


class _TimedReader(io.RawIOBase):
    """What comes over the connection; after the largest answer we take, it has ended."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self.sock, self.deadline, self.allowed = sock, deadline, MOST_HEAD + MOST_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.sock.settimeout(left(self.deadline))
        count = self.sock.recv_into(memoryview(buffer)[: self.allowed])
        self.allowed -= count
        return count


def _body(response: http.client.HTTPResponse) -> bytes:
    try:
        return response.read(MOST_BYTES)
    except http.client.IncompleteRead as error:
        # The beginning is enough to know what a page calls itself.
        return error.partial[:MOST_BYTES]


def user_agent() -> str:
    """How we introduce ourselves; with the site's address, so that who minds can say so."""
    name = "NewsroomLinkCheck/1.0"
    return f"{name} (+{settings.SITE_URL})" if settings.SITE_URL else name
