"""An address that a post had before leads to the one it has now, in one step, or says nothing."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Article, FormerSlug
from comments.models import Comment, Policy
from comments.pages import own_address
from comments.tokens import form_token
from tests.factories import make_article, make_author, make_comment, make_draft, make_scheduled
from tests.test_article_admin import change, form

pytestmark = pytest.mark.django_db

# Under the address of a post: what is the same wherever the post is.
PLACES = [
    "",
    "feed/",
    "feed/atom/",
    "feed/json/",
    "reply/{first}/",
    "comment-page-2/",
    "thread/{first}/",
    "report/{first}/",
    "report/{first}/thanks/",
    "comment/{token}/",
    "comment/{token}/notify/",
]


def renamed(article, *slugs):
    """``article`` once it has had all these slugs; the last one stays."""
    for slug in slugs:
        article.slug = slug
        article.save()
    return article


def address(article, slug, day=None):
    return f"/{day or article.published_on:%Y/%m/%d}/{slug}/"


@pytest.mark.parametrize("place", PLACES)
def test_every_address_of_a_renamed_post_leads_on_in_one_step(client, monkeypatch, place):
    monkeypatch.setattr("comments.pages.PAGE_SIZE", 1)
    article = make_article("First", slug="first")
    comments = [make_comment(article) for _ in range(2)]
    token = own_address(comments[0], article).rsplit("/", 2)[1]
    place = place.format(first=comments[0].pk, token=token)
    renamed(article, "second", "third")
    new = f"{address(article, 'third')}{place}"
    assert client.get(new).status_code == 200
    for slug in ("first", "second"):
        answer = client.get(f"{address(article, slug)}{place}")
        assert (answer.status_code, answer["Location"]) == (301, new)


@pytest.mark.parametrize("place", PLACES)
def test_a_wrong_date_is_put_right_in_the_same_step(client, monkeypatch, place):
    monkeypatch.setattr("comments.pages.PAGE_SIZE", 1)
    article = make_article(slug="old")
    comments = [make_comment(article) for _ in range(2)]
    token = own_address(comments[0], article).rsplit("/", 2)[1]
    place = place.format(first=comments[0].pk, token=token)
    renamed(article, "new")
    answer = client.get(f"/2001/02/03/old/{place}")
    assert (answer.status_code, answer["Location"]) == (301, f"{address(article, 'new')}{place}")


def test_places_that_lead_on_anyway_do_so_without_a_detour(client):
    article = make_article(slug="old")
    comment = make_comment(article)
    old, new = address(article, "old"), address(renamed(article, "new"), "new")
    token = own_address(comment, article).rsplit("/", 2)[1]
    for place, target in {
        "comment-page-1/": f"{new}#comments",
        "reply/": f"{new}#respond",
        f"comment/{comment.pk}/": f"{new}#comment-{comment.pk}",
        f"comment/{token}/edit/": f"{new}comment/{token}/#comment-{comment.pk}",
    }.items():
        assert client.get(f"{old}{place}")["Location"] == target


def test_what_was_asked_besides_is_kept(client):
    article = renamed(make_article(slug="old"), "neu-für-alle")
    new = article.get_absolute_url()
    for place, target in {
        "?utm_source=mail&q=a%26b": f"{new}?utm_source=mail&q=a%26b",
        "comment-page-1/?x=1": f"{new}?x=1#comments",
        "feed/?x=1": f"{new}feed/?x=1",
    }.items():
        assert client.get(f"{address(article, 'old')}{place}")["Location"] == target


def test_a_slug_in_any_script_leads_on(client):
    article = renamed(make_article(slug="数据中心"), "new")
    assert client.get(address(article, "数据中心"))["Location"] == address(article, "new")


# Sending to an old address


def sent(article, **values):
    return {
        "body": "My words.",
        "name": "Farah",
        "email": "farah@example.org",
        "token": form_token(article),
        **values,
    }


def test_a_comment_sent_while_the_slug_changes_is_taken(client):
    article = make_article(slug="old")
    data = sent(article)
    renamed(article, "new")
    answer = client.post(f"{address(article, 'old')}reply/", data)
    assert answer.status_code == 303
    assert answer["Location"].startswith(address(article, "new"))
    assert Comment.objects.get().body == "My words."


def test_a_comment_that_is_refused_there_keeps_its_text(client):
    article = make_article(slug="old")
    data = sent(article, email="nobody")
    renamed(article, "new")
    answer = client.post(f"{address(article, 'old')}reply/", data)
    assert answer.status_code == 422
    assert "My words." in answer.text
    assert f'action="{address(article, "new")}reply/' in answer.text


def test_a_comment_sent_to_a_post_that_is_gone_keeps_its_text(client):
    article = make_article(slug="old")
    data = sent(article)
    renamed(article, "new").unpublish()
    answer = client.post(f"{address(article, 'old')}reply/", data)
    assert answer.status_code == 404
    assert "My words." in answer.text


def test_an_own_comment_is_changed_under_the_old_address(client):
    Policy.objects.update(edit_minutes=5)
    article = make_article(slug="old")
    comment = make_comment(article)
    place = f"{own_address(comment, article)}edit/"
    renamed(article, "new")
    assert client.post(place, {"body": "Better words."}).status_code == 303
    comment.refresh_from_db()
    assert comment.body == "Better words."


def test_a_report_is_taken_under_the_old_address(client):
    article = make_article(slug="old")
    comment = make_comment(article)
    renamed(article, "new")
    place = f"{address(article, 'old')}report/{comment.pk}/"
    assert client.post(place, {"reason": "off-topic"}).status_code == 303
    assert comment.reports.count() == 1


# Whose address it is


def test_a_slug_changed_back_is_the_posts_own_again(client):
    article = renamed(make_article(slug="a"), "b", "a")
    assert client.get(address(article, "a")).status_code == 200
    assert client.get(address(article, "b"))["Location"] == address(article, "a")
    assert [former.slug for former in article.former_slugs.all()] == ["b"]


def test_two_posts_that_change_places_make_no_loop(client):
    one, two = make_article(slug="one"), make_article(slug="two")
    renamed(one, "between")
    renamed(two, "one")
    renamed(one, "two")
    assert client.get(address(two, "one")).context["article"] == two
    assert client.get(address(one, "two")).context["article"] == one
    assert client.get(address(one, "between"))["Location"] == address(one, "two")


def test_a_post_that_is_published_at_a_freed_slug_has_it(client):
    article = renamed(make_article(slug="old"), "new")
    other = make_article(slug="old")
    assert not FormerSlug.objects.exists()
    assert client.get(address(other, "old")).status_code == 200
    # It was the other post's, so that nobody is led astray once that is gone.
    other.unpublish()
    assert client.get(address(article, "old")).status_code == 404


def test_a_scheduled_post_has_a_freed_slug_from_its_date_on(client):
    article = renamed(make_article(slug="old"), "new")
    other = make_scheduled(slug="old")
    assert client.get(address(article, "old"))["Location"] == address(article, "new")
    Article.objects.filter(pk=other.pk).update(published_at=timezone.now() - timedelta(hours=1))
    other = Article.objects.get(pk=other.pk)
    assert client.get(other.get_absolute_url()).context["article"] == other
    other.unpublish()
    assert client.get(address(article, "old")).status_code == 404


def test_a_draft_at_a_freed_slug_takes_nothing_from_readers(client):
    article = renamed(make_article(slug="old"), "new")
    draft = renamed(make_draft("Secret"), "old")
    assert client.get(address(article, "old"))["Location"] == address(article, "new")
    draft.sign(make_author())
    draft.publish()
    assert client.get(address(draft, "old")).context["article"] == draft


def test_what_readers_never_saw_leaves_no_address_behind():
    renamed(make_draft(slug="a"), "b")
    renamed(make_scheduled(slug="c"), "d")
    assert not FormerSlug.objects.exists()


def test_a_post_that_was_unpublished_when_it_was_renamed_is_found_once_it_is_back(client):
    article = make_article(slug="old")
    article.unpublish()
    renamed(article, "new")
    old = address(article, "old")
    assert client.get(old).status_code == 404
    article.publish()
    assert client.get(old)["Location"] == address(article, "new")


@pytest.mark.parametrize("gone", ["unpublish", "trash", "end", "delete"])
@pytest.mark.parametrize("place", ["", "feed/", "reply/", "comment-page-1/"])
def test_a_post_that_is_not_public_gives_no_hint_of_its_new_slug(client, gone, place):
    article = renamed(make_article(slug="old"), "secret")
    old = f"{address(article, 'old')}{place}"
    assert client.get(old).status_code in (301, 302)
    if gone == "end":
        article.ends_at = timezone.now() - timedelta(seconds=1)
        article.save()
    else:
        getattr(article, gone)()
    answer = client.get(old)
    assert answer.status_code == 404
    assert "secret" not in answer.text


def test_a_slug_that_waits_with_pending_changes_moves_nothing(client):
    article = make_article(slug="old")
    article.propose({"slug": "new"})
    assert client.get(address(article, "old")).status_code == 200
    article.publish_changes()
    assert client.get(address(article, "old"))["Location"] == address(article, "new")


def test_the_card_for_other_sites_is_found_under_an_old_address(client):
    article = renamed(make_article("Hello", slug="old"), "new")
    answer = client.get("/oembed/", {"url": f"http://testserver{address(article, 'old')}"})
    assert answer.json()["title"] == "Hello"
    article.unpublish()
    answer = client.get("/oembed/", {"url": f"http://testserver{address(article, 'old')}"})
    assert answer.status_code == 404


def test_an_address_that_is_right_costs_no_more(client, django_assert_num_queries):
    article = renamed(make_article(slug="old"), "new")
    with django_assert_num_queries(9):
        client.get(address(article, "new"))
    with django_assert_num_queries(2):
        client.get(address(article, "old"))


# In the admin


def test_an_editor_sees_former_addresses_and_lets_go_of_one(client, editor):
    article = renamed(make_article(authors=[make_author()], slug="a"), "b", "c")
    page = client.get(change(article)).text
    assert 'name="let_go"' in page
    assert address(article, "a") in page
    former = FormerSlug.objects.get(slug="a")
    data = form(authors=article.ordered_authors, date=article.published_at, slug="c")
    client.post(change(article), data | {"let_go": [former.pk, "x", "9" * 30]})
    assert [each.slug for each in article.former_slugs.all()] == ["b"]
    assert client.get(address(article, "a")).status_code == 404


def test_nobody_lets_go_of_another_posts_address(client, editor):
    article, other = make_article(authors=[make_author()]), make_article(slug="a")
    renamed(other, "b")
    data = form(authors=article.ordered_authors, date=article.published_at, slug=article.slug)
    client.post(change(article), data | {"let_go": [FormerSlug.objects.get().pk]})
    assert FormerSlug.objects.exists()


def test_a_reporter_lets_go_of_none(client, reporter):
    author = make_author(user=reporter)
    article = renamed(make_article(authors=[author], slug="a"), "b")
    assert 'name="let_go"' not in client.get(change(article)).text
    data = form(authors=[author], slug="b")
    client.post(change(article), data | {"let_go": [FormerSlug.objects.get().pk]})
    assert FormerSlug.objects.exists()


def test_a_post_that_never_moved_shows_nothing_of_it(client, editor):
    assert "Former addresses" not in client.get(change(make_article())).text
