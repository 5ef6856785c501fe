"""What the filter has learned: how often each token stood in spam and in good comments."""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import connections, models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments import spam

if TYPE_CHECKING:
    from comments.models.comments import Comment

ONLY = 1  # the key of the one row of Filter


class Learned(models.TextChoices):
    """What a moderator's decision taught the filter that a comment is."""

    GOOD = "good", _("Good")
    SPAM = "spam", _("Spam")


# A comment has some hundred tokens: a statement takes all of them as one parameter.
TOKENS = {
    "sqlite": "SELECT value AS text FROM json_each(%s)",
    "postgresql": "SELECT unnest(%s::text[]) AS text",
}
LEARN = """
INSERT INTO comments_token (text, good, spam)
SELECT text, {good}, {spam} FROM ({tokens}) AS tokens
WHERE true ON CONFLICT (text) DO UPDATE SET {kind} = comments_token.{kind} + 1
"""
UNLEARN = "UPDATE comments_token SET {kind} = {kind} - 1 WHERE text IN ({tokens}) AND {kind} > 0"
FORGET = "DELETE FROM comments_token WHERE text IN ({tokens}) AND good = 0 AND spam = 0"
KNOWN = """
SELECT text, good, spam, (SELECT sure FROM comments_filter WHERE id = 1)
FROM comments_token WHERE text IN ({tokens})
"""


class TokenManager(models.Manager["Token"]):
    """
    How the counts change: always by whole comments, in the transaction of the decision. Two that
    change them at once do so one after another, because every comment has the empty token, and
    its row is the first that either of them locks.
    """

    def learn(self, tokens: Iterable[str], kind: str) -> None:
        """Count one more comment of ``kind`` with these ``tokens``."""
        one = {"good": int(kind == Learned.GOOD), "spam": int(kind == Learned.SPAM)}
        self._execute(LEARN, tokens, kind=Learned(kind).value, **one)

    def unlearn(self, tokens: Iterable[str], kind: str) -> None:
        """
        Take back exactly what ``learn`` counted. What it did not count, because other tokens were
        looked at when the comment was learned, stays as it is.
        """
        self.lock()
        self._execute(UNLEARN, tokens, kind=Learned(kind).value)
        self._execute(FORGET, tokens)

    def lock(self) -> None:
        """Keep others from changing any count until the end of the transaction."""
        self.select_for_update().filter(text="").first()

    def known(self, tokens: Iterable[str]) -> tuple[dict[str, tuple[int, int]], float]:
        """How many good and spam comments had each of ``tokens``, and the threshold, at once."""
        rows = self._execute(KNOWN, tokens)
        counts = {text: (good, bad) for text, good, bad, _sure in rows}
        return counts, (rows[0][3] if rows else None) or spam.LEAST_SURE

    def _execute(self, statement: str, tokens: Iterable[str], **names: Any) -> list[Any]:
        """Run ``statement`` on ``tokens``, in order. Returns the rows that it found."""
        connection = connections[self.db]
        ordered = sorted(tokens)
        parameter = json.dumps(ordered) if connection.vendor == "sqlite" else ordered
        with connection.cursor() as cursor:
            cursor.execute(statement.format(tokens=TOKENS[connection.vendor], **names), [parameter])
            return cursor.fetchall() if cursor.description else []


class Token(models.Model):
    """A word, a pair of words, a domain or a sign of the form. The empty one counts comments."""

    text = models.CharField(max_length=100, primary_key=True)
    good = models.PositiveIntegerField(default=0)
    spam = models.PositiveIntegerField(default=0)

    objects = TokenManager()

    class Meta:
        verbose_name = _("token")
        verbose_name_plural = _("tokens")

    def __str__(self) -> str:
        return self.text


class FilterManager(models.Manager["Filter"]):
    """There is one filter."""

    def current(self) -> "Filter":
        """Where it stands; made when it is first asked for."""
        return self.select_related("set_by").get_or_create(pk=ONLY)[0]

    def spare(self, comment: "Comment") -> None:
        """Raise the threshold above ``comment``, a good one that was just learned, if need be."""
        counts, sure = Token.objects.known(spam.tokens(comment))
        if not spam.is_active(*counts.get("", (0, 0))):
            return
        score = spam.score_of_good(counts)
        if score > sure:
            self.current()
            changes = {"sure": score, "set_at": timezone.now(), "set_by": comment}
            self.filter(pk=ONLY, sure__lt=score).update(**changes)


class Filter(models.Model):
    """
    Above which score the filter is sure that a comment is spam: never below ``spam.LEAST_SURE``,
    nor below any good comment that it has learned.
    """

    sure = models.FloatField(_("sure above"), default=spam.LEAST_SURE)
    set_at = models.DateTimeField(_("set"), null=True)
    # The good comment with the highest score. No constraint: it would lock the comment, too.
    set_by = models.ForeignKey(
        "Comment",
        on_delete=models.SET_NULL,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name=_("set by"),
    )

    objects = FilterManager()

    class Meta:
        verbose_name = _("learning filter")
        verbose_name_plural = _("learning filter")
        default_permissions = ()

    def __str__(self) -> str:
        return str(_("learning filter"))
