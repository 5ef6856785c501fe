"""Where a post stands, and what a step has come to, in sentences for those who work on it."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from articles import notices, permissions
from articles.models import Article, Event
from articles.models.workflow import TRASH_KEPT
from articles.moments import how_far, in_full
from articles.notices import name_of
from articles.site import site_url

Verb, Status = Event.Verb, Article.Status
RECENT = 30


class Line(NamedTuple):
    """One sentence, with the note that a colleague left, or a link that leads on."""

    text: str
    note: str = ""
    link: str = ""
    label: str = ""


def lines(article: Article, may: frozenset[str]) -> list[Line]:
    """What somebody who ``may`` do so much with it must know of the post ``article``."""
    if permissions.PREVIEW not in may:
        return [Line(_("Readers see this post. Others write it, so you can only read it."))]
    recent = list(article.events.select_related("by")[:RECENT])
    return [*of_status(article, recent), *of_changes(article, recent, may), *of_times(article)]


def last(recent: Iterable[Event], *verbs: Verb) -> Event | None:
    return next((event for event in recent if event.verb in verbs), None)


def told(text: str, event: Event | None) -> Line:
    """``text`` with who did it and how long ago."""
    values = {"name": name_of(event.by if event else None)}
    values["ago"] = how_far(event.at) if event else ""
    return Line(text % values, event.note if event else "")


def of_status(article: Article, recent: list[Event]) -> Iterable[Line]:
    match article.status:
        case Status.TRASHED:
            yield told(_("%(name)s moved it to the trash %(ago)s."), last(recent, Verb.TRASH))
            until = article.trashed_at + TRASH_KEPT
            text = _("It can be restored until %(when)s. Then it is deleted for good.")
            yield Line(text % {"when": in_full(until)})
        case Status.UNPUBLISHED:
            text = _("%(name)s unpublished it %(ago)s. Readers do not see it.")
            yield told(text, last(recent, Verb.UNPUBLISH))
        case Status.IN_REVIEW:
            yield told(_("%(name)s submitted it for review %(ago)s."), last(recent, Verb.SUBMIT))
        case Status.DRAFT:
            asked = last(recent, Verb.SUBMIT, Verb.REQUEST_CHANGES, Verb.TAKE_BACK, Verb.UNTRASH)
            if asked and asked.verb == Verb.REQUEST_CHANGES:
                yield told(_("%(name)s asked for changes %(ago)s."), asked)
            else:
                yield Line(_("Only its writers and the editors see it."))
        case _published if article.is_scheduled:
            text = _("Readers see it from %(when)s, %(far)s. Nothing more has to be done.")
            yield Line(text % when(article.published_at))
        case _published if article.has_ended:
            text = _("It was taken down on %(when)s, %(far)s, as planned. Readers do not see it.")
            yield Line(text % when(article.ends_at))
        case _published:
            yield Line(_("Readers see it since %(when)s.") % when(article.published_at))


def of_changes(article: Article, recent: list[Event], may: frozenset[str]) -> Iterable[Line]:
    if article.pending_id is None:
        return
    pending = article.pending
    text = _("%(name)s kept changes %(ago)s. Readers still see the version before them.")
    values = {"name": name_of(pending.by), "ago": how_far(pending.at)}
    link = f"../compare/?from=live&to={pending.number}"
    yield Line(text % values, pending.note, link, _("Compare what changes"))
    asked = last(recent, Verb.SUBMIT, Verb.REQUEST_CHANGES, Verb.TAKE_BACK)
    if article.changes_in_review:
        yield told(_("%(name)s submitted the changes for review %(ago)s."), asked)
    elif asked and asked.verb == Verb.REQUEST_CHANGES:
        yield told(_("%(name)s asked for changes %(ago)s."), asked)


def of_times(article: Article) -> Iterable[Line]:
    now = timezone.now()
    if article.status == Status.TRASHED:
        return
    if article.embargo_until and article.embargo_until > now:
        text = _("Embargo: nobody can publish it before %(when)s, %(far)s.")
        yield Line(text % when(article.embargo_until))
    if article.ends_at and article.ends_at > now:
        yield Line(_("It is taken down on %(when)s, %(far)s.") % when(article.ends_at))


def when(moment: Any) -> dict[str, str]:
    return {"when": in_full(moment), "far": how_far(moment)}


def done(article: Article, button: str, request: Any, changed: bool = True) -> str | SafeString:
    """What pressing ``button`` has come to; ``changed`` says whether anything was to be kept."""
    match button:
        case "_publish" | "_schedule" if article.is_scheduled:
            return _("Scheduled for %(when)s (%(far)s).") % when(article.published_at)
        case "_publish" | "_schedule":
            return with_address(_("Published. Readers see it at {link}."), article, request)
        case "_publish_changes" if article.is_public:
            return with_address(
                _("Changes published. Readers see them at {link}."), article, request
            )
        case "_publish_changes":
            return _("Changes published. Readers do not see the post, because it has ended.")
        case "_submit":
            return _("Submitted for review.") + " " + who_was_told(article)
        case "_request_changes":
            return _("Changes requested.") + " " + who_was_told(article)
        case "_take_back":
            return _("Taken back from review.")
        case "_discard_changes":
            return _("The pending changes are discarded. They stay in the history.")
        case "_unpublish" if not article.has_begun:
            return _("The post will not appear: it is a draft again.")
    version = {"number": article.version}
    if not article.has_begun:
        text = _("Saved as version %(number)s.") % version
        if article.is_scheduled:
            text += " " + _("Readers see it from %(when)s (%(far)s).") % when(article.published_at)
        return text
    if not changed:
        return _("Nothing was changed.")
    text = _("Kept for later as version %(number)s. Readers still see the version before it.")
    return text % version


def with_address(text: str, article: Article, request: Any) -> SafeString:
    address = site_url(request) + article.get_absolute_url()
    return format_html(text, link=format_html('<a href="{0}">{0}</a>', address))


def who_was_told(article: Article) -> str:
    """The people who get a mail about the last step."""
    event = article.events.first()
    names = [name_of(user) for user in notices.concerned(event)] if event else []
    if not names:
        return _("Nobody was told by mail: nobody concerned has an address here.")
    *others, final = names
    before = pgettext("between names", ", ").join(others)
    everybody = pgettext("between names", " and ").join(filter(None, [before, final]))
    text = ngettext("%(names)s was told.", "%(names)s were told.", len(names))
    return text % {"names": everybody}
