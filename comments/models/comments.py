"""The discussion under a post: what readers write, and what may be done with it."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from comments import spam
from comments.likeness import are_alike
from comments.models.decisions import (
    TRANSITIONS,
    AlreadyDecided,
    Decision,
    NotAllowed,
    Status,
    Verb,
)
from comments.models.discussions import Discussion
from comments.models.learning import Filter, Learned, Token
from comments.pipeline import Kind, Refused, Verdict
from comments.signals import decided
from comments.text import as_html

# With how many of the latest comments a new one is compared.
COMPARED = 1_000
# By hand, because the ORM needs as long to write it as the database to answer.
LATEST_TEXTS = """
SELECT simhash, id FROM comments_comment WHERE simhash IS NOT NULL AND status <> 'withdrawn'
ORDER BY created_at DESC, id DESC LIMIT %s
"""
LONGEST_REASON = 200
DECIDED_BY_RULE = {Kind.PUBLISH: Verb.APPROVE, Kind.SPAM: Verb.MARK_SPAM}


def nothing() -> dict[str, Any]:
    """What an erased comment holds instead of all that was in it."""
    texts = ["name", "email", "website", "body", "network", "taught"]
    others = ["user", "submission", "spamminess", "simhash"]
    changes: dict[str, Any] = {**dict.fromkeys(texts, ""), **dict.fromkeys(others)}
    return changes | {"verdicts": [], "signals": {}, "report_count": 0}


class CommentQuerySet(models.QuerySet["Comment"]):
    """The questions that are asked of comments, each by its name."""

    def published(self) -> "CommentQuerySet":
        return self.filter(status=Comment.Status.PUBLISHED)

    def on_public_articles(self) -> "CommentQuerySet":
        """Those under posts that readers can open at this moment."""
        public = Article.objects.published().filter(pk=models.OuterRef("article"))
        return self.filter(models.Exists(public))

    def newest_first(self) -> "CommentQuerySet":
        return self.order_by("-created_at", "-pk")

    def awaiting(self) -> "CommentQuerySet":
        """What a moderator still has to decide, oldest first."""
        return self.filter(status=Comment.Status.HELD).order_by("created_at", "pk")

    def written_from(self, email: str) -> "CommentQuerySet":
        """Those by readers who gave this address. Staff members' are the newsroom's own."""
        return self.filter(email=email.lower(), user=None)

    @transaction.atomic
    def erase(self, **how: Any) -> int:
        """
        Do with all of these what the verb does with one, a few hundred at a time: somebody may
        have written thousands. Returns how many that were.
        """
        from comments.models.reports import Report

        rows = list(self.exclude(status=Status.ERASED).values_list("pk", "thread"))
        # As locked() does it, heads first, but so many at a time that a statement takes them.
        order = {(thread or pk, thread is not None, pk) for pk, thread in rows}
        order |= {(thread, False, thread) for _pk, thread in rows if thread}
        keys, wanted = [pk for *_head, pk in sorted(order)], {pk for pk, _thread in rows}
        comments = [
            comment
            for start in range(0, len(keys), 500)
            for comment in Comment.objects.filter(pk__in=keys[start : start + 500]).locked()
            if comment.pk in wanted and comment.status != Status.ERASED
        ]
        Token.objects.lock()
        for start in range(0, len(comments), 500):
            some = comments[start : start + 500]
            keys = [comment.pk for comment in some]
            for comment in some:
                if comment.taught:
                    Token.objects.unlearn(spam.tokens(comment), comment.taught)
            changes = nothing() | {"status": Status.ERASED, "is_featured": False}
            Comment.objects.filter(pk__in=keys).update(**changes)
            old = Decision.objects.filter(comment__in=keys)
            old.update(before={}, reason="", note="", message="")
            Report.objects.filter(comment__in=keys).delete()
            decisions = [
                Decision(
                    comment=comment,
                    verb=Verb.ERASE,
                    from_status=comment.status,
                    to_status=Status.ERASED,
                    **how,
                )
                for comment in some
            ]
            for decision in Decision.objects.bulk_create(decisions):
                for name, new in changes.items():
                    setattr(decision.comment, name, new)
                decided.send(Comment, decision=decision)
        return len(comments)

    def unchecked_spam(self) -> "CommentQuerySet":
        """What the filter took for spam and nobody has looked at, newest first."""
        found = self.filter(status=Comment.Status.SPAM, rule=spam.SURE_RULE, taught="")
        return found.order_by("-created_at", "-pk")

    def wrongly_held(self) -> "CommentQuerySet":
        """Good comments that the filter held, or even blocked (``was_blocked``), newest first."""
        blocked = Decision.objects.blocked_by_filter().filter(comment=models.OuterRef("pk"))
        return (
            self.published()
            .filter(rule__in=[spam.SURE_RULE, spam.UNSURE_RULE], taught=Learned.GOOD)
            .annotate(was_blocked=models.Exists(blocked))
            .order_by("-created_at", "-pk")
        )

    def locked(self) -> "CommentQuerySet":
        """
        These, kept from others until the end of the transaction, heads of threads first. Whoever
        changes a reply changes the count on its head as well: only because everybody takes both
        in this order, and before all else, two moderators never wait for each other.
        """
        thread = models.functions.Coalesce("thread", "pk")
        heads_first = models.F("thread").asc(nulls_first=True)
        return self.order_by(thread, heads_first, "pk").select_for_update()

    def heads_of(self, article: Article) -> "CommentQuerySet":
        """Those that a page of ``article`` shows a thread under, removed ones among them."""
        return self.filter(article=article, heads_thread=True)

    def before(self, comment: "Comment", newest_first: bool = False) -> "CommentQuerySet":
        """Those that stand before ``comment``, oldest or newest first."""
        moment, pk = comment.created_at, comment.pk
        if newest_first:
            return self.filter(created_at__gte=moment).exclude(created_at=moment, pk__lte=pk)
        return self.filter(created_at__lte=moment).exclude(created_at=moment, pk__gte=pk)


class Comment(models.Model):
    """A reader's words under a post. What happens to it happens by the verbs below."""

    Status = Status

    article = models.ForeignKey(
        Article,
        on_delete=models.CASCADE,
        db_index=False,  # comment_under_article begins with it
        related_name="comments",
        verbose_name=_("article"),
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        related_name="replies",
        verbose_name=_("in reply to"),
    )
    # The comment that began the conversation; empty for that one itself.
    thread = models.ForeignKey(
        "self",
        on_delete=models.RESTRICT,
        null=True,
        editable=False,
        db_index=False,  # comment_in_thread begins with it
        related_name="conversation",
        verbose_name=_("thread"),
    )
    name = models.CharField(_("name"), max_length=100)
    email = models.EmailField(_("email"), blank=True)
    website = models.URLField(_("website"), blank=True)
    body = models.TextField(_("comment"))
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.HELD)
    created_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    edited_at = models.DateTimeField(_("edited"), null=True, editable=False)
    is_featured = models.BooleanField(_("featured"), default=False, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="comments",
        verbose_name=_("staff member"),
    )
    submission = models.CharField(max_length=64, unique=True, null=True, editable=False)  # noqa: DJ001

    # What the rules said when it came in: the name of the one that decided, and every verdict as
    # {"rule", "verdict", "reason", "words"}.
    rule = models.CharField(_("rule"), max_length=40, blank=True, editable=False)
    verdicts = models.JSONField(default=list, editable=False)
    # What the form told of how it was filled in, such as {"seconds": 41}.
    signals = models.JSONField(default=dict, editable=False)
    spamminess = models.FloatField(_("filter"), null=True, editable=False)
    # What the filter has learned from it; empty where no moderator said what it is.
    taught = models.CharField(max_length=10, blank=True, choices=Learned, editable=False)
    # A keyed hash of the network it came from, dropped after 30 days.
    network = models.CharField(max_length=32, blank=True, editable=False)
    # How alike two texts are: the number of bits in which these differ.
    simhash = models.BigIntegerField(null=True, editable=False)

    report_count = models.PositiveIntegerField(_("open reports"), default=0, editable=False)
    # A moderator has looked at the reports and kept it: more of them do not hold it again.
    is_cleared = models.BooleanField(default=False, editable=False)

    # Counted by the database itself (comments/counts.py), never written by Python.
    reply_count = models.PositiveIntegerField(
        _("public replies"), default=0, db_default=0, editable=False
    )
    # Whether a page of the post shows a thread under it: a removed comment stays as a tombstone
    # as long as anybody can read a reply to it.
    heads_thread = models.GeneratedField(
        expression=models.Q(thread=None)
        & (models.Q(status=Status.PUBLISHED) | models.Q(reply_count__gt=0)),
        output_field=models.BooleanField(),
        db_persist=True,
    )

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    status__in=["held", "published", "rejected", "spam", "withdrawn", "erased"]
                ),
                name="comment_status_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["article", "status", "created_at", "id"], name="comment_under_article"
            ),
            models.Index(
                fields=["article", "created_at", "id"],
                condition=models.Q(heads_thread=True),
                name="comment_heads",
            ),
            models.Index(fields=["thread", "status", "created_at", "id"], name="comment_in_thread"),
            models.Index(fields=["status", "created_at", "id"], name="comment_by_status"),
            models.Index(fields=["status", "rule", "created_at", "id"], name="comment_by_rule"),
            models.Index(fields=["created_at", "id"], name="comment_by_date"),
            models.Index(fields=["email", "status", "created_at"], name="comment_by_writer"),
            models.Index(
                fields=["network", "created_at"],
                condition=~models.Q(network=""),
                name="comment_by_network",
            ),
            models.Index(
                fields=["created_at", "id", "status", "simhash"],
                condition=models.Q(simhash__isnull=False),
                name="comment_by_likeness",
            ),
            models.Index(
                fields=["created_at", "id"],
                condition=models.Q(report_count__gt=0),
                name="comment_reported",
            ),
            models.Index(
                fields=["article", "created_at"],
                condition=models.Q(is_featured=True),
                name="comment_featured",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.body[:60]}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """
        Save everything but what the database counts. A reply joins its parent's thread, and one
        person's address is spelled in one way.
        """
        if self._state.adding:
            self.email = self.email.lower()
            if self.parent and not self.thread_id:
                self.thread_id = self.parent.thread_id or self.parent_id
        elif kwargs.get("update_fields") is None:
            counted = {"id", "reply_count", "heads_thread"}
            kwargs["update_fields"] = {f.name for f in self._meta.concrete_fields} - counted
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """The address that leads to wherever it stands now."""
        return f"{self.article.get_absolute_url()}comment/{self.pk}/"

    @property
    def html(self) -> str:
        return as_html(self.body)

    @property
    def is_held(self) -> bool:
        return self.status == Status.HELD

    @property
    def as_seen(self) -> str:
        """Its status, and since when it has this text: what was before whoever decides on it."""
        if self.edited_at is None:
            return self.status
        return f"{self.status}-{self.edited_at.timestamp():.6f}"

    @property
    def seems_held(self) -> bool:
        """
        Whether its writer is told that it waits. That is so, too, where a rule took it for spam
        and no moderator has said so: who sends spam learns nothing from the answer.
        """
        return self.is_held or (self.status == Status.SPAM and not self.taught)

    @property
    def is_published(self) -> bool:
        return self.status == Status.PUBLISHED

    def twin(self) -> int | None:
        """The key of the newest among the latest comments that say nearly the same as this."""
        if self.simhash is None:
            return None
        with connection.cursor() as cursor:
            cursor.execute(LATEST_TEXTS, [COMPARED])
            latest = cursor.fetchall()
        alike = (pk for number, pk in latest if are_alike(self.simhash, number))
        return next((pk for pk in alike if pk != self.pk), None)

    def come_in(self, verdicts: Sequence[Verdict], by: Any = None) -> Decision | None:
        """
        Store it, new, as the first of ``verdicts``, the strictest, says; ``by`` is the staff
        member who wrote it. The same as a verb on a held comment, in fewer queries. Returns the
        Decision, None where a moderator has to make it, and raises Refused.
        """
        verdict = verdicts[0]
        if verdict.kind == Kind.REFUSE:
            raise Refused(verdict)
        self.rule, self.verdicts = verdict.rule, [each.as_json() for each in verdicts]
        verb = DECIDED_BY_RULE.get(verdict.kind) if by is None else None
        self.status = TRANSITIONS[verb].target if verb else Status.HELD
        with transaction.atomic(savepoint=False):
            self.save(force_insert=True)
            if by is not None and verdict.kind == Kind.PUBLISH:
                return self.approve(by=by)
            if verb is None:
                return None
            decision = Decision(comment=self, verb=verb, rule=verdict.rule)
            decision.reason = verdict.reason[:LONGEST_REASON]
            decision.from_status, decision.to_status = Status.HELD, self.status
            decision.before = {"status": Status.HELD}
            decision.save()
            decided.send(Comment, decision=decision)
        return decision

    def come_in_again(self, verdicts: Sequence[Verdict]) -> Decision | None:
        """
        Do what the first of ``verdicts`` says of the text that its writer has just changed. What
        was approved was another text, so only a trusted writer's stays public.
        """
        verdict = next(each for each in verdicts if each.kind != Kind.REFUSE)
        self.rule, self.verdicts = verdict.rule, [each.as_json() for each in verdicts]
        self.save(update_fields=["rule", "verdicts", "spamminess", "simhash"])
        how = {"rule": verdict.rule, "reason": verdict.reason[:LONGEST_REASON]}
        if verdict.kind == Kind.SPAM:
            return self.mark_spam(**how)
        return self.hold(**how) if verdict.kind == Kind.HOLD and self.is_published else None

    # The verbs. ``how`` is what a decision remembers besides: ``by`` whom or by which ``rule``
    # (neither: by the writer), ``reason``, ``note`` to colleagues, ``message`` to the writer, and
    # ``batch``. With ``seen``, what ``as_seen`` said when the one who decides read it, a
    # decision on a comment that has changed since raises AlreadyDecided. Every verb returns its
    # Decision, or None where there was nothing to change, and raises NotAllowed where the law in
    # decisions.py does not allow it.

    def approve(self, **how: Any) -> Decision | None:
        """Let everybody read it."""
        return self._decide(Verb.APPROVE, **how)

    def reject(self, **how: Any) -> Decision | None:
        """Keep it out: not spam, but not fit to publish."""
        return self._decide(Verb.REJECT, **how)

    def mark_spam(self, **how: Any) -> Decision | None:
        """Keep it out as spam."""
        return self._decide(Verb.MARK_SPAM, **how)

    def hold(self, **how: Any) -> Decision | None:
        """Put it back into the queue."""
        return self._decide(Verb.HOLD, **how)

    def keep(self, **how: Any) -> Decision | None:
        """Leave it as it is: reports are answered, and what a rule took for spam is known to be."""
        return self._decide(Verb.KEEP, **how)

    def feature(self, **how: Any) -> Decision | None:
        """Show it above the discussion."""
        return self._decide(Verb.FEATURE, {"is_featured": True}, **how)

    def unfeature(self, **how: Any) -> Decision | None:
        """Show it only where it was written."""
        return self._decide(Verb.UNFEATURE, {"is_featured": False}, **how)

    def edit(self, body: str, **how: Any) -> Decision | None:
        """
        Replace its text. Reports may hold it again: what was cleared was another text. Nor did a
        moderator say of what its writer makes of it that it is good, or spam.
        """
        if body == self.body:
            return None
        changes = {"body": body, "edited_at": timezone.now(), "is_cleared": False, "simhash": None}
        if how.get("by") is None:
            changes["taught"] = ""
        return self._decide(Verb.EDIT, changes, **how)

    def note(self, **how: Any) -> Decision | None:
        """Tell colleagues something about it; nothing else changes, and no report is answered."""
        return self._decide(Verb.NOTE, **how)

    def withdraw(self, **how: Any) -> Decision | None:
        """Take it back, as its writer."""
        return self._decide(Verb.WITHDRAW, **how)

    @transaction.atomic
    def report(self, reason: str, text: str = "", network: str = "") -> None:
        """
        Note that a reader finds it wrong. Enough of them, from different networks, hold it, unless
        a moderator has seen such reports of the same text and kept it.
        """
        now = self.locked()
        now.reports.create(reason=reason, text=text, network=network)
        now._recount_reports()
        needed = Discussion.objects.of(now.article).policy.reports_needed
        if now.is_published and not now.is_cleared and now.report_count >= needed:
            said = ngettext("%d reader reported it", "%d readers reported it", now.report_count)
            now.hold(rule="reports", reason=said % now.report_count)
        self._become(now)

    @transaction.atomic
    def erase(self, **how: Any) -> Decision | None:
        """Forget what was written and who wrote it; only that there was something is left."""
        erased = Comment.objects.filter(pk=self.pk).erase(**how)
        self._become(Comment.objects.get(pk=self.pk))
        return self.decisions.order_by("pk").last() if erased else None

    @transaction.atomic
    def appeal(self, decision: Decision, text: str) -> bool:
        """
        Ask moderators for a second look at ``decision``, which rejected this. False where that is
        not possible (any more): it was decided otherwise since, or there was an appeal already.
        """
        now = self.locked()
        possible = now.can_appeal(decision)
        if possible:
            now.reports.create(reason="appeal", text=text)
            now._recount_reports()
        self._become(now)
        return possible

    def can_appeal(self, decision: Decision) -> bool:
        """Whether ``decision`` still stands, keeps this out, and was not appealed against yet."""
        stands = self.status == Status.REJECTED and self.decisions.standing().filter(pk=decision.pk)
        appeals = self.reports.filter(reason="appeal", at__gte=decision.at)
        return bool(stands) and not appeals.exists()

    @transaction.atomic
    def _decide(
        self,
        verb: Verb,
        changes: dict[str, Any] | None = None,
        *,
        by: Any = None,
        seen: str | None = None,
        **how: Any,
    ) -> Decision | None:
        """Do ``verb``, and record it; two who decide at once do so one after another."""
        stale, now = self, self.locked()
        transition = TRANSITIONS[verb]
        changes = {name: new for name, new in (changes or {}).items() if getattr(now, name) != new}
        if seen is not None and seen != now.as_seen:
            decisions = now.decisions.exclude(verb=Verb.NOTE).order_by("pk").select_related("by")
            raise AlreadyDecided(decisions.last())
        is_toggle = verb in (Verb.FEATURE, Verb.UNFEATURE)
        if now.status == transition.target or (is_toggle and not changes):
            stale._become(now)
            return None
        if now.status not in transition.sources:
            raise NotAllowed(
                gettext("“%(what)s” is not possible with a comment that is “%(status)s”.")
                % {"what": verb.label, "status": now.get_status_display()}
            )
        if transition.target:
            changes["status"] = transition.target
            if now.is_featured and transition.target != Status.PUBLISHED:
                changes["is_featured"] = False
        if verb == Verb.EDIT and by is None and now.taught:
            # No moderator has read what its writer says now.
            changes["taught"] = ""
        if by is not None:
            changes |= now._as_known_by_moderator(verb, changes.get("status", now.status))
        decision = Decision(comment=self, verb=verb, by=by, from_status=now.status, **how)
        decision.before = now._change(changes)
        decision.to_status = now.status
        decision.save()
        if by is not None and now.report_count and verb != Verb.NOTE:
            now.reports.filter(decision=None).update(decision=decision)
            now._recount_reports()
        stale._become(now)
        decided.send(Comment, decision=decision)
        return decision

    def locked(self) -> "Comment":
        """It as the database knows it, kept from others until the end of the transaction."""
        both = Comment.objects.filter(pk__in=[self.pk, self.thread_id or self.pk]).locked()
        for comment in both:
            if comment.pk == self.pk:
                return comment
        raise Comment.DoesNotExist

    def _as_known_by_moderator(self, verb: Verb, status: str) -> dict[str, Any]:
        """What a person's decision says besides: what the filter learns, and that it is cleared."""
        known = {}
        lessons = {Status.PUBLISHED: Learned.GOOD, Status.SPAM: Learned.SPAM}
        if verb in (Verb.APPROVE, Verb.REJECT, Verb.MARK_SPAM, Verb.HOLD):
            known["taught"] = lessons.get(status, "")
        if verb == Verb.KEEP and status == Status.SPAM:
            known["taught"] = Learned.SPAM
        if verb in (Verb.APPROVE, Verb.KEEP) and self.report_count:
            known["is_cleared"] = True
        return {name: new for name, new in known.items() if getattr(self, name) != new}

    def take_back(self, decision: Decision, by: Any) -> Decision:
        """Give the fields that ``decision`` changed what they held before. Decision.undo asks."""
        undo = Decision(comment=self, verb=Verb.UNDO, by=by, undoes=decision)
        undo.from_status = self.status
        old = {
            name: self._meta.get_field(name).to_python(value)
            for name, value in decision.before.items()
        }
        undo.before = self._change(old)
        undo.to_status = self.status
        undo.save()
        decision.reports.update(decision=None)
        self._recount_reports()
        decided.send(Comment, decision=undo)
        return undo

    def _change(self, changes: dict[str, Any]) -> dict[str, Any]:
        """Store ``changes``, and let the filter follow. Returns what these fields held before."""
        before = {name: getattr(self, name) for name in changes}
        if self.taught and ("taught" in changes or "body" in changes):
            Token.objects.unlearn(spam.tokens(self), self.taught)
        for name, new in changes.items():
            setattr(self, name, new)
        if self.taught and ("taught" in changes or "body" in changes):
            Token.objects.learn(spam.tokens(self), self.taught)
            if self.taught == Learned.GOOD:
                Filter.objects.spare(self)
        if changes:
            self.save(update_fields=list(changes))
        return before

    def _recount_reports(self) -> None:
        """Independent reports are counted: many from one network are one."""
        self.report_count = self.reports.filter(decision=None).values("network").distinct().count()
        self.save(update_fields=["report_count"])

    def _become(self, now: "Comment") -> None:
        """Know what the database knows, which may have changed since this was read."""
        for field in self._meta.concrete_fields:
            if field.attname in now.__dict__:
                setattr(self, field.attname, getattr(now, field.attname))
