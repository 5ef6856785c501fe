"""Links with which a reader passes a post on: plain addresses, nothing that watches."""

from urllib.parse import quote, urlencode

from django.utils.translation import gettext as _


def share_links(title: str, address: str) -> list[tuple[str, str]]:
    """The name of each service, and the address that opens it with ``title`` and ``address``."""
    both = f"{title} {address}"
    return [
        (_("Email"), f"mailto:?subject={quote(title)}&body={quote(address)}"),
        (
            "LinkedIn",
            f"https://www.linkedin.com/sharing/share-offsite/?{urlencode({'url': address})}",
        ),
        ("WhatsApp", f"https://wa.me/?{urlencode({'text': both})}"),
        ("Mastodon", f"https://mastodonshare.com/?{urlencode({'text': title, 'url': address})}"),
        ("Bluesky", f"https://bsky.app/intent/compose?{urlencode({'text': both})}"),
    ]
