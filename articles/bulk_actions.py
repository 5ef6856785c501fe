"""
What can be done with many posts at once: chosen in the list, confirmed on a page that names each,
then done post by post by the verbs of the model. What cannot be done is said, with the reason.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import DELETION, LogEntry
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError, RestrictedError
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from articles import permissions
from articles.admin_keys import is_key
from articles.checklist import blocking
from articles.models import Article, Category, Tag

# The list shows fewer on a page.
MOST = 200


class CategoryChoice(forms.Form):
    chosen = forms.ModelChoiceField(
        Category.objects.all(),
        label=_("Category"),
        empty_label=None,
        error_messages={"invalid_choice": _("This category is no more: choose another one.")},
    )


class TagChoice(forms.Form):
    chosen = forms.CharField(label=_("Tag"), max_length=100)

    def clean_chosen(self) -> Tag:
        name = self.cleaned_data["chosen"]
        found = Tag.objects.filter(name__iexact=name).first()
        if found is None:
            raise forms.ValidationError(
                _("There is no tag “%(name)s”. Check how it is spelled, or add it first."),
                params={"name": name},
            )
        return found


@dataclass(frozen=True)
class BulkAction:
    """
    Something that is done with each of the chosen posts. ``needs`` names the permission;
    ``carry_out`` takes the post, who asks, and what was chosen on the page.
    """

    name: str
    label: Any
    question: Any
    needs: Callable[[Article], str]
    carry_out: Callable[[Article, Any, Any], object]
    # Why it makes no sense with this post, or "".
    needless: Callable[[Article], str] = lambda article: ""
    choice: type[forms.Form] | None = None
    of_editors: bool = False
    # Whether it changes what readers of a public post read, past the pending changes.
    writes: bool = False
    is_final: bool = False

    def refusal(self, user: Any, article: Article) -> str:
        """Why ``user`` cannot do it with ``article``, as a sentence; "" where they can."""
        may = permissions.allowed(user, article)
        if needless := self.needless(article):
            return needless
        if (self.of_editors and not permissions.is_editor(user)) or may <= {permissions.VIEW}:
            return gettext("You may not do this with this post.")
        if self.needs(article) not in may:
            return gettext("This cannot be done while it is “%(state)s”.") % {
                "state": article.state
            }
        if self.writes and article.has_begun and article.pending_id:
            return gettext("It has pending changes: publish or discard these first.")
        return ""


def edits(article: Article) -> str:
    """The permission to change what is stored of it, at once."""
    return permissions.PUBLISH_CHANGES if article.has_begun else permissions.EDIT


def write(article: Article, by: Any, note: str, **changes: Any) -> None:
    """Change some of its contents at once, whether readers see it or not."""
    if article.has_begun:
        article.publish_changes(changes, by, note)
    else:
        article.revise(changes, by, note)


def switch(name: str, value: bool, note: Any) -> dict[str, Any]:
    return {
        "carry_out": lambda article, by, chosen: write(article, by, str(note), **{name: value}),
        "of_editors": True,
        "writes": True,
        "needs": edits,
    }


def publish_now(article: Article, by: Any, chosen: Any) -> None:
    now = timezone.now()
    is_past = article.published_at is not None and article.published_at <= now
    article.publish(None if is_past else now, by)


def why_unready(article: Article) -> str:
    """What stands in the way of publishing it at this moment."""
    if article.has_begun:
        return gettext("It is published already.")
    date, now = article.published_at, timezone.now()
    try:
        article.published_at = min(date or now, now)
        article.refuse_unready()
    except ValidationError as error:
        return " ".join(error.messages)
    finally:
        article.published_at = date
    # It has an author, or else it would have been refused.
    return " ".join(found.text for found in blocking(article.title, article.body, authors=1))


def file_too(article: Article, by: Any, category: Category) -> None:
    keys = [filing.category_id for filing in article.filings.all()]
    if category.pk in keys:
        raise ValidationError(gettext("It is in this category already."))
    note = gettext("Category added: %(name)s") % {"name": category}
    write(article, by, note, categories=[*keys, category.pk])


def tag_too(article: Article, by: Any, tag: Tag) -> None:
    keys = [tag.pk for tag in article.tags.all()]
    if tag.pk in keys:
        raise ValidationError(gettext("It has this tag already."))
    note = gettext("Tag added: %(name)s") % {"name": tag}
    write(article, by, note, tags=sorted([*keys, tag.pk]))


def delete_for_ever(article: Article, by: Any, chosen: Any) -> None:
    """No event of it is left, so the admin's own log says who did that."""
    LogEntry.objects.log_actions(by.pk, [article], DELETION, single_object=True)
    article.delete()


