"""The moderation queue in the admin. Everything works as plain forms; a script makes it quick."""

import uuid
from collections.abc import Callable
from functools import wraps
from itertools import groupby
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from articles.admin_keys import is_key
from comments import batches, claims
from comments.deciding import DecidingForm
from comments.models import Comment, Decision, NotAllowed
from comments.models.decisions import Status, Verb
from comments.queue import AGES, MOST_COUNTED, Question, Tab, counts, decisions_of, page
from comments.queue_cards import REASONS, Card
from comments.queue_rendering import render as render_card

View = Callable[..., HttpResponse]


def for_moderators(view: View) -> View:
    """Only for who may decide on comments; others are told so with a 403."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm("comments.change_comment"):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return admin.site.admin_view(never_cache(guarded))


def with_frame(request: HttpRequest, **context: Any) -> dict[str, Any]:
    """``context`` with what every page of the admin needs; the queue needs its full width."""
    frame = admin.site.each_context(request) | {"is_nav_sidebar_enabled": False}
    return frame | {"base": reverse("admin:comments_queue")} | context


@for_moderators
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """The tab that is asked for; its first comments are then those that this moderator has."""
    question = Question(request.GET)
    if question.tab == Tab.MINE:
        return mine(request, question)
    return queue_page(request, question)


def queue_page(
    request: HttpRequest,
    question: Question,
    *,
    first: int | None = None,
    typed: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """One page of cards; with comment ``first`` on top, holding what was ``typed`` into it."""
    found = page(question, request.user, first=first)
    if first is not None and typed and found.cards:
        found.cards[0].typed = typed
    keys = [card.comment.pk for card in found.cards]
    # The script claims what it has in view; without it, all that is shown is claimed.
    if question.tab != Tab.SPAM and request.headers.get("X-Requested-With") != "fetch":
        claims.claim(request.user, keys)
    counted = counts()
    context = with_frame(
        request,
        title=_("Moderation queue"),
        question=question,
        here=question.here,
        cards=rendered(request, question, found.cards),
        more=found.more and question.address(after=found.more),
        tabs=tabs(question, {Tab.HELD: counted.held, Tab.REPORTED: counted.reported}),
        rules=sorted({*counted.rules, question.rule} - {""}),
        ages=AGES,
        bulk_verbs=[(verb.value, verb.label) for verb in batches.VERBS],
        reasons=REASONS,
        most=batches.MOST,
    )
    return render(request, "admin/comments/queue.html", context, status=status)


def rendered(request: HttpRequest, question: Question, cards: list[Card]) -> list[SafeString]:
    """``cards`` as HTML. After the last of them comes the one before it."""
    keys = [card.key for card in cards]
    shared = {
        "base": reverse("admin:comments_queue"),
        "changelist": reverse("admin:comments_comment_changelist"),
        "here": question.here,
        "tab": question.tab,
        "token": get_token(request),
    }
    shared = {name: escape(value) for name, value in shared.items()}
    following = [*keys[1:], *keys[-2:-1], ""]
    return [
        render_card(card, shared | {"next": key})
        for card, key in zip(cards, following, strict=False)
    ]


def tabs(question: Question, numbers: dict[str, int]) -> list[dict[str, Any]]:
    """The tabs with their addresses, and how much waits in them as far as it was counted."""
    return [
        {
            "label": tab.label,
            "address": f"?tab={tab.value}",
            "number": min(numbers.get(tab, 0), MOST_COUNTED),
            "is_more": numbers.get(tab, 0) > MOST_COUNTED,
            "is_current": question.tab == tab,
        }
        for tab in Tab
    ]


def mine(request: HttpRequest, question: Question) -> HttpResponse:
    """What this moderator decided, the newest first; a batch is one entry."""
    decisions, more = decisions_of(request.user, question.after)
    counted = counts()
    entries = [
        list(entry) for _key, entry in groupby(decisions, key=lambda one: one.batch or one.pk)
    ]
    context = with_frame(
        request,
        title=_("Moderation queue"),
        question=question,
        here=question.here,
        entries=entries,
        more=more and question.address(after=more),
        tabs=tabs(question, {Tab.HELD: counted.held, Tab.REPORTED: counted.reported}),
    )
    return render(request, "admin/comments/queue_mine.html", context)


def back_to_queue(question: Question, key: str = "") -> HttpResponse:
    """The same place in the queue, at the card ``key``."""
    anchor = f"#comment-{key}" if is_key(key) else ""
    answer = redirect(f"{reverse('admin:comments_queue')}{question.here}{anchor}")
    answer.status_code = 303
    return answer


@for_moderators
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Do what a card's form says; refused, the card comes back with what was typed into it."""
    question, form = Question(request.GET), DecidingForm(request.POST)
    comment = Comment.objects.select_related("article").filter(pk=pk).first()
    if comment is None:
        return gone(request, question)
    refusal = "" if form.is_valid() else form.complaint
    if not refusal:
        try:
            messages.success(request, form.decide(comment, request.user))
        except NotAllowed as error:
            refusal = f"{error} ({comment})"
        except Comment.DoesNotExist:
            return gone(request, question)
    if refusal:
        messages.error(request, refusal)
        if question.tab == Tab.MINE:  # which has no cards
            question = Question({})
        return queue_page(request, question, first=pk, typed=form.typed, status=409)
    claims.release(request.user, but=shown_keys(request))
    return back_to_queue(question, request.POST.get("next", ""))


