"""Who has the form of a post open, so that two people do not write over each other unknowingly."""

from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from articles.autosaving import for_writers
from articles.models import Article, Presence
from articles.permissions import EDIT, allowed


class Here(NamedTuple):
    """Who is at a post, as one of those who are sees it: ``mine``, and the ``others``."""

    mine: Presence | None
    others: list[Presence]

    @classmethod
    def seen_by(cls, user: Any, article: Article) -> "Here":
        """Note that ``user`` is at ``article``, and see who else is."""
        found = Presence.objects.mark(article, user)
        mine = next((each for each in found if each.user_id == user.pk), None)
        return cls(mine, [each for each in found if each.user_id != user.pk])

    @property
    def holder(self) -> Presence | None:
        """The other one who holds the post; None where that is ``mine``."""
        return next((each for each in self.others if each.holds), None)

    @property
    def was_taken(self) -> bool:
        """Whether who holds it has taken it from me."""
        holder, mine = self.holder, self.mine
        return bool(holder and mine and mine.taken_over_by_id == holder.user_id)

    @property
    def state(self) -> str:
        """Changes when there is something new to say."""
        names = sorted(f"{each.user_id}" for each in self.others)
        return f"{self.holder and self.holder.user_id} {self.was_taken} {' '.join(names)}"


def answer(request: HttpRequest, article: Article) -> HttpResponse:
    """Who is here, as a piece of the page."""
    here = Here.seen_by(request.user, article)
    template = "admin/articles/article/_here.html"
    html = render_to_string(template, {"here": here, "original": article}, request)
    held = bool(here.holder)
    return JsonResponse({"held": held, "state": here.state, "html": html if here.others else ""})


@require_POST
@for_writers
def presence(request: HttpRequest, article: Article | None) -> HttpResponse:
    """The form is still open, or with ``leave`` not any more."""
    if "leave" not in request.POST:
        return answer(request, article)
    Presence.objects.leave(article, request.user)
    return HttpResponse(status=204)


@require_POST
@for_writers
def take_over(request: HttpRequest, article: Article | None) -> HttpResponse:
    """From now on this person holds the post. Without script the form opens anew."""
    Presence.objects.take_over(article, request.user)
    if request.headers.get("X-Requested-With") == "fetch":
        return answer(request, article)
    return redirect("admin:articles_article_change", article.pk)


class Presences:
    """For the admin of posts: opening a form says so to whoever else has it open."""

    def get_urls(self):
        return [
            path("<int:article_id>/presence/", presence, name="articles_article_presence"),
            path("<int:article_id>/take-over/", take_over, name="articles_article_take_over"),
            *super().get_urls(),
        ]

    def render_change_form(self, request, context, add=False, change=False, obj=None, **kwargs):
        if obj and EDIT in allowed(request.user, obj):
            context["here"] = Here.seen_by(request.user, obj)
        return super().render_change_form(request, context, add, change, obj=obj, **kwargs)

    def response_change(self, request, obj):
        answer = super().response_change(request, obj)
        if reverse("admin:articles_article_change", args=[obj.pk]) not in answer.get(
            "Location", ""
        ):
            Presence.objects.leave(obj, request.user)
        return answer
