"""Forwarding headers count only when one of our proxies sent them."""

from ipaddress import ip_network

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from newsroom.proxies import TrustedProxies


def seen_by_the_site(settings, trusted: list[str], **meta: str) -> tuple[str, str]:
    """The reader's address and scheme after the middleware."""
    settings.TRUSTED_PROXIES = [
        value if value == "unix" else ip_network(value) for value in trusted
    ]
    request = RequestFactory().get("/", **meta)
    TrustedProxies(lambda request: HttpResponse())(request)
    assert "HTTP_X_FORWARDED_FOR" not in request.META
    return request.META["REMOTE_ADDR"], request.scheme


@pytest.mark.parametrize(
    ("trusted", "forwarded", "reader"),
    [
        ([], "203.0.113.7", "10.0.0.2"),
        (["192.0.2.0/24"], "203.0.113.7", "10.0.0.2"),
        (["10.0.0.0/8"], "203.0.113.7", "203.0.113.7"),
        (["10.0.0.0/8"], "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        (["10.0.0.0/8"], "203.0.113.7, 10.0.0.9", "203.0.113.7"),
        (["10.0.0.0/8"], "2001:db8::1", "2001:db8::1"),
        (["10.0.0.0/8"], "nonsense", "10.0.0.2"),
        (["10.0.0.0/8"], "203.0.113.7, nonsense", "10.0.0.2"),
        (["10.0.0.0/8"], "", "10.0.0.2"),
    ],
)
def test_the_reader_is_the_last_address_that_is_no_proxy_of_ours(
    settings, trusted, forwarded, reader
):
    found = seen_by_the_site(
        settings, trusted, REMOTE_ADDR="10.0.0.2", HTTP_X_FORWARDED_FOR=forwarded
    )
    assert found[0] == reader


@pytest.mark.parametrize(
    ("trusted", "proto", "scheme"),
    [
        (["10.0.0.0/8"], "https", "https"),
        (["10.0.0.0/8"], "gopher", "http"),
        (["192.0.2.0/24"], "https", "http"),
    ],
)
def test_the_scheme_is_believed_from_a_proxy_of_ours(settings, trusted, proto, scheme):
    found = seen_by_the_site(
        settings, trusted, REMOTE_ADDR="10.0.0.2", HTTP_X_FORWARDED_PROTO=proto
    )
    assert found[1] == scheme


@pytest.mark.parametrize(
    ("trusted", "reader", "scheme"),
    [(["unix"], "203.0.113.7", "https"), (["10.0.0.0/8"], "", "http"), ([], "", "http")],
)
def test_a_socket_is_believed_only_by_name(settings, trusted, reader, scheme):
    found = seen_by_the_site(
        settings,
        trusted,
        REMOTE_ADDR="",
        HTTP_X_FORWARDED_FOR="203.0.113.7",
        HTTP_X_FORWARDED_PROTO="https",
    )
    assert found == (reader, scheme)


def test_trusting_the_socket_trusts_no_address(settings):
    found = seen_by_the_site(
        settings, ["unix"], REMOTE_ADDR="10.0.0.2", HTTP_X_FORWARDED_FOR="203.0.113.7"
    )
    assert found[0] == "10.0.0.2"
