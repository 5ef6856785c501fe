"""Whose comments shall be spam without being read: what of a comment can be blocked."""

from datetime import timedelta
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from comments.marking import host_of, links_in
from comments.models import Block, Comment, Decision, NotAllowed

# Networks change hands; what an address is blocked for may not be the next one's fault.
NETWORK_BLOCK = timedelta(days=30)
LONGEST_HOST = 253
# Where everybody can have an address: to block them all would shut out most readers.
SHARED_MAIL = {
    *("aol.com", "gmail.com", "gmx.de", "gmx.net", "googlemail.com", "hotmail.com", "icloud.com"),
    *("live.com", "mail.ru", "msn.com", "outlook.com", "proton.me", "protonmail.com", "qq.com"),
    *("web.de", "yahoo.com", "yandex.ru", "ymail.com", "163.com", "126.com"),
}


class Target(NamedTuple):
    """Something of a comment that can be blocked."""

    kind: str
    value: str

    @property
    def label(self) -> str:
        """As moderators read it; nobody can read the hash of a network."""
        if self.kind == Block.Kind.NETWORK:
            return gettext("Its network, for 30 days")
        return self.value

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.value}"


def domains_of(comment: Comment) -> list[str]:
    """The domains ``comment`` comes from or leads to, but for those that everybody shares."""
    hosts = [host_of(address) for address in [comment.website, *links_in(comment.body)]]
    mail = comment.email.rpartition("@")[2].lower()
    hosts.append("" if mail in SHARED_MAIL else mail)
    own = urlsplit(settings.SITE_URL).hostname or ""
    known = dict.fromkeys(host.removeprefix("www.") for host in hosts)
    return [
        host
        for host in known
        if "." in host.strip(".")
        and len(host) <= LONGEST_HOST
        and not f".{own}".endswith(f".{host}")
    ]


def targets(comment: Comment) -> list[Target]:
    """What can be blocked because of ``comment``, the narrowest first."""
    found = [Target(Block.Kind.EMAIL, comment.email.lower())] if comment.email else []
    found += [Target(Block.Kind.DOMAIN, domain) for domain in domains_of(comment)[:5]]
    found += [Target(Block.Kind.NETWORK, comment.network)] if comment.network else []
    return found


@transaction.atomic
def block(comment: Comment, key: str, **how: Any) -> Decision | None:
    """
    Block the target ``key`` of ``comment``, and mark the comment as spam. Raises NotAllowed where
    it has no such target, or the law does not allow it.
    """
    target = next((one for one in targets(comment) if one.key == key), None)
    if target is None:
        raise NotAllowed(gettext("There is no such address, domain or network in this comment."))
    how["note"] = how.get("note") or gettext("Blocked: %(what)s") % {"what": target.label}
    decision = comment.mark_spam(**how)
    expires = timezone.now() + NETWORK_BLOCK if target.kind == Block.Kind.NETWORK else None
    at = decision.at if decision else timezone.now()
    made = {"by": how.get("by"), "expires_at": expires, "at": at}
    known, created = Block.objects.get_or_create(
        kind=target.kind, value=target.value, defaults=made
    )
    if not created and known.ends_before(expires):
        known.expires_at = expires
        known.save(update_fields=["expires_at"])
    return decision


def lift(decision: Decision) -> int:
    """
    Remove the block that was made with ``decision``, which has just been taken back. Returns how
    many that were. One and the same person made both at one and the same microsecond.
    """
    return Block.objects.filter(by=decision.by_id, at=decision.at).delete()[0]
