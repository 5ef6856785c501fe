"""Who is at which post at this moment, and what they have typed and not saved yet."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from articles.models.images import Image

# Who has not been heard of for so long has left.
PRESENT = timedelta(seconds=60)
# What nobody has come back for within so long is forgotten.
OLD = timedelta(days=30)


def new_key() -> str:
    return get_random_string(16)


class Elsewhere(Exception):
    """
    The slot is not as the writer's form knows it, so nothing was stored: ``slot`` as it is, with
    words of another tab, or None where it was saved or thrown away.
    """

    def __init__(self, slot: "Autosave | None") -> None:
        super().__init__("The slot has changed.")
        self.slot = slot


class AutosaveQuerySet(models.QuerySet["Autosave"]):
    """The questions that are asked of unsaved work, each by its name."""

    def of(self, user: Any) -> "AutosaveQuerySet":
        return self.filter(user=user).order_by("-at")

    def slot_of(self, user: Any, article: Any, key: str = "") -> "AutosaveQuerySet":
        """The one slot of ``user`` for ``article``, or for the new post ``key`` (article None)."""
        if article is None:
            return self.filter(user=user, article__isnull=True, key=key)
        return self.filter(user=user, article=article)

    def forget_old(self) -> int:
        """Delete what was typed 30 days ago and never taken up; gives how many there were."""
        return self.filter(at__lt=timezone.now() - OLD).delete()[0]

    def showing(self, images: Sequence[Image]) -> "AutosaveQuerySet":
        """Those with one of ``images`` in the text or as the lead picture."""
        found = self.annotate(said=Cast("fields", models.TextField()))
        wanted = [models.Q(said__contains=image.token) for image in images]
        wanted += [models.Q(fields__lead_image__0=str(image.pk)) for image in images]
        return found.filter(models.Q(*wanted, _connector="OR"))

    def keep(
        self,
        user: Any,
        article: Any,
        key: str,
        fields: dict[str, list[str]],
        known: Collection[str],
        token: str,
    ) -> None:
        """
        Store ``fields`` in the slot of ``user`` for ``article``, or for the new post ``key``. Its
        token becomes ``token`` if it was one of ``known``; where ``known`` is empty there must be
        no slot yet. Raises Elsewhere otherwise.
        """
        slots = self.slot_of(user, article, key)
        new = {"token": token, "base": base_of(fields), "fields": fields, "at": timezone.now()}
        if known and slots.filter(token__in=known).update(**new):
            return
        slot = slots.first()
        if slot is None and not known:
            place = {"article": article} if article else {"key": key}
            try:
                with transaction.atomic():
                    self.create(user=user, **place, **new)
                return
            except IntegrityError:
                # Another tab was faster, by a moment.
                slot = slots.first()
        # The same request may come twice: the browser repeats what was not answered.
        if slot is None or slot.token != token:
            raise Elsewhere(slot)


def base_of(fields: dict[str, list[str]]) -> int:
    """The version that the form of ``fields`` began with; 0 where it does not say."""
    text = (fields.get("base") or [""])[0]
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


class Autosave(models.Model):
    """
    What somebody has typed into the form of a post since it was last saved: one rolling slot for
    each person and post, and for each new post that is not saved yet (``key``). Never public, not
    part of the history.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    article = models.ForeignKey(
        "articles.Article", models.CASCADE, null=True, blank=True, related_name="autosaves"
    )
    key = models.CharField(max_length=16, default=new_key)
    # Changes with every autosave. Only who knows the present one may replace it, so that two tabs
    # of one person do not overwrite each other's words.
    token = models.CharField(max_length=16, default=new_key)
    # The version of the post that the typing began with.
    base = models.PositiveIntegerField(default=0)
    # By the names of the form's inputs, lists of what they hold.
    fields = models.JSONField()
    at = models.DateTimeField(default=timezone.now)

    objects = AutosaveQuerySet.as_manager()

    class Meta:
        ordering = ["-at"]
        verbose_name = _("unsaved text")
        verbose_name_plural = _("unsaved texts")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "article"],
                condition=models.Q(article__isnull=False),
                name="autosave_one_each",
            ),
            models.UniqueConstraint(
                fields=["user", "key"],
                condition=models.Q(article__isnull=True),
                name="autosave_one_new_post_each",
            ),
        ]

    def __str__(self) -> str:
        return "".join(self.fields.get("title", [])[:1])

    @property
    def is_outdated(self) -> bool:
        """Whether the post was saved since the typing began."""
        return self.article is not None and self.base < self.article.version


