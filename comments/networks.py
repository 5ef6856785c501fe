"""Where a request comes from, as far as we want to know: a keyed hash, never the address."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.http import HttpRequest
from django.utils.crypto import salted_hmac


def network_of(request: HttpRequest) -> str:
    """
    The network of the reader as 32 hex digits that only this site can make; empty where there is no
    address. IPv6 readers have a whole /64 to themselves.
    """
    try:
        address = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return ""
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or ip_network((int(address), 64), strict=False)
    return salted_hmac("comments.network", str(address), algorithm="sha256").hexdigest()[:32]
