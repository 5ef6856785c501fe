"""
The buttons under the form of a post: exactly those that somebody may press, and what each of them
says it will do.
"""

from datetime import datetime
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from articles import permissions
from articles.article_form import BUTTONS, ArticleForm
from articles.moments import in_full

SAVE = "_continue"


class Button(NamedTuple):
    """``name`` is what the browser sends. One of all is the ``main`` one; others lead ``away``."""

    name: str
    label: str
    main: bool = False
    away: bool = False


def dated(at: datetime | None, is_scheduled: bool = False) -> dict[str, str]:
    """The labels of those buttons that depend on the date ``at`` in the form, by their names."""
    ahead = at is not None and at > timezone.now()
    if is_scheduled:
        save = _("Save for %(when)s") % {"when": in_full(at)} if ahead else _("Save")
        return {SAVE: save, "_publish": _("Publish now")}
    if ahead:
        schedule = _("Schedule for %(when)s") % {"when": in_full(at)}
        return {"_publish": _("Publish now"), "_schedule": schedule}
    publish = _("Publish with the date %(when)s") % {"when": in_full(at)} if at else ""
    return {"_publish": publish or _("Publish now"), "_schedule": _("Schedule")}


def main(at: datetime | None, is_scheduled: bool = False) -> str:
    """Which of them is the main one."""
    if is_scheduled:
        return SAVE
    return "_schedule" if at is not None and at > timezone.now() else "_publish"


def buttons(form: ArticleForm) -> list[Button]:
    """Those of ``form``, an ArticleForm. The first one saves: it is what Enter presses."""
    found = of_public(form) if form.has_begun else of_unseen(form)
    needs = {SAVE: permissions.EDIT, **BUTTONS}
    mine = [each for each in found if needs[each.name] in form.may]
    if mine and not any(each.main for each in mine):
        # Who cannot publish submits; where that is done already, there is nothing but saving.
        names = [each.name for each in mine]
        place = names.index("_submit") if "_submit" in names else 0
        mine[place] = mine[place]._replace(main=True)
    return mine


def of_unseen(form: ArticleForm) -> list[Button]:
    """Of a post that readers do not see yet, or not any more."""
    at, is_scheduled = form.date, form.is_scheduled
    labels, first = dated(at, is_scheduled), main(at, is_scheduled)
    return [
        Button(SAVE, labels.get(SAVE, _("Save")), main=first == SAVE),
        *(
            Button(name, labels[name], main=first == name)
            for name in ("_publish", "_schedule")
            if name in labels
        ),
        Button("_submit", _("Submit for review")),
        Button("_request_changes", _("Request changes")),
        Button("_take_back", _("Take back from review")),
        Button("_unpublish", _("Do not publish: back to draft"), away=True),
        Button("_trash", _("Move to trash…"), away=True),
    ]


def of_public(form: ArticleForm) -> list[Button]:
    return [
        Button(SAVE, _("Keep changes for later")),
        Button("_publish_changes", _("Publish changes"), main=True),
        Button("_submit", _("Submit changes for review")),
        Button("_request_changes", _("Request changes")),
        Button("_take_back", _("Take back from review")),
        Button("_discard_changes", _("Discard pending changes")),
        Button("_unpublish", _("Unpublish…"), away=True),
        Button("_trash", _("Move to trash…"), away=True),
    ]
