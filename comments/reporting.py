"""Readers report a comment. Whether that changed anything, they are not told."""

from datetime import timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from articles.models import Article
from articles.views import article_or_404, moved
from comments.forms import TidyCharField
from comments.models import Comment, Report
from comments.networks import network_of
from comments.views import is_same_origin, refused

REPORTS_AN_HOUR = 10
LONGEST = 1_000
# An appeal is what a comment's own writer sends, not a reader.
REASONS = [(name, label) for name, label in Report.Reason.choices if name != Report.Reason.APPEAL]


class ReportForm(forms.Form):
    """What is wrong with a comment. The ``website`` is a trap: no person sees it."""

    reason = forms.ChoiceField(
        label=gettext_lazy("What is wrong with it?"),
        choices=REASONS,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose what is wrong"),
            "invalid_choice": gettext_lazy("Choose what is wrong"),
        },
    )
    text = TidyCharField(
        label=gettext_lazy("Details"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4, "class": "form-control"}),
        error_messages={
            "max_length": gettext_lazy(
                "Shorten the details to at most %(limit_value)d characters: they have "
                "%(show_value)d"
            ),
        },
    )
    website = forms.CharField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].widget.is_required = False
        self.fields["text"].widget.attrs.pop("maxlength", None)


@csrf_exempt  # Readers have no session to abuse: an address check stands in for it.
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, slug: str, pk: int, **day: str) -> HttpResponse:
    """The form to report a comment; on POST, take it."""
    try:
        article = article_or_404(Article.objects.published(), slug)
        comment = get_object_or_404(article.comments.published(), pk=pk)
    except Http404:
        if request.method == "POST":
            sentence = _("This comment is not public any more, so nobody has to look at it.")
            return not_sent(request, sentence, 404)
        raise
    if request.method == "POST":
        return take(request, comment)
    return moved(request, article) or report_page(request, comment, ReportForm())


def take(request: HttpRequest, comment: Comment) -> HttpResponse:
    """Store what a reader finds wrong with ``comment``, and thank them."""
    if not is_same_origin(request):
        sentence = _("Comments can only be reported from this site’s own pages.")
        return not_sent(request, sentence, 403)
    form = ReportForm(request.POST)
    if not form.is_valid():
        return report_page(request, comment, form, status=422)
    network = network_of(request)
    if Report.objects.of_network(network, timedelta(hours=1)).count() >= REPORTS_AN_HOUR:
        sentence = _("Many reports came from your network. Try again in an hour.")
        answer = not_sent(request, sentence, 429)
        answer["Retry-After"] = "3600"
        return answer
    values = form.cleaned_data
    if not values.pop("website"):
        try:
            comment.report(network=network, reason=values["reason"], text=values["text"])
        except Comment.DoesNotExist:
            return not_sent(request, _("This comment is not there any more."), 404)
    address = f"{comment.article.get_absolute_url()}report/{comment.pk}/thanks/"
    return HttpResponseRedirect(address, status=303)


@require_safe
def thanks(request: HttpRequest, slug: str, pk: int, **day: str) -> HttpResponse:
    """That the report has come; the same for every one of them."""
    article = article_or_404(Article.objects.published(), slug)
    if answer := moved(request, article):
        return answer
    return render(request, "comments/reported.html", {"article": article, "noindex": True})


def report_page(
    request: HttpRequest, comment: Comment, form: ReportForm, status: int = 200
) -> HttpResponse:
    """The form, with what is wrong with it."""
    context = {"comment": comment, "form": form, "noindex": True}
    return render(request, "comments/report.html", context, status=status)


def not_sent(request: HttpRequest, reason: str, status: int) -> HttpResponse:
    """Why no report could be taken."""
    return refused(request, reason, status, heading=_("Your report was not sent"))
