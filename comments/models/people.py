"""What is known of the people who write: addresses they have shown to be theirs, and blocks."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.models.comments import Comment


class AddressManager(models.Manager["Address"]):
    """Addresses are stored in lower case: nobody has two that differ in nothing else."""

    def of(self, email: str) -> "Address":
        """The address ``email``, stored from now on."""
        return self.get_or_create(email=email.lower())[0]

    def writable(self, email: str) -> "Address | None":
        """The address ``email`` where its owner has confirmed it and wants mail."""
        known = self.filter(email=email.lower(), refuses_mail=False)
        return known.filter(confirmed_at__isnull=False).first()


class Address(models.Model):
    """An email address that somebody was asked about by mail."""

    email = models.EmailField(_("email"), unique=True)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True, editable=False)
    refuses_mail = models.BooleanField(_("wants no mail"), default=False)

    objects = AddressManager()

    class Meta:
        ordering = ["email"]
        verbose_name = _("address")
        verbose_name_plural = _("addresses")

    def __str__(self) -> str:
        return self.email

    def confirm(self) -> None:
        """Its owner has shown that it is theirs, and asked for mail."""
        self.confirmed_at = self.confirmed_at or timezone.now()
        self.refuses_mail = False
        self.save(update_fields=["confirmed_at", "refuses_mail"])

    def refuse_mail(self, refuses: bool = True) -> None:
        """Write nothing more to it; with ``refuses`` false, its owner allows it again."""
        self.refuses_mail = refuses
        self.save(update_fields=["refuses_mail"])


class Subscription(models.Model):
    """That an address hears of replies to its comments in one thread."""

    address = models.ForeignKey(Address, on_delete=models.CASCADE, related_name="subscriptions")
    thread = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="subscriptions")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    confirmed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        constraints = [
            models.UniqueConstraint(fields=["address", "thread"], name="subscription_once"),
        ]

    def __str__(self) -> str:
        return f"{self.address}: {self.thread_id}"

    @transaction.atomic
    def confirm(self) -> None:
        """The owner of the address wants it, and has thereby shown that the address is theirs."""
        self.address.confirm()
        self.confirmed_at = self.confirmed_at or timezone.now()
        self.save(update_fields=["confirmed_at"])


class BlockQuerySet(models.QuerySet["Block"]):
    """The questions that are asked of blocks, each by its name."""

    def matching(self, email: str, domains: Sequence[str], network: str) -> "BlockQuerySet":
        """Those that hold at this moment for any of these."""
        # No address looks like a domain or a hash, so the kinds need not be told apart.
        values = [value for value in (email, *domains, network) if value]
        standing = models.Q(expires_at=None) | models.Q(expires_at__gt=timezone.now())
        return self.filter(standing, kind__in=self.model.Kind.values, value__in=values)


class Block(models.Model):
    """Whose comments are spam without being read. A network is known by its keyed hash only."""

    class Kind(models.TextChoices):
        EMAIL = "email", _("Email address")
        DOMAIN = "domain", _("Domain")
        NETWORK = "network", _("Network")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    value = models.CharField(_("value"), max_length=254)
    note = models.CharField(_("note"), max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("blocked by"),
    )
    at = models.DateTimeField(_("when"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("until"), null=True, blank=True)

    objects = BlockQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("block")
        verbose_name_plural = _("blocks")
        constraints = [
            models.UniqueConstraint(fields=["kind", "value"], name="block_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["email", "domain", "network"]),
                name="block_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.value}"

    def ends_before(self, moment: datetime | None) -> bool:
        """Whether it ends at all, and before ``moment``; None is never."""
        return self.expires_at is not None and (moment is None or self.expires_at < moment)
