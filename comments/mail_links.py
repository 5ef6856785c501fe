"""
The addresses that stand in mails. What each is about is signed, so that nobody can make one up, and
given by the keys of rows, so that no email address stands in the log of a server.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from articles.mail import absolute
from comments.tokens import BadToken, StaleToken
from comments.views import is_same_origin, refused


class MailLink:
    """The addresses of one kind: of the pattern ``comments:NAME``, good for ``age``."""

    def __init__(self, name: str, age: timedelta | None) -> None:
        self.name = name
        self.age = age
        self.signer = signing.TimestampSigner(salt=f"comments.mail.{name}")

    def path(self, *keys: int) -> str:
        """The address for ``keys`` on this site."""
        token = self.signer.sign("-".join(map(str, keys)))
        return reverse(f"comments:{self.name}", args=[token])

    def to(self, *keys: int) -> str:
        """The address for ``keys`` as it works in a mail."""
        return absolute(self.path(*keys))

    def read(self, token: str) -> list[int]:
        """The keys that ``token`` was made of. Raises BadToken, or StaleToken for an old one."""
        try:
            text = self.signer.unsign(token, max_age=self.age)
        except signing.SignatureExpired as error:
            raise StaleToken from error
        except signing.BadSignature as error:
            raise BadToken from error
        return [int(key) for key in text.split("-")]


CONFIRM = MailLink("confirm", timedelta(days=3))
UNSUBSCRIBE = MailLink("unsubscribe", None)
APPEAL = MailLink("appeal", timedelta(days=30))
YOUR_DATA = MailLink("your_data_of", timedelta(hours=24))


def private(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """
    A page for one reader, who has neither session nor cookie: kept by nobody, and its address told
    to nobody. “no-referrer” would take the origin from its own forms as well.
    """

    @csrf_exempt  # There is no session to abuse: where a form comes from is looked at instead.
    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Referrer-Policy"] = "same-origin"
        return response

    return answer


def only_from_here(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page that takes forms from this site's own pages only."""

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.method == "POST" and not is_same_origin(request):
            reason = _("This can only be sent from this site’s own pages.")
            return refused(request, reason, 403, heading=_("Nothing was changed"))
        return view(request, *args, **kwargs)

    return answer


def opened_by(link: MailLink) -> Callable[..., Callable[..., HttpResponse]]:
    """The page behind ``link``: the view is given the keys, or a sentence says what is wrong."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @private
        @wraps(view)
        def answer(request: HttpRequest, token: str) -> HttpResponse:
            try:
                keys = link.read(token)
            except StaleToken:
                return gone(
                    request,
                    _("This link is too old. If it was you who asked for it, ask once more."),
                )
            except BadToken:
                reason = _("This link was not made here, or not all of it was copied.")
                return refused(request, reason, 404, heading=_("This link does not work"))
            return view(request, *keys)

        return answer

    return decorate


def gone(request: HttpRequest, reason: str) -> HttpResponse:
    """Say why a link that once worked does not any more."""
    return refused(request, reason, 410, heading=_("This link does not work any more"))


def see_other(address: str) -> HttpResponse:
    """Lead on to ``address``, so that loading it again sends nothing twice."""
    response = redirect(address)
    response.status_code = 303
    return response