ACTIONS = [
    BulkAction(
        "publish",
        _("Publish now"),
        _("Publish these posts now? Readers see them at once."),
        needs=lambda article: permissions.PUBLISH,
        carry_out=publish_now,
        needless=why_unready,
        of_editors=True,
    ),
    BulkAction(
        "unpublish",
        _("Unpublish"),
        _("Take these posts from readers?"),
        needs=lambda article: permissions.UNPUBLISH,
        carry_out=lambda article, by, chosen: article.unpublish(by),
        of_editors=True,
    ),
    BulkAction(
        "submit",
        _("Submit for review"),
        _("Ask an editor to look at these posts?"),
        needs=lambda article: permissions.SUBMIT,
        carry_out=lambda article, by, chosen: article.submit(by),
        needless=lambda article: (
            gettext("It has no pending changes.")
            if article.has_begun and article.pending_id is None
            else ""
        ),
    ),
    BulkAction(
        "pin",
        _("Pin to the home page"),
        _("Let these posts lead the home page?"),
        needless=lambda article: gettext("It is pinned already.") if article.pinned else "",
        **switch("pinned", True, _("Pinned")),
    ),
    BulkAction(
        "unpin",
        _("Unpin"),
        _("Let these posts lead the home page no more?"),
        needless=lambda article: "" if article.pinned else gettext("It is not pinned."),
        **switch("pinned", False, _("Unpinned")),
    ),
    BulkAction(
        "open_comments",
        _("Open comments"),
        _("Let readers comment on these posts?"),
        needless=lambda article: gettext("They are open.") if article.comments_open else "",
        **switch("comments_open", True, _("Comments opened")),
    ),
    BulkAction(
        "close_comments",
        _("Close comments"),
        _("Let readers comment on these posts no more?"),
        needless=lambda article: "" if article.comments_open else gettext("They are closed."),
        **switch("comments_open", False, _("Comments closed")),
    ),
    BulkAction(
        "add_category",
        _("Add a category"),
        _("File these posts under one more category?"),
        needs=edits,
        carry_out=file_too,
        choice=CategoryChoice,
        writes=True,
    ),
    BulkAction(
        "add_tag",
        _("Add a tag"),
        _("Give these posts one more tag?"),
        needs=edits,
        carry_out=tag_too,
        choice=TagChoice,
        writes=True,
    ),
    BulkAction(
        "trash",
        _("Move to the trash"),
        _("Move these posts to the trash? They can be restored for 30 days."),
        needs=lambda article: permissions.TRASH,
        carry_out=lambda article, by, chosen: article.trash(by),
    ),
    BulkAction(
        "untrash",
        _("Restore from the trash"),
        _("Restore these posts as drafts?"),
        needs=lambda article: permissions.UNTRASH,
        carry_out=lambda article, by, chosen: article.untrash(by),
    ),
    BulkAction(
        "delete",
        _("Delete for ever"),
        _("Delete these posts for ever, with their versions and comments? Nothing brings it back."),
        needs=lambda article: permissions.DELETE,
        carry_out=delete_for_ever,
        of_editors=True,
        is_final=True,
    ),
]
# What is offered in the trash; elsewhere it is all the others.
OF_TRASH = ("untrash", "delete")


class Refused(NamedTuple):
    """A post with which it cannot be done, and why."""

    title: str
    reason: str


@dataclass
class Plan:
    """What will be done with the chosen posts, and what cannot."""

    can: list[Article] = field(default_factory=list)
    cannot: list[Refused] = field(default_factory=list)


def stamp(article: Article) -> str:
    """What somebody has seen of a post; another one says that it has changed since."""
    return f"{article.pk}-{article.version}-{article.status}-{article.pending_id or 0}"


