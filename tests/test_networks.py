"""A network can be told again, but not read."""

import pytest
from django.test import RequestFactory

from comments.networks import network_hash, network_of


def of(address):
    return network_of(RequestFactory().get("/", REMOTE_ADDR=address))


def test_a_network_is_32_hex_digits_that_do_not_show_the_address():
    assert len(of("192.0.2.1")) == 32
    assert int(of("192.0.2.1"), 16)
    assert of("192.0.2.1") == of("192.0.2.1") != of("192.0.2.2")


def test_all_addresses_of_one_household_are_one_network():
    assert of("2001:db8:1:2::3") == of("2001:db8:1:2:ffff:ffff:ffff:ffff")
    assert of("2001:db8:1:2::3") != of("2001:db8:1:3::3")
    assert of("fe80::1%eth0") == of("fe80::2")


def test_one_address_written_two_ways_is_one_network():
    assert of("::ffff:192.0.2.1") == of("192.0.2.1")


@pytest.mark.parametrize("address", ["", "unix:", "x", "192.0.2", "192.0.2.1:80", "\0"])
def test_what_is_no_address_is_no_network(address):
    assert of(address) == network_hash(address) == ""


def test_another_site_knows_the_same_network_by_another_number(settings):
    before = of("192.0.2.1")
    settings.SECRET_KEY = "another"
    assert of("192.0.2.1") != before
