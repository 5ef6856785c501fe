"""Forwarding headers, believed only when a proxy of ours sent them."""

from collections.abc import Callable
from functools import lru_cache
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class TrustedProxies:
    """
    Gives a request its reader's address and scheme when it came through ``TRUSTED_PROXIES``
    (addresses, networks, or “unix” for a socket, which has no address), and drops the forwarding
    headers of everybody else. The reader is the last address in ``X-Forwarded-For`` that is not a
    trusted proxy: what stands before it is anybody's claim.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.networks = [entry for entry in settings.TRUSTED_PROXIES if entry != "unix"]
        self.trusts_socket = "unix" in settings.TRUSTED_PROXIES

    def __call__(self, request: HttpRequest) -> HttpResponse:
        self.read(request.META)
        return self.get_response(request)

    def read(self, meta: dict[str, Any]) -> None:
        """Take the forwarding headers out of ``meta``, and believe a trusted proxy's."""
        forwarded_for = meta.pop("HTTP_X_FORWARDED_FOR", "")
        forwarded_proto = meta.pop("HTTP_X_FORWARDED_PROTO", "")
        if self.trusts(meta.get("REMOTE_ADDR", "")):
            for address in reversed([part.strip() for part in forwarded_for.split(",")]):
                if not is_address(address):
                    break
                meta["REMOTE_ADDR"] = address
                if not self.trusts(address):
                    break
            if forwarded_proto in ("http", "https"):
                meta["wsgi.url_scheme"] = forwarded_proto

    @lru_cache(maxsize=1_000)  # noqa: B019  (there is one of it, as long as the process lives)
    def trusts(self, address: str) -> bool:
        if not address:
            return self.trusts_socket
        return is_address(address) and any(ip_address(address) in net for net in self.networks)


def is_address(text: str) -> bool:
    """Whether ``text`` is an IPv4 or IPv6 address."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