def planned(action: BulkAction, user: Any, articles: Any) -> Plan:
    plan = Plan()
    for article in articles:
        if reason := action.refusal(user, article):
            plan.cannot.append(Refused(article.title, reason))
        else:
            plan.can.append(article)
    return plan


def do(action: BulkAction, key: str, seen: set[str], by: Any, chosen: Any) -> Refused | None:
    """Carry ``action`` out with one post, as somebody has ``seen`` it, and nobody has since."""
    title = gettext("A post")
    try:
        with transaction.atomic():
            # What somebody may not see is not there for them.
            rows = permissions.visible(by, Article.objects.all())
            article = rows.select_for_update(of=("self",)).get(pk=key)
            title = article.title
            if stamp(article) not in seen:
                raise ValidationError(
                    gettext("Somebody has changed it meanwhile: have a look, then try again.")
                )
            if reason := action.refusal(by, article):
                raise ValidationError(reason)
            action.carry_out(article, by, chosen)
    except Article.DoesNotExist:
        return Refused(title, gettext("It is not there any more."))
    except ValidationError as error:
        return Refused(title, " ".join(error.messages))
    except (ProtectedError, RestrictedError):
        return Refused(title, gettext("Something else still needs it."))
    return None


def admin_action(action: BulkAction) -> Callable[..., Any]:
    """``action`` as Django's admin calls it: first the page that asks, then what was confirmed."""

    def asked(modeladmin: Any, request: Any, queryset: Any) -> Any:
        keys = list(dict.fromkeys(request.POST.getlist(ACTION_CHECKBOX_NAME)))
        keys = [key for key in keys if is_key(key)]
        if len(keys) > MOST:
            text = gettext("Choose at most %(most)d posts at a time.") % {"most": MOST}
            modeladmin.message_user(request, text, messages.ERROR)
            return None
        form = (
            action.choice(request.POST if "confirmed" in request.POST else None)
            if (action.choice)
            else None
        )
        if "confirmed" in request.POST and (form is None or form.is_valid()):
            chosen = form.cleaned_data["chosen"] if form else None
            return carried_out(modeladmin, request, action, keys, chosen)
        # As they are now, whatever the list was narrowed to when they were chosen.
        found = modeladmin.get_queryset(request).in_bulk(keys)
        articles = [found[int(key)] for key in keys if int(key) in found]
        context = {
            **modeladmin.admin_site.each_context(request),
            "title": action.label,
            "opts": modeladmin.opts,
            "action": action,
            "form": form,
            "plan": planned(action, request.user, articles),
            "checkbox": ACTION_CHECKBOX_NAME,
        }
        context["seen"] = [(article, stamp(article)) for article in context["plan"].can]
        return TemplateResponse(request, "admin/articles/article/bulk_action.html", context)

    asked.__name__ = action.name
    return asked


def carried_out(
    modeladmin: Any, request: Any, action: BulkAction, keys: list[str], chosen: Any
) -> HttpResponseRedirect:
    """Do it, and say with how many posts it was done and with which it was not."""
    seen, done = set(request.POST.getlist("seen")), 0
    for key in keys:
        refused = do(action, key, seen, request.user, chosen)
        if refused is None:
            done += 1
            continue
        text = gettext("“%(title)s”: %(reason)s") % refused._asdict()
        modeladmin.message_user(request, text, messages.WARNING)
    said = ngettext("%(label)s: %(count)d post.", "%(label)s: %(count)d posts.", done)
    said %= {"label": action.label, "count": done}
    modeladmin.message_user(request, said, messages.SUCCESS if done else messages.INFO)
    return HttpResponseRedirect(request.get_full_path())


class BulkActionsAdmin(admin.ModelAdmin):
    """The bulk actions of the list, each for those who may do it with any post at all."""

    def get_actions(self, request):
        if "_popup" in request.GET or not permissions.is_writer(request.user):
            return {}
        in_trash = request.GET.get("state") == Article.Status.TRASHED
        return {
            action.name: (admin_action(action), action.name, action.label)
            for action in ACTIONS
            if (action.name in OF_TRASH) == in_trash
            and (not action.of_editors or permissions.is_editor(request.user))
            and (not action.is_final or request.user.has_perm("articles.delete_article"))
        }
