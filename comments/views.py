"""Sending a comment."""

from dataclasses import replace
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from articles.models import Article
from articles.views import article_page, moved, published_or_404
from comments.facts import submission
from comments.forms import BlankForm, CommentForm
from comments.models import Comment, Discussion
from comments.networks import network_of
from comments.pages import address_for_writer
from comments.pipeline import Refused, Submission, Verdict, judge
from comments.shown import Shown
from comments.text import tidy
from comments.tokens import form_token
from comments.writers import proven, remember, remembered, staff_member


def blank_form(
    request: HttpRequest, article: Article, parent: Comment | None = None
) -> CommentForm | BlankForm:
    """An empty comment form for whoever asks, as a reply to ``parent`` where there is one."""
    staff, token = staff_member(request), form_token(article)
    known = {} if staff else remembered(request)
    request.is_personal = bool(staff or known)
    if not request.is_personal and parent is None:
        return BlankForm(token)
    initial: dict[str, Any] = {"token": token, "parent": parent and parent.pk, **known}
    return CommentForm(article=article, staff=staff, initial=initial)


@csrf_exempt  # Readers have no session to abuse: an address and token check stands in for it.
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: HttpRequest, slug: str, parent: int | None = None, **day: str) -> HttpResponse:
    """Take a comment on the post at ``slug``; on GET, its page with the form as a reply."""
    if request.method == "POST":
        return receive(request, slug)
    article = published_or_404(slug)
    if parent is None or not Discussion.objects.of(article).is_open:
        return redirect(f"{article.get_absolute_url()}#respond")
    comment = get_object_or_404(Comment.objects.published(), article=article, pk=parent)
    if answer := moved(request, article):
        return answer
    form = blank_form(request, article, comment)
    return article_page(
        request, article, {"comment_form": form, "reply_to": comment, "noindex": True}
    )


def receive(request: HttpRequest, slug: str) -> HttpResponse:
    """What was sent to the post at ``slug``, taken from staff or from a reader."""
    try:
        discussion = Discussion.objects.on(Article.objects.published(), slug)
    except Article.DoesNotExist:
        reason = _("This post is not public any more, so it takes no comments.")
        return refused(request, reason, 404)
    # A form opened before signing in is a reader's: it carries no token of the session.
    is_staff_form = "csrfmiddlewaretoken" in request.POST and staff_member(request)
    take_from = csrf_protect(take_from_staff) if is_staff_form else take_from_reader
    return take_from(request, discussion)


def take_from_reader(request: HttpRequest, discussion: Discussion) -> HttpResponse:
    """A comment without an account."""
    if not is_same_origin(request):
        return refused(request, _("Comments can only be sent from this site’s own pages."), 403)
    return take(request, discussion, CommentForm(request.POST, article=discussion.article))


def take_from_staff(request: HttpRequest, discussion: Discussion) -> HttpResponse:
    """A staff member's comment, public at once."""
    form = CommentForm(request.POST, article=discussion.article, staff=request.user)
    return take(request, discussion, form)


def take(request: HttpRequest, discussion: Discussion, form: CommentForm) -> HttpResponse:
    """Post what ``form`` holds and lead its writer to it, or say why not and keep the text."""
    if not discussion.is_open and not sent_before(request, form):
        return refused(request, _("The comments on this post are closed."), 403)
    if "preview" in request.POST:
        return preview(request, form)
    try:
        comment = post(request, discussion, form)
    except Refused as refusal:
        return refused_by_rule(request, refusal.verdict)
    except (Article.DoesNotExist, IntegrityError):
        reason = _("Meanwhile the comments on this post were closed, or what you reply to removed.")
        return refused(request, reason, 409)
    if comment is None:
        return with_errors(request, form)
    response = redirect(address_for_writer(comment, form.article))
    response.status_code = 303
    if not form.staff:
        remember(request, response, form.cleaned_data)
    return response


def post(request: HttpRequest, discussion: Discussion, form: CommentForm) -> Comment | None:
    """
    The comment that ``form`` makes, the same one however often it is sent; None where the form is
    not valid. Raises Refused where a rule does not take it, Article.DoesNotExist where the post
    has just been taken back, and IntegrityError where what it replies to has just gone.
    """
    if not form.is_valid():
        return None
    comment = form.comment(network_of(request))
    if form.staff:
        it = Submission(is_staff=True)
    else:
        it = submission(comment, discussion, proven(request))
    try:
        # SQLite lets one write at a time, so all that takes longer is done before.
        with transaction.atomic():
            discussion.lock()
            comment.come_in(judge(replace(it, is_open=discussion.is_open)), by=form.staff)
    except (Refused, IntegrityError):
        if before := sent_before(request, form):
            return before
        raise
    return comment


def sent_before(request: HttpRequest, form: CommentForm) -> Comment | None:
    """The comment that was made of this very ``form`` when it was sent before."""
    if not form.is_valid():
        return None
    key = form.comment(network_of(request)).submission
    return Comment.objects.filter(submission=key).first()


def preview(request: HttpRequest, form: CommentForm) -> HttpResponse:
    """The post's page again, with the comment as it will look. Nothing is stored."""
    if not form.is_valid():
        return with_errors(request, form)
    article = published_or_404(form.article.slug)
    values = form.cleaned_data
    context = {
        "comment_form": form,
        "preview": Shown(
            pk=0,
            status=Comment.Status.PUBLISHED,
            name=form.staff_name if form.staff else values["name"],
            website=values.get("website", ""),
            body=values["body"],
            created_at=timezone.now(),
            user_id=form.staff and form.staff.pk,
            is_staff=bool(form.staff),
        ),
        "reply_to": values.get("parent"),
        "noindex": True,
    }
    return article_page(request, article, context)


def with_errors(request: HttpRequest, form: CommentForm) -> HttpResponse:
    """The post's page again, with what was typed and what is wrong with it."""
    article = published_or_404(form.article.slug)
    form.summary_lines = form.summary()
    parent = form.cleaned_data.get("parent")
    context = {
        "title_prefix": _("Error: "),
        "comment_form": form.ready_to_post_again(),
        "reply_to": parent,
        "noindex": True,
    }
    return article_page(request, article, context, status=422)


def refused(request: HttpRequest, reason: str, status: int, heading: str = "") -> HttpResponse:
    """Why no comment can be taken here, with the typed text to copy."""
    heading = heading or _("Your comment was not sent")
    context = {
        "heading": heading,
        "reason": reason,
        "typed": tidy(request.POST.get("body", "")),
        "noindex": True,
    }
    return render(request, "comments/refused.html", context, status=status)


def refused_by_rule(request: HttpRequest, verdict: Verdict) -> HttpResponse:
    """Why a rule does not take a comment; whom it tells to wait is told how long, too."""
    if verdict.rule != "crowded":
        return refused(request, verdict.reason, 409)
    answer = refused(request, verdict.reason, 429, heading=_("Please wait a moment"))
    answer["Retry-After"] = "60"
    return answer


def is_same_origin(request: HttpRequest) -> bool:
    """
    Whether the request may come from a page of ours. Browsers say where a POST comes from in
    ``Sec-Fetch-Site``, older ones in ``Origin``; what says neither is no browser, and cannot be
    tricked by another site into sending something.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return origin is None or origin == f"{request.scheme}://{request.get_host()}"
