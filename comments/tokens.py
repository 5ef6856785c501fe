"""
What lets a reader write without an account, session or cookie: signed texts.

The form's token says which post and which hour it was made for, so it is the same for every reader
and the page around it can be kept. The own token lets the writer, and nobody else, see a comment
that waits for a moderator, and change or withdraw it while that is possible.
"""

from datetime import datetime, timedelta

from django.core import signing
from django.utils import timezone
from django.utils.crypto import salted_hmac

from articles.models import Article
from comments.models import Comment

FORM_TOKEN_AGE = timedelta(hours=24)

_form = signing.Signer(salt="comments.form")
_own = signing.Signer(salt="comments.pending")


class BadToken(Exception):
    """The token was not made here, or not for this."""


class StaleToken(Exception):
    """The token is a good one, but too old."""


def form_token(article: Article) -> str:
    """The token of the comment form under ``article`` in this hour."""
    hour = int(timezone.now().timestamp()) // 3600
    return _form.sign(f"{article.pk}-{hour}")


def check_form_token(token: str, article: Article) -> None:
    """Raise BadToken or StaleToken unless ``token`` is a fresh one of ``article``."""
    try:
        pk, hour = _form.unsign(token).split("-")
    except signing.BadSignature as error:
        raise BadToken from error
    if pk != str(article.pk):
        raise BadToken
    made = datetime.fromtimestamp(int(hour) * 3600, tz=timezone.get_default_timezone())
    if timezone.now() - made > FORM_TOKEN_AGE + timedelta(hours=1):
        raise StaleToken


def own_token(comment: Comment) -> str:
    """What, in the address, shows a comment to the one who wrote it."""
    return _own.sign(str(comment.pk))


def own_pk(token: str) -> int | None:
    """The comment that ``token`` shows; None for a forged one."""
    try:
        return int(_own.unsign(token))
    except signing.BadSignature:
        return None


def submission_key(*parts: object) -> str:
    """
    A key that is the same only for the same words by the same person through the same form: it
    makes a double submit one comment, although the form itself is the same for everybody.
    """
    return salted_hmac("comments.submission", repr(parts), algorithm="sha256").hexdigest()
