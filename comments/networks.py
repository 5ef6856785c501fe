"""Which network a request comes from, known by a keyed hash only."""

from ipaddress import ip_address, ip_network

from django.http import HttpRequest
from django.utils.crypto import salted_hmac


def network_of(request: HttpRequest) -> str:
    """
    32 hex digits that are the same for one network: an IPv4 address, or the /64 of an IPv6 one.
    Empty where the server does not tell an address.
    """
    try:
        address = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return ""
    if address.version == 6 and not address.ipv4_mapped:
        address = ip_network((int(address) >> 64 << 64, 64))
    else:
        address = getattr(address, "ipv4_mapped", None) or address
    return salted_hmac("comments.network", str(address), algorithm="sha256").hexdigest()[:32]
