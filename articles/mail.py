"""How every mail of ours is made and sent."""

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.template.loader import render_to_string
from django.utils.crypto import salted_hmac

from articles.site import site_name

LOCALLY = "http://127.0.0.1:8000"
LONGEST_SUBJECT = 150
# What ends a header, what no database takes, and what makes the rest of a line read backwards.
UNWANTED = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]+")


@dataclass(frozen=True)
class Mail:
    """
    What a mail says: the name of its two templates in templates/emails/, the subject, what the
    templates show, and the address that ends such mails where there is one.
    """

    template: str
    subject: str
    values: dict[str, Any] = field(default_factory=dict)
    unsubscribe: str = ""


class Message(EmailMultiAlternatives):
    """A message that writes an address in a header on one line, for programs that expect that."""

    def message(self) -> Any:
        made = super().message()
        made.policy = made.policy.clone(max_line_length=900)
        return made


def absolute(path: str) -> str:
    """``path`` on this site, as an address that works in a mail."""
    return f"{settings.SITE_URL or LOCALLY}{path}"


def one_line(text: str) -> str:
    """``text`` as it may stand in a header or in the middle of a sentence."""
    return " ".join(UNWANTED.sub(" ", text).split())


def is_address(text: str) -> bool:
    """Whether mail can be sent to ``text``: what was imported may be anything."""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def send(mail: Mail, to: str, key: str) -> None:
    """
    Send ``mail`` to one address, in plain text and in HTML. The same ``key`` gives it the same
    Message-ID. Raises whatever the mail server raises.
    """
    message(mail, to, key).send()


def message(mail: Mail, to: str, key: str) -> Message:
    """The message that ``send`` sends."""
    headers = {"Auto-Submitted": "auto-generated", "Message-ID": _message_id(key)}
    if mail.unsubscribe:
        # RFC 8058: programs for mail send that form by themselves, without opening a page.
        headers["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    subject = one_line(mail.subject)[:LONGEST_SUBJECT]
    values = {
        "subject": subject,
        "site_name": site_name(),
        "site_url": absolute("/"),
        "unsubscribe": mail.unsubscribe,
        **mail.values,
    }
    text = render_to_string(f"emails/{mail.template}.txt", values)
    html = render_to_string(f"emails/{mail.template}.html", values)
    made = Message(subject, text.strip() + "\n", to=[to], headers=headers)
    made.attach_alternative(html, "text/html")
    return made


def _message_id(key: str) -> str:
    unguessable = salted_hmac("comments.mail", key, algorithm="sha256").hexdigest()[:32]
    return f"<{unguessable}@{urlsplit(absolute('/')).hostname}>"
