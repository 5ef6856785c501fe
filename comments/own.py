"""
The page that only the writer of a comment has the address of: their comment where it stands, or
would stand, and for some minutes the forms to change and to withdraw it.
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from functools import wraps
from typing import Any

from django import forms
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from articles.models import Article
from articles.views import article_page, moved, published_or_404
from comments.facts import submission
from comments.forms import CommentForm
from comments.models import Comment, Discussion, NotAllowed, Policy, Verb
from comments.pages import DiscussionPage, own_address
from comments.pipeline import judge
from comments.tokens import own_pk
from comments.views import is_same_origin, refused
from comments.writers import proven


class EditForm(forms.Form):
    """The text of one's own comment, checked like that of a new one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="own_%s", **kwargs)
        self.fields["body"] = deepcopy(CommentForm.base_fields["body"])
        self.fields["body"].widget.is_required = False
        self.fields["body"].widget.attrs |= {"class": "form-control"}
        self.fields["body"].widget.attrs.pop("maxlength", None)


class Own:
    """What the page says to the writer of ``comment``, and lets them do."""

    def __init__(self, comment: Comment, policy: Policy, form: EditForm | None = None) -> None:
        self.comment = comment
        self.minutes = policy.edit_minutes
        self.address = own_address(comment, comment.article)
        self.form = form or EditForm(initial={"body": comment.body})

    @property
    def minutes_left(self) -> int:
        """How long the writer may still change it, in begun minutes."""
        left = timedelta(minutes=self.minutes) - (timezone.now() - self.comment.created_at)
        return max(0, -(-left // timedelta(minutes=1)))

    @property
    def was_changeable(self) -> bool:
        is_there = self.comment.seems_held or self.comment.is_published or self.is_withdrawn
        return self.minutes > 0 and is_there

    @property
    def can_change(self) -> bool:
        return self.minutes_left > 0 and self.was_changeable

    @property
    def can_hear_of_replies(self) -> bool:
        is_there = self.comment.seems_held or self.comment.is_published
        return is_there and bool(self.comment.email) and not self.comment.user_id

    @property
    def notify_address(self) -> str:
        return f"{self.address}notify/"

    @property
    def is_withdrawn(self) -> bool:
        return self.comment.status == Comment.Status.WITHDRAWN

    @property
    def heading(self) -> str:
        if self.comment.seems_held:
            return _("Your comment is awaiting moderation.")
        if self.comment.is_published:
            return _("This is your comment.")
        if self.is_withdrawn:
            return _("You have withdrawn this comment.")
        return _("Your comment is not public.")

    @property
    def sentence(self) -> str:
        if self.comment.is_published:
            return _("Everybody can read it.")
        return _("Only you can see it.")

    @property
    def thanks(self) -> str:
        if self.comment.seems_held:
            return _("Thank you. Your comment is waiting for approval")
        if self.comment.is_published:
            return _("Thank you. Your comment is public")
        return ""

    @property
    def thanks_note(self) -> str:
        if self.comment.seems_held:
            return _(
                "An editor will read it soon. You can see it above; other readers cannot until it "
                "is approved."
            )
        return _("You can see it above.")


@never_cache
@require_safe
def own(request: HttpRequest, slug: str, token: str, **day: str) -> HttpResponse:
    """The post's page as the writer of a comment sees it: with that comment on it."""
    article = published_or_404(slug)
    comment = own_or_404(article, token)
    return moved(request, article) or own_page(request, comment)


def own_or_404(article: Article, token: str) -> Comment:
    """The comment under ``article`` that ``token`` was made for, unless nothing is left of it."""
    comments = article.comments.exclude(status=Comment.Status.ERASED).select_related("thread")
    return get_object_or_404(comments, pk=own_pk(token))


def own_page(
    request: HttpRequest, comment: Comment, form: EditForm | None = None, status: int = 200
) -> HttpResponse:
    """The page, with the ``form`` that could not be taken, if there is one."""
    page = DiscussionPage(comment.article, own=comment)
    own = Own(comment, page.discussion.policy, form)
    context = {"discussion_page": page, "own": own, "noindex": True}
    return article_page(request, comment.article, context, status=status)


def by_writer(change: Callable[[HttpRequest, Comment], HttpResponse | None]) -> Callable:
    """
    A view of what is sent from that page. ``change`` does it, and answers only if something is
    wrong. What comes too late, or from elsewhere, is told so and gets the text back.
    """

    @csrf_exempt  # Readers have no session to abuse: the address is the secret.
    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(change)
    def view(request: HttpRequest, slug: str, token: str, **day: str) -> HttpResponse:
        try:
            comment = own_or_404(published_or_404(slug), token)
        except Http404:
            if request.method == "POST":
                return not_changed(request, _("This comment is not there any more."), 404)
            raise
        address = f"{own_address(comment, comment.article)}#comment-{comment.pk}"
        if request.method != "POST":
            return redirect(address)
        if not is_same_origin(request):
            sentence = _("Comments can only be changed from this site’s own pages.")
            return not_changed(request, sentence, 403)
        own = Own(comment, Discussion.objects.of(comment.article).policy)
        if not own.minutes_left:
            return not_changed(request, too_late(own.minutes), 403)
        try:
            if own.can_change:
                return change(request, comment) or HttpResponseRedirect(address, status=303)
        except (NotAllowed, Comment.DoesNotExist):
            pass  # A moderator was faster.
        return not_changed(request, _("This comment cannot be changed any more."), 409)

    return view


@by_writer
def edit(request: HttpRequest, comment: Comment) -> HttpResponse | None:
    """Give the comment another text."""
    form = EditForm(request.POST)
    if not form.is_valid():
        form.fields["body"].widget.attrs["autofocus"] = True
        return own_page(request, comment, form, status=422)
    with transaction.atomic():
        if comment.edit(form.cleaned_data["body"]):
            judge_edit(request, comment)
    return None


@by_writer
def withdraw(request: HttpRequest, comment: Comment) -> None:
    """Take the comment back."""
    comment.withdraw()


@by_writer
def put_back(request: HttpRequest, comment: Comment) -> None:
    """Undo one's own withdrawal."""
    withdrawal = comment.decisions.standing().filter(verb=Verb.WITHDRAW, by=None).last()
    if withdrawal:
        withdrawal.undo(by=None)


def judge_edit(request: HttpRequest, comment: Comment) -> None:
    """
    Decide what becomes of a comment whose writer has just changed it, in the same transaction: the
    rules look at it again, and do not count it itself among what its writer sent before.
    """
    if comment.user_id:
        return
    discussion = Discussion.objects.of(comment.article)
    it = submission(comment, discussion, proven(request))
    others = {name: getattr(it, name) - 1 for name in ("from_address", "from_network")}
    others["approved"] = it.approved - comment.is_published
    comment.come_in_again(judge(replace(it, **others)))


def too_late(minutes: int) -> str:
    """That the time to change a comment is over."""
    return ngettext(
        "A comment can be changed for %(minutes)d minute. That time is over.",
        "A comment can be changed for %(minutes)d minutes. That time is over.",
        minutes,
    ) % {"minutes": minutes}


def not_changed(request: HttpRequest, reason: str, status: int) -> HttpResponse:
    """Why nothing was changed, with the typed text to copy."""
    return refused(request, reason, status, heading=_("Your comment was not changed"))