def gone(request: HttpRequest, question: Question) -> HttpResponse:
    """There is nothing to decide on: the queue, with a sentence that says so."""
    messages.error(request, _("This comment is gone: somebody has deleted it."))
    return back_to_queue(question)


def shown_keys(request: HttpRequest) -> list[int]:
    """The comments that the script says are before the moderator; it may say nothing."""
    keys = request.POST.getlist("look")[:100]
    return [int(key) for key in keys if is_key(key)]


@for_moderators
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take back a ``decision``, a ``batch``, or this moderator's last one; say what was."""
    question = Question(request.GET)
    key, batch = request.POST.get("decision", ""), request.POST.get("batch", "")
    try:
        messages.success(request, taken_back(request.user, key, batch))
    except NotAllowed as error:
        messages.error(request, str(error))
    except Comment.DoesNotExist:
        return gone(request, question)
    return back_to_queue(question, request.POST.get("next", ""))


def taken_back(user: Any, key: str, batch: str) -> str:
    """Undo what the form names. Returns a sentence, or raises NotAllowed with one."""
    if batch:
        try:
            return batches.take_back_batch(uuid.UUID(batch), user)
        except ValueError:
            raise NotAllowed(_("There is no such batch.")) from None
    if key:
        decision = Decision.objects.filter(pk=key).first() if is_key(key) else None
    else:
        decision = batches.last_of(user)
    if decision is None:
        raise NotAllowed(_("There is nothing to take back."))
    if decision.batch and not key:
        return batches.take_back_batch(decision.batch, user)
    return batches.take_back(decision, user)


@for_moderators
@require_POST
def claim(request: HttpRequest) -> JsonResponse:
    """Claim what the script has in view, and nothing else; tells what colleagues look at."""
    keys = shown_keys(request)
    claims.release(request.user, but=keys)
    claims.claim(request.user, keys)
    others = claims.of_others(request.user).select_related("by")[:200]
    names = {str(each.comment_id): each.by.get_username() for each in others}
    return JsonResponse({"others": names})


@for_moderators
def bulk(request: HttpRequest) -> HttpResponse:
    """What one decision on many comments would change (GET), and that decision (POST)."""
    sent = request.POST if request.method == "POST" else request.GET
    try:
        verb = next(verb for verb in batches.VERBS if verb == sent.get("do"))
    except StopIteration:
        messages.error(request, _("Choose what to do with the selected comments."))
        return back_to_queue(Question({}))
    if request.method == "POST":
        return decide_batch(request, verb)
    comments = preview(request, verb)
    context = with_frame(
        request,
        title=_("Many comments at once"),
        comments=comments,
        verb=verb,
        verbs=[(one.value, one.label) for one in batches.VERBS],
        reasons=REASONS if verb == Verb.REJECT else {},
        way=batches.WAYS.get(sent.get("by", ""), ""),
        asked=[(name, value) for name, value in sent.lists() if name != "do"],
        most=batches.MOST,
        is_cut=len(comments) == batches.MOST,
    )
    return render(request, "admin/comments/queue_bulk.html", context)


def preview(request: HttpRequest, verb: Verb) -> list[Comment]:
    """The comments that are chosen one by one, or belong to the one named by ``of``."""
    key, way = request.GET.get("of", ""), request.GET.get("by", "")
    if way:
        comment = Comment.objects.filter(pk=key).first() if is_key(key) else None
        domain = request.GET.get("domain", "")
        return batches.alike(comment, way, verb, domain) if comment else []
    keys = [int(key) for key in request.GET.getlist("pk")[: batches.MOST] if is_key(key)]
    return list(batches.could(verb).filter(pk__in=keys).newest_first())


def decide_batch(request: HttpRequest, verb: Verb) -> HttpResponse:
    """Decide on every chosen comment, and say how many that were."""
    pairs = [value.partition("-") for value in request.POST.getlist("chosen")]
    known = [(key, seen) for key, _dash, seen in pairs if seen.partition("-")[0] in Status]
    chosen = [(int(key), seen) for key, seen in known if is_key(key)]
    if not chosen:
        messages.warning(request, _("No comment is selected."))
        return back_to_queue(Question({}))
    reason = request.POST.get("reason", "")
    number = int(reason) if reason in {str(known) for known in REASONS} else None
    if verb == Verb.REJECT and number is None:
        messages.error(request, _("Choose the reason for which they are rejected."))
        return back_to_queue(Question({}))
    outcome = batches.decide_all(chosen, verb, request.user, reason=number)
    if outcome.changed:
        sentence = ngettext(
            "%(label)s: %(count)d comment.", "%(label)s: %(count)d comments.", outcome.changed
        )
        messages.success(request, sentence % {"label": verb.label, "count": outcome.changed})
    if outcome.refused:
        sentence = ngettext(
            "%(count)d comment was left as it is: it has changed meanwhile.",
            "%(count)d comments were left as they are: they have changed meanwhile.",
            outcome.refused,
        )
        messages.warning(request, sentence % {"count": outcome.refused})
    return back_to_queue(Question({}))


urlpatterns: list[URLPattern] = [
    path("queue/", queue, name="comments_queue"),
    path("queue/<int:pk>/decide/", decide, name="comments_decide"),
    path("queue/undo/", undo, name="comments_undo"),
    path("queue/claim/", claim, name="comments_claim"),
    path("queue/bulk/", bulk, name="comments_bulk"),
]
