"""
Links to one version of a post for people without a login: signed, so that nobody can make one up,
and good for some days. A link is kept nowhere. What it says is in its address: which revision,
until when, and of which series of links of its post; revoking them begins the next series. Only
the revision knows until when it is shared, so that it is not purged before.
"""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.core import signing
from django.db.models import F
from django.db.models.functions import Coalesce, Greatest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.models import Article, Revision
from articles.models.contents import TEXT
from articles.previews import drawn, hidden, preview_page

DAYS = (1, 7, 30)

_signer = signing.Signer(salt="articles.shared")
# A tag can be deleted, and then is missing from the post although nobody has changed that.
LASTING = [name for name in TEXT if name != "tags"]


class Expired(Exception):
    """The link was a good one: too old, revoked, or what it led to is no more."""


class SharedLink(NamedTuple):
    """One ``revision``, shown to whoever has the address, ``until`` a time."""

    revision: Revision
    until: datetime

    @property
    def path(self) -> str:
        """Its address on this site."""
        until = signing.b62_encode(int(self.until.timestamp()))
        text = f"{self.revision.pk}-{self.revision.article.link_series}-{until}"
        return reverse("articles:shared", args=[_signer.sign(text)])


def share(revision: Revision, days: int) -> SharedLink:
    """A link to ``revision`` that is good for so many days from now."""
    until = timezone.now().replace(microsecond=0) + timedelta(days=days)
    longest = Greatest(Coalesce("shared_until", until), until)
    Revision.objects.filter(pk=revision.pk).update(shared_until=longest)
    return SharedLink(revision, until)


def opened(token: str) -> SharedLink:
    """What ``token`` was made for. Raises BadSignature where it was not made here, and Expired."""
    key, series, until = _signer.unsign(token).split("-")
    ends = datetime.fromtimestamp(signing.b62_decode(until), tz=UTC)
    revisions = Revision.objects.filter(article__in=Article.objects.not_trashed())
    found = revisions.select_related("article").filter(pk=key, article__link_series=series).first()
    if found is None or ends <= timezone.now():
        raise Expired
    return SharedLink(found, ends)


def revoke(article: Article) -> None:
    """Let no link to any version of ``article`` that was made so far work any more."""
    Article.objects.filter(pk=article.pk).update(link_series=F("link_series") + 1)
    article.revisions.filter(shared_until__isnull=False).update(shared_until=None)


def saved_version(article: Article) -> Revision | None:
    """
    What the form of ``article`` begins with: the pending changes, or else the newest revision that
    says what the post does, as discarded changes do not. None where none has been kept yet.
    """
    if article.pending:
        return article.pending
    now = article.contents
    for revision in article.revisions.newest_first().iterator(chunk_size=10):
        if all(revision.contents.get(name) == now[name] for name in LASTING):
            return revision
    return None


@require_safe
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """The page of a post as that one revision says, whatever has become of the post since."""
    try:
        link = opened(token)
    except signing.BadSignature:
        answer = no_page(
            request,
            404,
            _("This link was not made here, or not all of it was copied. Copy it once more."),
        )
    except Expired:
        answer = no_page(
            request,
            410,
            _("Its time is over, or it was taken back. Ask whoever sent it to you for a new one."),
        )
    else:
        revision = link.revision
        article = drawn(revision.contents, revision.article, at=revision.at)
        answer = preview_page(request, article, shared=link)
    # The address opens the page, so it is told to nobody.
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def no_page(request: HttpRequest, status: int, reason: str) -> HttpResponse:
    """Say what to do about a link that shows nothing, and nothing about the post."""
    context = {"reason": reason, "noindex": True}
    return hidden(render(request, "articles/no_preview.html", context, status=status))
