"""A link shows one saved version of a post to people without a login, for some days."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core import signing
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import shared_links
from articles.models import Article, Revision
from articles.shared_links import saved_version, share
from tests.factories import (
    make_article,
    make_author,
    make_category,
    make_comment,
    make_draft,
    make_image,
    make_tag,
)
from tests.pages import links, visible_lines
from tests.test_article_preview import everything, typed_of, writing

pytestmark = pytest.mark.django_db

GONE = "Its time is over, or it was taken back. Ask whoever sent it to you for a new one."
FORGED = "This link was not made here, or not all of it was copied. Copy it once more."


def page(article):
    return f"/admin/articles/article/{article.pk}/share/"


def make_saved(title="Secret plans", **values):
    """A draft of which one version is kept."""
    article = make_draft(**values)
    article.revise(
        {"title": title, "authors": [make_author("Ana").pk], "categories": [], "tags": []}
    )
    return article


def path(article, days=7):
    return share(saved_version(article), days).path


def made(answer):
    """The path of the link that the page has just made."""
    return re.search(r'value="http://testserver(/preview/[^"]+)"', answer.content.decode())[1]


# What a link shows


def test_it_shows_the_post_to_whoever_has_it(client):
    article = make_saved()
    lines = visible_lines(client.get(path(article)))
    assert {"Secret plans", "By Ana", "First paragraph."} <= set(lines)


def test_it_says_what_is_shown_and_how_long(client):
    article = make_saved()
    Revision.objects.update(at=datetime(2026, 5, 3, 10, tzinfo=UTC))
    link = share(saved_version(article), 7)._replace(until=datetime(2099, 6, 9, 1, tzinfo=UTC))
    lines = visible_lines(client.get(link.path))
    said = "Preview of “Secret plans”, version 2, saved at 3 May 2026, 10 a.m. UTC. "
    assert said + "It is not published: please keep it to yourself." in lines
    assert "Link valid until 9 Jun 2099, 1 a.m. UTC." in lines


def test_it_never_shows_a_later_version(client):
    article = make_saved("First words")
    link = path(article)
    article.revise({"title": "Second thoughts", "body": "<p>Else.</p>"})
    html = client.get(link).content.decode()
    assert "First words" in html
    assert "Second thoughts" not in html
    assert "Else." not in html


def test_of_a_live_post_it_shows_the_pending_changes_that_were_shared(client):
    article = make_article("Live")
    article.propose({"title": "Better"})
    link = path(article)
    article.propose({"title": "Best"})
    article.publish_changes()
    assert "Better" in visible_lines(client.get(link))


def test_corrections_and_updates_made_later_are_not_part_of_it(client):
    article = make_article("Live")
    article.propose({"title": "Better"})
    link = path(article)
    article.publish_changes(is_update=True, correction="It was two ships.")
    html = client.get(link).content.decode()
    assert "It was two ships." not in html
    assert "Updated" not in html


def test_corrections_made_before_are_part_of_it(client):
    article = make_article("Live")
    article.publish_changes({"title": "Right"}, is_update=True, correction="It was two ships.")
    Article.objects.update(updated_at=timezone.now() - timedelta(minutes=1))
    article.refresh_from_db()
    article.corrections.update(corrected_at=timezone.now() - timedelta(minutes=1))
    article.propose({"title": "Better"})
    html = client.get(path(article)).content.decode()
    assert "It was two ships." in html
    assert "Updated" in html


def test_once_the_post_is_public_it_leads_there(client):
    article = make_saved()
    link = path(article)
    article.publish()
    answer = client.get(link)
    assert "This post is published by now, and may say something else." in answer.content.decode()
    assert article.get_absolute_url() in links(answer)
    article.unpublish()
    assert "It is not published" in client.get(link).content.decode()


def test_a_scheduled_post_does_not_count_as_published(client):
    article = make_saved()
    article.publish(at=timezone.now() + timedelta(days=1))
    assert "It is not published" in client.get(path(article)).content.decode()


def test_no_comment_can_be_read_or_sent_and_nothing_passed_on(client):
    article = make_article("Once public")
    make_comment(article, body="I have been there.")
    article.publish_changes({"title": "Changed"})
    article.unpublish()
    html = client.get(path(article)).content.decode()
    assert "I have been there." not in html
    assert "<form method" not in html.replace('<form method="get"', "")
    assert "whatsapp" not in html.lower()


def test_the_lead_picture_and_what_is_no_more_do_not_break_it(client):
    tag = make_tag("Chips")
    article = make_draft("Ships", lead_image=make_image(alt="A ship"))
    article.revise({"title": "Ships", "tags": [tag.pk], "authors": [], "categories": []})
    article.revise({"title": "Ships", "lead_image": make_image(alt="Two ships").pk})
    link = path(article)
    assert {"Two ships", "Chips"} <= set(visible_lines(client.get(link)))
    tag.delete()
    assert client.get(link).status_code == 200


# Kept by nobody


@pytest.mark.parametrize("kind", ["good", "expired", "forged"])
def test_nobody_keeps_it_finds_it_or_learns_its_address(client, kind):
    link = {
        "good": path(make_saved()),
        "expired": path(make_saved(), days=-1),
        "forged": "/preview/forged/",
    }[kind]
    answer = client.get(link)
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    html = answer.content.decode()
    assert '<meta name="robots" content="noindex">' in html
    assert "canonical" not in html
    assert not answer.cookies
    assert link not in html


def test_reading_it_stores_nothing(client):
    link = path(make_saved())
    before = everything()
    with CaptureQueriesContext(connection) as queries:
        client.get(link)
    assert everything() == before
    assert not writing(queries)


@pytest.mark.parametrize("several", [1, 20])
def test_it_costs_the_same_however_much_there_is(client, django_assert_num_queries, several):
    article = make_article(
        authors=[make_author() for _ in range(several)],
        categories=[make_category() for _ in range(several)],
    )
    for _ in range(several):
        article.publish_changes({"tags": [make_tag().pk for _ in range(several)]})
    link = path(article)
    with django_assert_num_queries(7):
        client.get(link)


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_it_can_only_be_read(client, method):
    assert getattr(client, method)(path(make_saved())).status_code == 405


# Links that show nothing


def nothing_of_the_post(answer, status, reason):
    html = answer.content.decode()
    assert answer.status_code == status
    assert reason in html
    for word in ("Secret", "Ana", "paragraph", "secret-plans"):
        assert word not in html
    return True


def test_it_ends_at_its_second(client, monkeypatch):
    link = share(saved_version(make_saved()), 1)
    for seconds, status in ((-1, 200), (0, 410), (1, 410)):
        now = link.until + timedelta(seconds=seconds)
        monkeypatch.setattr(shared_links.timezone, "now", lambda now=now: now)
        assert client.get(link.path).status_code == status


def test_when_its_time_is_over_it_says_what_to_do(client):
    assert nothing_of_the_post(client.get(path(make_saved(), days=-1)), 410, GONE)


def test_when_it_was_revoked_it_says_the_same(client):
    article = make_saved()
    link, other = path(article), path(make_saved("Others"))
    shared_links.revoke(article)
    assert nothing_of_the_post(client.get(link), 410, GONE)
    assert client.get(other).status_code == 200
    article.refresh_from_db()
    assert client.get(path(article)).status_code == 200


def test_its_version_is_not_purged_before_its_time_is_over(client):
    article = make_saved()
    for days in (30, 1):
        link = share(saved_version(article), days)
    revision = link.revision
    revision.refresh_from_db()
    assert revision.shared_until > timezone.now() + timedelta(days=29)
    shared_links.revoke(article)
    revision.refresh_from_db()
    assert revision.shared_until is None


def test_when_its_version_was_deleted_it_shows_no_other(client):
    article = make_saved()
    link = path(article)
    article.revise({"title": "Secret second thoughts"})
    article.revisions.get(number=2).delete()
    assert nothing_of_the_post(client.get(link), 410, GONE)


def test_while_the_post_is_in_the_trash_it_shows_nothing(client):
    article = make_saved()
    link = path(article)
    article.trash()
    assert nothing_of_the_post(client.get(link), 410, GONE)
    article.untrash()
    assert client.get(link).status_code == 200


def test_when_the_post_is_no_more_it_says_the_same(client):
    article = make_saved()
    link = path(article)
    article.delete()
    assert nothing_of_the_post(client.get(link), 410, GONE)


def forgeries():
    good = "1-0-zzzzzz"
    yield from [
        "forged",
        good,
        f"{good}:",
        f"{good}:{'A' * 43}",
        ":",
        "-",
        "1:2:3",
        "ü",
        "x" * 3000,
    ]
    yield signing.Signer(salt="articles").sign(good)
    yield signing.Signer(salt="comments.pending").sign("1")
    yield signing.dumps([1, 0, 2])


# Numbered, because some of them are signed at this moment, and no two workers' are the same.
@pytest.mark.parametrize(
    "token", [pytest.param(token, id=str(number)) for number, token in enumerate(forgeries())]
)
def test_a_forged_link_says_what_to_do(client, token):
    make_saved()
    assert nothing_of_the_post(client.get(f"/preview/{token}/"), 404, FORGED)


def test_no_part_of_a_link_can_be_changed(client):
    token = path(make_saved(), days=-1).split("/")[2]
    later = signing.b62_encode(int((timezone.now() + timedelta(days=9)).timestamp()))
    text, _, signature = token.rpartition(":")
    changed = ["-".join([*text.split("-")[:2], later]), text.replace("-0-", "-1-"), text[:-1]]
    for one in changed:
        assert client.get(f"/preview/{one}:{signature}/").status_code == 404


def test_a_link_is_short_enough_for_a_mail():
    assert len(path(make_saved())) < 80


# Making one


@pytest.mark.parametrize("days", [1, 7, 30])
def test_an_editor_makes_one_for_some_days(client, editor, days):
    article = make_saved()
    link = made(client.post(page(article), {"days": days, "_make": "1"}))
    client.logout()
    answer = client.get(link)
    assert "Secret plans" in visible_lines(answer)
    left = shared_links.opened(link.split("/")[2]).until - timezone.now()
    assert timedelta(days=days) - timedelta(minutes=1) < left <= timedelta(days=days)


def test_a_reporter_shares_an_own_draft(client, reporter):
    article = make_saved(created_by=reporter)
    assert made(client.post(page(article), {"days": 1, "_make": "1"}))


@pytest.mark.parametrize("days", ["", "2", "365", "-1", "x", "9" * 30, "<script>"])
def test_a_number_of_days_that_is_none_of_those_is_refused(client, editor, days):
    answer = client.post(page(make_saved()), {"days": days, "_make": "1"})
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "Choose how many days" in html or "Choose one of these numbers of days." in html
    assert "/preview/" not in html
    assert "<script>" not in html


def test_making_one_stores_nothing(client, editor):
    article = make_saved()
    before = everything()[1]
    client.post(page(article), {"days": 7, "_make": "1"})
    assert everything()[1] == before
    assert article.revisions.count() == 2


def test_the_page_says_what_a_link_would_show(client, editor):
    article = make_saved()
    article.revise({"title": "Second thoughts"})
    html = client.get(page(article)).content.decode()
    assert "A link shows version 3 of “Second thoughts”, saved at" in html
    assert "no-store" in client.get(page(article))["Cache-Control"]


UNSAVED = "What you have typed since then is not saved, and not shown."


def test_who_has_unsaved_changes_is_told_that_they_are_not_shared(client, editor):
    article = make_article("Saved", categories=[make_category(), make_category()])
    article.publish_changes({"body": "<p>One</p>\n<p>Two</p>"})
    same = typed_of(article, body="<p>One</p>\r\n<p>Two</p>", base=str(article.version))
    assert UNSAVED not in client.post(page(article), same).content.decode()
    turned = [each.pk for each in reversed(article.ordered_categories)]
    for change in [{"title": "Typed"}, {"categories": turned}, {"correction": "It was two."}]:
        html = client.post(page(article), same | change).content.decode()
        assert UNSAVED in html
        assert '<input type="hidden" name="unsaved"' in html
    answer = client.post(page(article), {"unsaved": "1", "days": 7, "_make": "1"})
    assert UNSAVED in answer.content.decode()
    assert "Saved" in visible_lines(client.get(made(answer)))


def test_a_post_of_which_no_version_is_kept_has_to_be_saved_first(client, editor):
    answer = client.post(page(make_draft()), {"days": 7, "_make": "1"})
    html = answer.content.decode()
    assert "No version of this post has been kept yet. Save it once, then share it." in html
    assert "/preview/" not in html


def test_changes_that_were_discarded_are_not_shared(client, editor):
    article = make_article("Live")
    article.publish_changes({"title": "As readers see it"})
    article.propose({"title": "Never mind"})
    article.discard_changes()
    assert saved_version(article).contents["title"] == "As readers see it"
    article.unpublish()
    assert saved_version(article).contents["title"] == "As readers see it"


def test_an_editor_revokes_all_links(client, editor):
    article = make_saved()
    links = [path(article), path(article, days=30)]
    answer = client.post(page(article), {"_revoke": "1"}, follow=True)
    assert "No link made so far works any more." in answer.content.decode()
    assert [client.get(link).status_code for link in links] == [410, 410]


def test_a_link_outlives_saving_and_revoking_does_not_make_the_form_stale(client, editor):
    article = make_saved()
    link, version = path(article), article.version
    shared_links.revoke(article)
    article.refresh_from_db()
    assert article.version == version
    link = path(article)
    article.revise({"title": "Second thoughts"}, base=version)
    assert client.get(link).status_code == 200


# Who may not


def test_nobody_shares_what_is_not_theirs_to_share(client, reporter):
    other, public, trashed = make_saved(), make_article(), make_saved(created_by=reporter)
    trashed.trash()
    for article, status in [(other, 404), (public, 403), (trashed, 403)]:
        for data in [{"days": 7, "_make": "1"}, {"_revoke": "1"}]:
            assert client.post(page(article), data).status_code == status
        assert client.get(page(article)).status_code == status
    assert set(Article.objects.values_list("link_series", flat=True)) == {0}


def test_a_moderator_shares_nothing(client, moderator):
    article = make_article()
    article.publish_changes({"title": "Live"})
    assert client.post(page(article), {"days": 7, "_make": "1"}).status_code == 403


def test_whoever_is_not_signed_in_shares_nothing(client):
    answer = client.post(page(make_saved()), {"days": 7, "_make": "1"})
    assert answer.status_code == 302
    assert "/admin/login/" in answer["Location"]


def test_the_button_is_only_where_it_can_be_used(client, editor):
    saved, trashed = make_saved(), make_saved("Gone")
    trashed.trash()
    place = "/admin/articles/article/{}/change/"
    assert page(saved) in client.get(place.format(saved.pk)).content.decode()
    assert page(trashed) not in client.get(place.format(trashed.pk)).content.decode()
    assert "/share/" not in client.get("/admin/articles/article/add/").content.decode()
