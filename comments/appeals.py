"""A writer asks for a second look at what a moderator decided."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments.forms import TidyCharField
from comments.mail_links import APPEAL, gone, only_from_here, opened_by, see_other
from comments.models import Comment, Decision


class AppealForm(forms.Form):
    """What the writer has to say."""

    body = TidyCharField(
        label=gettext_lazy("Why should it be published?"),
        max_length=2000,
        error_messages={
            "required": gettext_lazy("Write why it should be published"),
            "max_length": gettext_lazy(
                "Shorten it to at most %(limit_value)d characters: it has %(show_value)d"
            ),
        },
    )


@opened_by(APPEAL)
@only_from_here
def appeal(request: HttpRequest, key: int) -> HttpResponse:
    """Take an appeal against the decision ``key``: one only, and only while it stands."""
    decision = Decision.objects.select_related("comment__article").filter(pk=key).first()
    if decision is None or decision.comment.status == Comment.Status.ERASED:
        return gone(request, _("The comment is not there any more."))
    comment = decision.comment
    form = AppealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        comment.appeal(decision, form.cleaned_data["body"])
        return see_other(request.path)
    context = {
        "comment": comment,
        "decision": decision,
        "state": state(decision),
        "form": form,
        "noindex": True,
    }
    status = 422 if form.errors and context["state"] == "open" else 200
    return render(request, "comments/appeal.html", context, status=status)


def state(decision: Decision) -> str:
    """
    Where things stand for the writer: "open" for an appeal, "appealed" and not answered yet,
    "published" meanwhile, or "decided" again, be it as an answer to the appeal.
    """
    comment = decision.comment
    if comment.is_published:
        return "published"
    if comment.can_appeal(decision):
        return "open"
    open_appeals = comment.reports.filter(reason="appeal", at__gte=decision.at, decision=None)
    return "appealed" if open_appeals.exists() else "decided"
