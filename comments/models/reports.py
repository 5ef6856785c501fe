"""What readers say of a comment, and which moderator has it before them."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.models.comments import Comment
from comments.models.decisions import Decision


class ReportQuerySet(models.QuerySet["Report"]):
    """The questions that are asked of reports, each by its name."""

    def of_network(self, network: str, within: timedelta) -> "ReportQuerySet":
        """What came from ``network`` in the time ``within`` which we are now."""
        return self.filter(network=network, at__gte=timezone.now() - within)


class Report(models.Model):
    """That a reader finds a comment wrong. It is open until a moderator decides."""

    class Reason(models.TextChoices):
        SPAM = "spam", _("It is spam or advertising")
        ABUSE = "abuse", _("It insults or threatens somebody")
        HATE = "hate", _("It attacks people for who they are")
        PRIVATE = "private", _("It gives away private details")
        FALSE = "false", _("It says something false")
        OFF_TOPIC = "off-topic", _("It has nothing to do with the post")
        OTHER = "other", _("Something else")
        APPEAL = "appeal", _("Its writer asks for a second look")

    comment = models.ForeignKey(
        Comment, on_delete=models.CASCADE, related_name="reports", verbose_name=_("comment")
    )
    reason = models.CharField(_("reason"), max_length=20, choices=Reason)
    text = models.TextField(_("details"), blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now, editable=False)
    network = models.CharField(max_length=32, blank=True, editable=False)
    decision = models.ForeignKey(
        Decision,
        on_delete=models.CASCADE,
        null=True,
        editable=False,
        related_name="reports",
        verbose_name=_("answered by"),
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        indexes = [models.Index(fields=["network", "at"], name="report_by_network")]

    def __str__(self) -> str:
        return self.get_reason_display()


class Claim(models.Model):
    """That a moderator has a comment before them, so that no second one reads it in vain."""

    comment = models.OneToOneField(Comment, on_delete=models.CASCADE, related_name="claim")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    until = models.DateTimeField()

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")

    def __str__(self) -> str:
        return f"{self.by}: {self.comment_id}"
