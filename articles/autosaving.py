"""
What is typed into the form of a post is kept every few seconds, so that nothing of it is lost:
articles/static/articles/autosave.js sends it, and the form offers it when its writer returns.
"""

import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from js_asset import Media, Script

from articles.models import Article, Autosave
from articles.models.editing import Elsewhere, new_key
from articles.permissions import EDIT, allowed, visible

TOKEN = re.compile(r"[A-Za-z0-9]{16}")
# Neither can be stored in PostgreSQL as JSON, nor be shown.
UNSTORABLE = re.compile("[\0\ud800-\udfff]")
MOST_FIELDS = 1000
# Tells the next form that opens which ones were saved, so that the browser forgets its copies.
SAVED = "saved_forms"
# What the form sends for this module and not as part of a post.
OURS = ("autosave_token", "autosave_key", "autosave_form")


class Typed(NamedTuple):
    """What a form sends: its raw inputs, the states of the slot it knows, and the next one."""

    fields: dict[str, list[str]]
    known: set[str]
    token: str

    @classmethod
    def read(cls, body: bytes) -> "Typed":
        """What ``body`` says as JSON. Raises ValueError where it is something else."""
        data = json.loads(body)
        if not isinstance(data, dict) or not isinstance(data.get("fields"), dict):
            raise ValueError("No fields.")
        fields, known, token = data["fields"], data.get("known", []), data.get("token")
        if not isinstance(known, list) or max(len(fields), len(known)) > MOST_FIELDS:
            raise ValueError("Too much.")
        if not all(isinstance(each, str) and TOKEN.fullmatch(each) for each in [*known, token]):
            raise ValueError("No such token.")
        return cls(
            {storable(name): lines(value) for name, value in fields.items()}, set(known), token
        )


def storable(text: str) -> str:
    return UNSTORABLE.sub("", text)


def lines(value: Any) -> list[str]:
    """The values of one input. Raises ValueError where they are no texts."""
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ValueError("An input holds texts.")
    return [storable(each) for each in value]


def refusal(status: int, sentence: str, **more: Any) -> JsonResponse:
    return JsonResponse({"said": sentence, **more}, status=status)


