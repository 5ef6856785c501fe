"""What a mail of ours looks like to the programs that carry and show it."""

from email import policy
from email.parser import BytesParser

import pytest
from django.core import mail as django_mail
from django.urls import reverse
from django.utils import timezone

from articles import mail
from comments.models import Address, Subscription
from tests.factories import make_article, make_comment, make_user

pytestmark = pytest.mark.django_db

# What somebody might type as their name, or an editor as a title, to add a header or a recipient.
INJECTIONS = [
    "Ada\nBcc: victim@example.org",
    "Ada\r\nBcc: victim@example.org\r\n\r\nBuy now",
    "Ada\rBcc: victim@example.org",
    "Ada\x0bBcc: victim@example.org",
    "Ada\x85Bcc: victim@example.org",
    "Ada\u2028Bcc: victim@example.org",
    "Ada\x01\x1b[2J",
    "=?utf-8?q?Ada=0ABcc:_victim@example.org?=",
    "Ada, victim@example.org <victim@example.org>",
    "\u202eada",
    "Ada" * 200,
    "阿达 🦆 Ádá",
    "",
]


@pytest.fixture
def delivered(settings, tmp_path, django_capture_on_commit_callbacks):
    """``delivered(decide)``: every mail that ``decide()`` causes, as another program reads it."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"

    def delivered(decide):
        with django_capture_on_commit_callbacks(execute=True):
            decide()
        parser = BytesParser(policy=policy.default)
        texts = [
            text + b"\n"
            for path in sorted((tmp_path / "mail").glob("*"))
            for text in path.read_bytes().split(b"-" * 79 + b"\n")
            if text.strip()
        ]
        return [parser.parsebytes(text) for text in texts]

    return delivered


def subscribed(title="Ships", **values):
    """A comment whose writer hears of replies."""
    comment = make_comment(make_article(title), **{"email": "farah@example.org"} | values)
    address = Address.objects.of(comment.email)
    address.confirm()
    Subscription.objects.create(address=address, thread=comment, confirmed_at=timezone.now())
    return comment


def reply_published(comment, **values):
    reply = make_comment(comment.article, parent=comment, status="held", **values)
    return lambda: reply.approve(by=make_user("Moderator"))


def test_a_mail_has_a_plain_text_and_an_html_part_with_the_same_words(delivered):
    [message] = delivered(reply_published(subscribed(), name="Ada", body="Ünder <b>way</b>."))
    assert message.get_content_type() == "multipart/alternative"
    plain, html = message.iter_parts()
    assert (plain.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert "Ünder <b>way</b>." in plain.get_content()
    assert "Ünder &lt;b&gt;way&lt;/b&gt;." in html.get_content()
    assert "&lt;" not in plain.get_content()
    assert '<html lang="en-gb">' in html.get_content()


def test_its_headers_say_what_it_is(delivered, settings):
    settings.SITE_URL = "https://news.example.org"
    settings.DEFAULT_FROM_EMAIL = "The Éxample <no-reply@news.example.org>"
    comment = subscribed()
    [message] = delivered(reply_published(comment, name="Ada"))
    assert message["From"] == "The Éxample <no-reply@news.example.org>"
    assert message["To"] == "farah@example.org"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].endswith("@news.example.org>")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    listed = message["List-Unsubscribe"]
    assert listed.startswith("<https://news.example.org/comments/unsubscribe/")
    assert listed.endswith("/>")
    assert " " not in listed
    assert not message.defects
    assert set(message.keys()) == {
        *("Content-Type", "MIME-Version", "Subject", "From", "To", "Date", "Message-ID"),
        *("Auto-Submitted", "List-Unsubscribe", "List-Unsubscribe-Post"),
    }


@pytest.mark.parametrize("typed", INJECTIONS)
def test_no_name_adds_a_header_or_a_recipient(delivered, typed):
    comment = subscribed()
    [message] = delivered(reply_published(comment, name=typed[:100]))
    assert message["To"] == "farah@example.org"
    assert message["Bcc"] is None
    assert "\n" not in message["Subject"]
    assert len(message["Subject"]) <= mail.LONGEST_SUBJECT
    assert [part.get_content_type() for part in message.iter_parts()] == [
        *("text/plain", "text/html"),
    ]
    assert not message.defects


@pytest.mark.parametrize("typed", INJECTIONS)
def test_no_title_adds_a_header_or_a_recipient(delivered, typed):
    comment = subscribed("Ships")
    type(comment.article).objects.update(title=typed[:200])
    [message] = delivered(reply_published(comment))
    assert (message["To"], message["Bcc"]) == ("farah@example.org", None)
    assert "\n" not in message["Subject"]


@pytest.mark.parametrize("typed", INJECTIONS)
def test_no_reason_or_message_adds_a_header_or_a_recipient(delivered, typed):
    comment = subscribed()
    how = {"by": make_user("Moderator"), "reason": typed[:200], "message": typed or "No."}
    [message] = delivered(lambda: comment.reject(**how))
    assert (message["To"], message["Bcc"]) == ("farah@example.org", None)
    assert not message.defects


def test_a_site_name_that_needs_quotes_is_quoted(delivered, settings):
    settings.SITE_NAME = 'The "Daily", <News>\nBcc: victim@example.org'
    [message] = delivered(reply_published(subscribed()))
    assert message["Bcc"] is None
    assert "&lt;News&gt;" in list(message.iter_parts())[1].get_content()


def test_locally_links_lead_to_the_local_server(delivered, settings):
    settings.SITE_URL = ""
    [message] = delivered(reply_published(subscribed()))
    plain = next(message.iter_parts()).get_content()
    assert f"http://127.0.0.1:8000{reverse('articles:home')}" in plain


def test_mail_is_in_the_language_of_the_site(delivered, settings):
    settings.LANGUAGE_CODE = "ar"
    [message] = delivered(reply_published(subscribed()))
    assert '<html lang="ar" dir="rtl">' in list(message.iter_parts())[1].get_content()


def test_the_same_event_has_the_same_message_id_and_others_have_others():
    text = mail.Mail("your_data", "Hello", {"link": "https://example.org/"})
    ids = [mail.message(text, "a@example.org", key).message()["Message-ID"] for key in "aab"]
    assert ids[0] == ids[1] != ids[2]


def test_a_mail_that_nobody_can_end_has_no_such_header():
    text = mail.Mail("your_data", "Hello", {"link": "https://example.org/"})
    made = mail.message(text, "a@example.org", "key").message()
    assert made["List-Unsubscribe"] is None
    assert made["List-Unsubscribe-Post"] is None


@pytest.mark.parametrize("address", ["a@example.org\nBcc: b@example.org", "a@example.org\r\n\r\nx"])
def test_an_address_with_a_line_end_is_refused(address):
    text = mail.Mail("your_data", "Hello", {"link": "https://example.org/"})
    with pytest.raises(django_mail.BadHeaderError):
        mail.send(text, address, "key")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("farah@example.org", True),
        ("", False),
        ("farah", False),
        ("a@example.org, b@example.org", False),
        ("Farah <farah@example.org>", False),
        ("farah@example.org\n", False),
        ("a@" + "b" * 400 + ".org", False),
    ],
)
def test_what_is_an_address(text, expected):
    assert mail.is_address(text) is expected


def test_the_address_to_unsubscribe_stands_on_one_line_as_it_is_sent():
    address = "https://news.example.org/comments/unsubscribe/" + "x" * 100 + "/"
    text = mail.Mail("your_data", "Ünderway " * 12, {"link": "https://example.org/"}, address)
    sent = mail.message(text, "a@example.org", "key").message().as_bytes(linesep="\r\n")
    assert f"\r\nList-Unsubscribe: <{address}>\r\n".encode() in sent
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in sent
    assert max(map(len, sent.split(b"\r\n"))) < 998
    assert BytesParser(policy=policy.default).parsebytes(sent)["Subject"].startswith("Ünderway Ü")
