"""Where a request comes from, so that it can be told again but not read."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.http import HttpRequest
from django.utils.crypto import salted_hmac

IPV6_PREFIX = 64


def network_of(request: HttpRequest) -> str:
    """The network that ``request`` comes from, as network_hash() names it; empty if unknown."""
    return network_hash(request.META.get("REMOTE_ADDR", ""))


def network_hash(address: str) -> str:
    """
    A keyed hash of 32 hex digits of ``address``, the same for all addresses that one household
    has in IPv6 (/64); empty where it is no address.
    """
    try:
        found = ip_address(address.strip().split("%")[0])
    except ValueError:
        return ""
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    if isinstance(found, IPv6Address):
        found = ip_network((int(found), IPV6_PREFIX), strict=False).network_address
    return salted_hmac("comments.network", str(found), algorithm="sha256").hexdigest()[:32]
