"""The checklist beside the buttons of a post, and how the post will look elsewhere."""

from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseNotAllowed, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from js_asset import Media, Script

from articles import link_checks, permissions
from articles.admin_keys import is_key
from articles.checklist import (
    SEARCH_DESCRIPTION,
    SEARCH_TITLE,
    SOCIAL_TITLE,
    Lead,
    Level,
    Story,
    cut,
    findings,
)
from articles.internal_links import astray
from articles.models import Article, Image, LinkCheck
from articles.outline import absolute, external, outline, split
from articles.richtext import clean
from articles.site import site_name, site_url

# So many pages of other sites a person may ask for in a minute.
CARDS_A_MINUTE = 20


@dataclass(frozen=True)
class Look:
    """What other sites show of the post, cut where they cut."""

    site: str
    host: str
    path: list[str]
    search_title: str
    search_description: str
    social_title: str
    image: Image | None


def checked(form: Any, site: str) -> dict[str, Any]:
    """
    For templates: what is found in a ``form`` of a post, which need not be valid, and how the post
    looks elsewhere.
    """
    typed = {name: form[name].value() for name in ("title", "standfirst", "body", "slug")}
    typed = {name: value or "" for name, value in typed.items()}
    typed["body"] = clean(typed["body"])
    image = chosen_image(form["lead_image"].value())
    found = findings(story_of(form, typed, image, site))
    counts = {level: sum(each.level == level for each in found) for level in Level}
    return {
        "findings": found,
        "errors": counts[Level.ERROR],
        "warnings": counts[Level.WARNING],
        "checking": any(each.name == "checking" for each in found),
        "unchecked": any(each.name in ("unchecked", "broken_link") for each in found),
        "look": look_of(form, typed, image, site),
    }


def story_of(form: Any, typed: dict[str, str], image: Image | None, site: str) -> Story:
    parts = outline(typed["body"])
    hrefs = {link.href: absolute(link.href, site) for link in parts.links}
    others = set(external(parts.links, site))
    known = LinkCheck.objects.known(others)
    return Story(
        typed["title"],
        typed["standfirst"],
        parts,
        authors=len(keys(form["authors"].value())),
        categories=len(keys(form["categories"].value())),
        lead=Lead(image.width, image.alt) if image else None,
        problems={href: known[url].in_words for href, url in hrefs.items() if url in known},
        checking=frozenset(
            href for href, url in hrefs.items() if url in known and not known[url].checked_at
        ),
        unchecked=frozenset(
            href for href, url in hrefs.items() if url in others and url not in known
        ),
        astray=astray(hrefs, site),
    )


def look_of(form: Any, typed: dict[str, str], image: Image | None, site: str) -> Look:
    title = " ".join(typed["title"].split()) or _("Untitled")
    words = Article(standfirst=typed["standfirst"].strip(), body=typed["body"]).summary
    day = timezone.localtime(date_of(form), timezone.get_default_timezone())
    slug = typed["slug"] or slugify(title, allow_unicode=True)
    return Look(
        site=site_name(),
        host=urlsplit(site).netloc,
        path=[*f"{day:%Y %m %d}".split(), slug],
        search_title=cut(f"{title} · {site_name()}", SEARCH_TITLE),
        search_description=cut(words, SEARCH_DESCRIPTION),
        social_title=cut(title, SOCIAL_TITLE),
        image=image,
    )


def date_of(form: Any) -> Any:
    """The date that was typed, or else the stored one, or else now."""
    stored = form.instance.published_at or timezone.now()
    if "published_at" not in form.fields:
        return stored
    value = form["published_at"].value()
    if not isinstance(value, list):
        return value or stored
    try:
        return form.fields["published_at"].clean(value) or stored
    except ValidationError:
        return stored


def chosen_image(key: Any) -> Image | None:
    return Image.objects.filter(pk=key).first() if is_key(str(key or "")) else None


def keys(values: Any) -> list[str]:
    return [key for key in map(str, values or ()) if is_key(key)]


def is_asking_too_often(user: Any) -> bool:
    """Whether ``user`` has asked for too many pages of other sites within the last minute."""
    key = f"link-card-{user.pk}"
    cache.add(key, 0, 60)
    try:
        return cache.incr(key) > CARDS_A_MINUTE
    except ValueError:  # forgotten in between
        return False


class ChecklistAdmin:
    """For the admin of posts: the checklist, and what link cards are made from."""

    @property
    def media(self):
        return super().media + Media(
            css={"all": ["articles/checklist.css"]},
            js=[Script("articles/checklist.js", defer=True)],
        )

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("checklist/", view(self.checklist), name="articles_article_new_checklist"),
            path("<int:pk>/checklist/", view(self.checklist), name="articles_article_checklist"),
            path("link-card/", view(self.link_card), name="articles_article_link_card"),
            *super().get_urls(),
        ]

    def render_change_form(self, request, context, add=False, change=False, obj=None, **kwargs):
        form = context["adminform"].form
        if permissions.may(request.user, permissions.EDIT, obj):
            context["checklist"] = checked(form, site_url(request))
            context["checklist_url"] = checklist_url(obj)
        return super().render_change_form(request, context, add, change, obj=obj, **kwargs)

    def checklist(self, request, pk=None):
        """What is missing in the post as it is typed; nothing is saved."""
        obj = get_object_or_404(self.get_queryset(request), pk=pk) if pk else None
        if not permissions.may(request.user, permissions.EDIT, obj):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        form = self.get_form(request, obj, change=obj is not None)(request.POST, instance=obj)
        site = site_url(request)
        if "_check_links" in request.POST:
            link_checks.check_now(external(outline(form["body"].value() or "").links, site))
        context = {"checklist": checked(form, site), "checklist_url": checklist_url(obj)}
        if request.headers.get("X-Requested-With") == "fetch":
            return render(request, "admin/articles/article/_checklist.html", context)
        context |= self.admin_site.each_context(request)
        title = form["title"].value() or _("Untitled")
        context |= {"title": title, "opts": self.opts, "original": obj}
        return render(request, "admin/articles/article/checklist.html", context)

    def link_card(self, request):
        """What the page at ``url`` calls itself, as JSON."""
        if not permissions.is_writer(request.user):
            raise PermissionDenied
        url = (request.POST or request.GET).get("url", "").strip()
        if not is_web_address(url):
            text = _("Enter a web address that begins with http:// or https://.")
            return JsonResponse({"error": text}, status=400)
        if is_asking_too_often(request.user):
            text = _("You have asked for many pages within a minute: wait a little, then go on.")
            return JsonResponse({"error": text}, status=429, headers={"Retry-After": "60"})
        return JsonResponse(asdict(link_checks.describe(url)))


def checklist_url(obj: Any) -> str:
    if obj is None:
        return reverse("admin:articles_article_new_checklist")
    return reverse("admin:articles_article_checklist", args=[obj.pk])


def is_web_address(url: str) -> bool:
    parts = split(url)
    return (
        parts is not None
        and parts.scheme in ("http", "https")
        and bool(parts.hostname)
        and url.isprintable()
        and " " not in url
    )