def for_writers(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """
    The view, with the article of that key instead of the key, for those who may edit it. Scripts
    ask these views, so nobody is led on to the login.
    """

    @wraps(view)
    def answer(request: HttpRequest, article_id: int | None = None) -> HttpResponse:
        user = request.user
        if not (user.is_active and user.is_staff):
            return refusal(401, _("You are signed out."))
        found = Article.objects.defer("body").filter(pk=article_id)
        article = None if article_id is None else found.first()
        if (article or article_id is None) and EDIT in allowed(user, article):
            return view(request, article)
        sentence = _(
            "Not saved: you may not change this post any more. It, or your role, has changed. Your "
            "words are kept in this browser."
        )
        is_private = article_id is not None and not visible(user, found).exists()
        return refusal(404 if is_private else 403, sentence)

    return never_cache(answer)


@require_http_methods(["GET", "POST"])
@for_writers
def autosave(request: HttpRequest, article: Article | None) -> HttpResponse:
    """
    POST keeps what was typed. Where the slot holds words that the form does not know of, nothing
    is stored and 409 says what is there. GET gives a form that was signed out in between the
    token that its next request needs.
    """
    if request.method == "GET":
        return JsonResponse({"csrf": get_token(request), "user": request.user.pk})
    try:
        typed, key = Typed.read(request.body), request.GET.get("key", "")
        if (article is None) != bool(TOKEN.fullmatch(key)):
            raise ValueError("No such key.")
    except RequestDataTooBig:
        return refusal(413, _("Not saved: this is more text than one post can hold."))
    except (ValueError, RecursionError):
        return refusal(400, _("Not saved: this cannot be read. Reload the page and try again."))
    try:
        Autosave.objects.keep(request.user, article, key, *typed)
    except Elsewhere as elsewhere:
        return refused_for(request, elsewhere.slot)
    said = _("Saved at %(time)s") % {"time": clock(timezone.now())}
    return JsonResponse({"said": said, "token": typed.token})


def refused_for(request: HttpRequest, slot: Autosave | None) -> HttpResponse:
    """409: the ``slot`` holds other words, which stay; None: the slot is not there any more."""
    if slot is None:
        return refusal(409, "", gone=True)
    sentence = _(
        "Not saved: you have other unsaved changes of this post, from %(time)s, in another tab or "
        "on another device. What you type here is kept in this browser until you have decided."
    )
    offer = render_to_string("admin/articles/article/_offer.html", {"slot": slot}, request)
    return refusal(409, sentence % {"time": clock(slot.at)}, token=slot.token, offer=offer)


def clock(moment: Any) -> str:
    """The time of day, with the day unless that is today."""
    local = timezone.localtime(moment)
    today = local.date() == timezone.localdate()
    return date_format(local, "H:i" if today else "SHORT_DATETIME_FORMAT")


@require_POST
@never_cache
def throw_away(request: HttpRequest, slot_id: int) -> HttpResponse:
    """Let go of unsaved work, as it was when it was offered: later words in it stay."""
    slot = get_object_or_404(Autosave.objects.of(request.user), pk=slot_id)
    Autosave.objects.filter(pk=slot.pk, token=storable(request.POST.get("token", ""))).delete()
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(status=204)
    return redirect(form_address(slot))


def form_address(slot: Autosave) -> str:
    """Where the form is into which ``slot`` was typed."""
    if slot.article_id is None:
        return reverse("admin:articles_article_add")
    return reverse("admin:articles_article_change", args=[slot.article_id])


def take_up(form: forms.BaseForm, fields: dict[str, list[str]]) -> None:
    """Let ``form`` begin with raw inputs as they were typed, valid or not."""
    data = QueryDict(mutable=True)
    for name, values in fields.items():
        # An input without values is a box that was not ticked.
        if values:
            data.setlist(name, values)
    for name, field in form.fields.items():
        inputs = form.add_prefix(name)
        if any(each == inputs or each.startswith(f"{inputs}_") for each in fields):
            form.initial[name] = field.widget.value_from_datadict(data, {}, inputs)


class Autosaving:
    """For the admin of posts: the form sends what is typed, and offers what was not saved."""

    @property
    def media(self):
        return super().media + Media(
            css={"all": ["articles/autosave.css"]},
            js=[Script("articles/autosave.js", type="module")],
        )

    def get_urls(self):
        signed_in = self.admin_site.admin_view
        return [
            path("autosave/", autosave, name="articles_article_autosave_new"),
            path("<int:article_id>/autosave/", autosave, name="articles_article_autosave"),
            path(
                "autosave/<int:slot_id>/throw-away/",
                signed_in(throw_away),
                name="articles_article_throw_away",
            ),
            *super().get_urls(),
        ]

    def render_change_form(self, request, context, add=False, change=False, obj=None, **kwargs):
        if add or (obj and EDIT in allowed(request.user, obj)):
            context["unsaved"] = self.unsaved(request, context, obj)
        return super().render_change_form(request, context, add, change, obj=obj, **kwargs)

    def unsaved(self, request, context, obj):
        """What the form needs to know of what was typed before, by names for its template."""
        slots = Autosave.objects.of(request.user).filter(article=obj).select_related("article")
        known = request.POST.get("autosave_token", "").split(",")
        asked = request.GET.get("unsaved", "")
        key, taken, offers = request.POST.get("autosave_key", ""), None, []
        for slot in slots:
            if request.method == "GET" and asked in (str(slot.pk), slot.token):
                taken, known, key = slot, [slot.token], slot.key
            elif slot.token not in known:
                offers.append(slot)
        if taken:
            formsets = [each.formset.forms for each in context["inline_admin_formsets"]]
            for form in [
                context["adminform"].form,
                *(form for forms in formsets for form in forms),
            ]:
                take_up(form, taken.fields)
        key = key if TOKEN.fullmatch(key) else new_key()
        address = reverse("admin:articles_article_autosave_new") + f"?key={key}"
        if obj:
            address = reverse("admin:articles_article_autosave", args=[obj.pk])
        return {
            "address": address,
            "key": "" if obj else key,
            "known": ",".join(filter(TOKEN.fullmatch, known)),
            "taken": taken,
            "offers": offers,
            "tokens": " ".join(slot.token for slot in slots),
            "came": request.POST.get("autosave_form", ""),
        }

    def response_add(self, request, obj, post_url_continue=None):
        answer = super().response_add(request, obj, post_url_continue)
        return self.forget_saved(request, answer, None)

    def response_change(self, request, obj):
        return self.forget_saved(request, super().response_change(request, obj), obj)

    def forget_saved(self, request, answer, article):
        """What was saved on purpose is in the slot no longer, nor in the browser."""
        known = request.POST.get("autosave_token", "").split(",")
        slots = Autosave.objects.slot_of(
            request.user, article, storable(request.POST.get("autosave_key", ""))
        )
        slots.filter(token__in=[token for token in known if TOKEN.fullmatch(token)]).delete()
        form = request.POST.get("autosave_form", "")
        if TOKEN.fullmatch(form):
            before = request.COOKIES.get(SAVED, "").split(".")
            saved = ".".join([*filter(TOKEN.fullmatch, before), form][-10:])
            answer.set_cookie(
                SAVED,
                saved,
                path=reverse("admin:index"),
                samesite="Strict",
                secure=request.is_secure(),
            )
        return answer
