"""The people whom a step of a post concerns hear of it by mail, and nobody else."""

from datetime import timedelta
from email import policy
from email.parser import BytesParser

import pytest
from django.contrib.auth.models import Permission
from django.core import mail
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from articles import notices
from articles.models import Article, Event
from tests.factories import make_article, make_author, make_draft, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def rita():
    user = make_user("Reporter", username="rita", first_name="Rita", email="rita@example.org")
    make_author("Rita", user=user)
    return user


@pytest.fixture
def eve():
    return make_user("Editor", username="eve", first_name="Eve", email="eve@example.org")


@pytest.fixture
def ed():
    return make_user("Editor", username="ed", first_name="Ed", email="ed@example.org")


@pytest.fixture
def sent(django_capture_on_commit_callbacks):
    """``sent(step)``: the mails that ``step()`` causes, by whom they go to."""

    def sent(step):
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            step()
        return {message.to[0]: message for message in mail.outbox}

    return sent


def draft_of(user, title="Ships", **values):
    article = make_draft(title, created_by=user, **values)
    article.sign(user.author)
    return article


def test_all_editors_hear_of_what_was_submitted(sent, rita, eve, ed):
    article = draft_of(rita)
    letters = sent(lambda: article.submit(rita, "Ready, I think."))
    assert set(letters) == {"eve@example.org", "ed@example.org"}
    letter = letters["eve@example.org"]
    assert letter.subject == "For review: “Ships”"
    assert "Rita asks for a review of “Ships”." in letter.body
    assert "Note: Ready, I think." in letter.body
    assert f"/admin/articles/article/{article.pk}/change/" in letter.body
    [(html, kind)] = letter.alternatives
    assert kind == "text/html"
    assert "Rita asks for a review of “Ships”." in html


def test_administrators_hear_of_it_only_where_there_is_no_editor(sent, rita):
    make_user("Administrator", email="root@example.org")
    article = draft_of(rita)
    assert set(sent(lambda: article.submit(rita))) == {"root@example.org"}
    article.take_back(rita)
    make_user("Editor", email="eve@example.org")
    assert set(sent(lambda: article.submit(rita))) == {"eve@example.org"}


def test_who_was_given_the_permission_by_hand_is_an_editor(sent, rita):
    user = make_user("Reporter", email="promoted@example.org")
    user.user_permissions.add(Permission.objects.get(codename="publish_article"))
    article = draft_of(rita)
    assert set(sent(lambda: article.submit(rita))) == {"promoted@example.org"}


def steps(article, by):
    """Each step that writers hear of, with what brings the post to where it can be taken."""
    later = timezone.now() + timedelta(days=3)
    return {
        "Changes requested": [article.submit, lambda: article.request_changes(by, "Why?")],
        "Published": [lambda: article.publish(by=by)],
        "Scheduled": [lambda: article.publish(later, by)],
        "Changes published": [article.publish, lambda: article.publish_changes({}, by)],
        "Unpublished": [article.publish, lambda: article.unpublish(by)],
        "Moved to the trash": [lambda: article.trash(by)],
    }


@pytest.mark.parametrize("name", steps(Article(), None))
def test_writers_hear_of_what_editors_do(sent, rita, eve, name):
    article = draft_of(rita)
    *before, step = steps(article, eve)[name]
    for each in before:
        each()
    letters = sent(step)
    assert set(letters) == {"rita@example.org"}
    assert letters["rita@example.org"].subject == f"{name}: “Ships”"
    assert "Eve" in letters["rita@example.org"].body


def test_the_one_who_started_it_those_who_sign_and_the_one_who_submitted_are_told_once(
    sent, rita, eve
):
    starter, submitter = (
        make_user("Reporter", email=f"{name}@example.org") for name in ("starter", "submitter")
    )
    article = make_draft("Ships", created_by=starter)
    article.sign(rita.author, make_author("A guest without a login"))
    article.submit(submitter)
    letters = sent(lambda: article.publish(by=eve))
    assert set(letters) == {"starter@example.org", "submitter@example.org", "rita@example.org"}
    assert len(mail.outbox) == 3


def test_nobody_is_told_of_what_they_did_themselves(sent, eve):
    article = make_draft("Ships", created_by=eve)
    article.sign(make_author("Eve", user=eve))
    assert sent(lambda: article.publish(by=eve)) == {}


@pytest.mark.parametrize(
    "values", [{"is_active": False}, {"email": ""}, {"email": "nonsense"}, {"email": "a@b\nc"}]
)
def test_who_cannot_be_reached_is_passed_over(sent, rita, eve, values):
    article = draft_of(rita)
    for name, value in values.items():
        setattr(rita, name, value)
    rita.save()
    assert sent(lambda: article.publish(by=eve)) == {}
    assert article.is_public


def test_who_may_not_see_the_post_any_more_hears_only_of_what_readers_see(sent, rita, eve):
    rita.groups.clear()
    article = draft_of(rita)
    assert sent(lambda: article.publish(timezone.now() + timedelta(days=1), eve)) == {}
    letter = sent(lambda: article.publish(timezone.now(), eve))["rita@example.org"]
    assert article.get_absolute_url() in letter.body
    assert "/admin/" not in letter.body