class PresenceQuerySet(models.QuerySet["Presence"]):
    """The questions that are asked of presences, each by its name."""

    def present(self) -> "PresenceQuerySet":
        return self.filter(last_active__gt=timezone.now() - PRESENT)

    def mark(self, article: Any, user: Any) -> list["Presence"]:
        """
        Note that ``user`` has the form of ``article`` open. The first one there holds it. Gives
        all that are there, ``user`` among them.
        """
        now = timezone.now()
        here = self.filter(article=article)
        if not here.filter(user=user).update(last_active=now):
            # Another tab of the same person may be doing the same.
            self.bulk_create([Presence(article=article, user=user)], ignore_conflicts=True)
        found = list(here.present().select_related("user", "taken_over_by").order_by("since"))
        if not any(each.holds for each in found) and self.hold(article, user):
            for each in found:
                if each.user_id == user.pk:
                    each.holds, each.taken_over_by = True, None
        return found

    @transaction.atomic
    def hold(self, article: Any, user: Any) -> bool:
        """Give ``user`` the post if nobody who is there holds it; whether that was so."""
        here = self.in_turn(article)
        here.filter(holds=True).exclude(pk__in=here.present()).update(holds=False)
        if here.filter(holds=True).exists():
            return False
        mine = here.filter(user=user)
        return bool(mine.update(holds=True, taken_over_by=None, since=timezone.now()))

    def take_over(self, article: Any, user: Any) -> None:
        """Make ``user`` the one who holds ``article``; whoever held it will be told."""
        self.mark(article, user)
        with transaction.atomic():
            here = self.in_turn(article)
            here.filter(holds=True).exclude(user=user).update(holds=False, taken_over_by=user)
            mine = here.filter(user=user)
            mine.update(holds=True, taken_over_by=None, since=timezone.now())

    def in_turn(self, article: Any) -> "PresenceQuerySet":
        """
        Those at ``article``, once nobody else is changing who holds it: its row is locked to the
        end of the transaction. Rows of presences, locked as each statement meets them, would
        leave two who take over at the same moment waiting for each other.
        """
        here = self.filter(article=article)
        locked = article.__class__.objects.select_for_update(no_key=True).filter(pk=article.pk)
        list(locked.values_list("pk"))
        return here

    def leave(self, article: Any, user: Any) -> None:
        """``user`` has closed the form of ``article``."""
        self.filter(article=article, user=user).delete()


class Presence(models.Model):
    """Somebody has the form of a post open. One of those present holds it; others may take over."""

    article = models.ForeignKey("articles.Article", models.CASCADE, related_name="presences")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    since = models.DateTimeField(default=timezone.now)
    last_active = models.DateTimeField(default=timezone.now)
    holds = models.BooleanField(default=False)
    taken_over_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = PresenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("presence")
        verbose_name_plural = _("presences")
        constraints = [
            models.UniqueConstraint(fields=["article", "user"], name="presence_one_each"),
            models.UniqueConstraint(
                fields=["article"], condition=models.Q(holds=True), name="presence_one_holds"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.article}"

    @property
    def name(self) -> str:
        return str(self.user.get_full_name() or self.user.get_username())

    @property
    def seconds(self) -> int:
        """How long ago the form was last heard of."""
        return max(0, round((timezone.now() - self.last_active).total_seconds()))
