"""The pages that say what is kept about those who comment, and that hand it out or erase it."""

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from comments import personal_data
from comments.forms import TidyEmailField
from comments.mail_links import YOUR_DATA, gone, only_from_here, opened_by, private, see_other
from comments.models import Comment, Letter
from comments.networks import network_of
from comments.tasks import post_as_asked
from comments.writers import COOKIE, forget


class AddressForm(forms.Form):
    """Whose data somebody asks for."""

    email = TidyEmailField(
        label=gettext_lazy("Email"),
        max_length=254,
        error_messages={
            "required": gettext_lazy("Enter your email address"),
            "invalid": gettext_lazy("Enter an email address in the format name@example.com"),
            "max_length": gettext_lazy(
                "Enter an email address of at most %(limit_value)d characters"
            ),
        },
    )


@require_safe
@cache_control(public=True, max_age=3600)
def privacy(request: HttpRequest) -> HttpResponse:
    """What is stored about those who comment, why, for how long, and how to end it."""
    return render(request, "comments/privacy.html", {"cookie": COOKIE})


@private
@only_from_here
def your_data(request: HttpRequest) -> HttpResponse:
    """Mail a link to whoever owns an address. The answer is the same whether it is known or not."""
    form = AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"].lower()
        post_as_asked(Letter.Kind.DATA, email, network=network_of(request))
        return see_other(f"{request.path}?asked=yes")
    context = {"form": form, "asked": "asked" in request.GET, "noindex": True}
    return render(request, "comments/your_data.html", context, status=422 if form.errors else 200)


@opened_by(YOUR_DATA)
@only_from_here
def your_data_of(request: HttpRequest, key: int) -> HttpResponse:
    """Hand out or erase what is kept about the address that the letter ``key`` went to."""
    letter = Letter.objects.exclude(to="").filter(pk=key).first()
    if letter is None:
        return gone(request, _("It was used to erase everything, or is too old."))
    what = request.POST.get("what")
    if what == "download":
        return download(letter.to)
    if what == "erase" and request.POST.get("sure") == "yes":
        context = {"erased": personal_data.erase(letter.to), "done": True, "noindex": True}
        response = render(request, "comments/your_data_of.html", context)
        forget(request, response)
        return response
    comments = Comment.objects.written_from(letter.to).exclude(status=Comment.Status.ERASED)
    context = {
        "email": letter.to,
        "count": comments.count(),
        "ask": what == "erase",
        "noindex": True,
    }
    return render(request, "comments/your_data_of.html", context)


def download(email: str) -> HttpResponse:
    """All that is kept about ``email``, as a file."""
    options = {"indent": 2, "ensure_ascii": False}
    response = JsonResponse(personal_data.export(email), json_dumps_params=options)
    name = f"comments-{timezone.localdate():%Y-%m-%d}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