def test_other_steps_are_no_news(sent, rita, eve):
    article = draft_of(rita)
    article.submit(rita)
    assert sent(lambda: article.take_back(eve)) == {}
    article.publish()
    assert sent(lambda: article.propose({"title": "Better"}, eve)) == {}
    assert sent(lambda: article.discard_changes(eve)) == {}


def test_what_is_loaded_is_no_news(sent, rita, eve):
    def load():
        with notices.silent():
            draft_of(rita).publish(by=eve)

    assert sent(load) == {}


def test_a_step_that_is_taken_back_by_the_database_is_never_told(
    django_capture_on_commit_callbacks, rita, eve
):
    article = draft_of(rita)
    with django_capture_on_commit_callbacks(execute=True):
        try:
            with transaction.atomic():
                article.publish(by=eve)
                raise KeyError
        except KeyError:
            pass
    assert mail.outbox == []
    assert not Event.objects.exists()


def test_a_scheduled_post_says_when(sent, rita, eve, settings):
    settings.TIME_ZONE = "Asia/Singapore"
    article = draft_of(rita)
    at = timezone.make_aware(timezone.datetime(2126, 11, 24, 9))
    body = sent(lambda: article.publish(at, eve))["rita@example.org"].body
    assert "Readers see it from 24 Nov 2126, 09:00 SGT (01:00 UTC)." in body


def test_links_name_the_site_and_the_language_is_the_sites(sent, rita, eve, settings):
    settings.SITE_URL, settings.LANGUAGE_CODE = "https://news.example.org", "ar"
    article = draft_of(rita)
    letter = sent(lambda: article.publish(by=eve))["rita@example.org"]
    assert f"https://news.example.org{article.get_absolute_url()}" in letter.body
    assert "https://news.example.org/admin/articles/article/" in letter.body
    assert '<html lang="ar" dir="rtl">' in letter.alternatives[0][0]


NASTY = ["A\r\nBcc: victim@example.org", "<script>alert(1)</script>", "%(name)s 100%", "{{ x }}"]


@pytest.mark.parametrize("title", [*NASTY, "\u202eback", "x" * 200])
def test_no_title_or_note_adds_a_header_or_markup(sent, rita, eve, title):
    article = draft_of(rita)
    Article.objects.update(title=title)
    article.refresh_from_db()
    letter = sent(lambda: article.submit(rita, title))["eve@example.org"]
    made = BytesParser(policy=policy.default).parsebytes(letter.message().as_bytes())
    assert (made["To"], made["Bcc"]) == ("eve@example.org", None)
    assert "\n" not in made["Subject"]
    assert "<script" not in letter.alternatives[0][0]
    assert not made.defects


def test_a_mail_is_as_another_program_reads_it(
    settings, tmp_path, django_capture_on_commit_callbacks, rita, eve
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    article = draft_of(rita, "Schiffe & <Häfen>")
    with django_capture_on_commit_callbacks(execute=True):
        article.submit(rita)
    [file] = tmp_path.iterdir()
    text = file.read_bytes().rsplit(b"-" * 79, 1)[0]
    letter = BytesParser(policy=policy.default).parsebytes(text)
    assert letter["Subject"] == "For review: “Schiffe & <Häfen>”"
    assert letter["Auto-Submitted"] == "auto-generated"
    plain, html = letter.iter_parts()
    assert "“Schiffe & <Häfen>”" in plain.get_content()
    assert "“Schiffe &amp; &lt;Häfen&gt;”" in html.get_content()


# A mail server that does not answer


@pytest.fixture
def queue(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.fixture
def down(monkeypatch):
    def fail(*args):
        raise ConnectionRefusedError

    monkeypatch.setattr("articles.mail.send", fail)


def test_the_mail_is_on_record_with_the_step(queue, rita, eve):
    draft_of(rita).submit(rita)
    assert DBTaskResult.objects.get().args_kwargs["args"] == [Event.objects.get().pk, eve.pk]
    assert mail.outbox == []


def test_a_failing_mail_server_takes_nothing_back(queue, down, rita, eve):
    article = draft_of(rita)
    article.submit(rita)
    assert article.status == "review"
    key = Event.objects.get().pk
    notices.send.call(key, eve.pk)
    again = DBTaskResult.objects.exclude(run_after=None).latest("enqueued_at")
    assert again.args_kwargs["args"] == [key, eve.pk, 1]
    assert again.run_after > timezone.now()


def test_after_the_last_try_the_task_fails_and_stays_on_record(queue, down, rita, eve):
    draft_of(rita).submit(rita)
    with pytest.raises(ConnectionRefusedError):
        notices.send.call(Event.objects.get().pk, eve.pk, len(notices.DELAYS))


def test_locally_a_failing_mail_server_does_not_disturb_the_writer(sent, down, rita, eve, caplog):
    article = draft_of(rita)
    sent(lambda: article.submit(rita))
    assert article.status == "review"
    assert "was given up" in caplog.text
    assert "eve@example.org" not in caplog.text


def test_a_mail_about_what_is_no_more_is_not_sent(rita, eve):
    article = make_article()
    event = Event.objects.create(article=article, verb="publish", by=eve)
    article.delete()
    notices.send.call(event.pk, rita.pk)
    assert mail.outbox == []
