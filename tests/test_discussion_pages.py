"""Discussions of any size: pages of threads, long threads folded, and links that find a comment."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments.models import Comment, Discussion, Policy
from comments.pages import FOLD, PAGE_SIZE, THREAD_PAGE_SIZE, DiscussionPage, place_of
from tests.factories import make_article, make_author, make_comment, make_user
from tests.pages import links, visible_lines

pytestmark = pytest.mark.django_db

START = datetime(2026, 1, 1, tzinfo=UTC)


def make_many_comments(article, count, parent=None, **values):
    """``count`` comments a minute apart; replies to ``parent``, the head of a thread."""
    return Comment.objects.bulk_create(
        Comment(
            article=article,
            parent=parent,
            thread=parent and (parent.thread or parent),
            name=f"Reader {number}",
            body=f"{'Reply' if parent else 'Thread'} number {number}.",
            status=values.get("status", Comment.Status.PUBLISHED),
            created_at=START + timedelta(minutes=number),
        )
        for number in range(1, count + 1)
    )


def newest_first(article):
    policy = Policy.objects.create(name="Newest first", newest_first=True)
    Discussion.objects.update_or_create(article=article, defaults={"policy": policy})


def threads_on(answer):
    return [line for line in visible_lines(answer) if line.startswith("Thread number ")]


@pytest.fixture
def article():
    return make_article("Ships")


@pytest.fixture
def address(article):
    return article.get_absolute_url()


def test_a_page_shows_fifty_threads_oldest_first(client, article, address):
    make_many_comments(article, 120)
    assert threads_on(client.get(address)) == [f"Thread number {n}." for n in range(1, 51)]
    last = client.get(f"{address}comment-page-3/")
    assert threads_on(last) == [f"Thread number {n}." for n in range(101, 121)]


def test_a_policy_can_put_the_newest_first(client, article, address):
    make_many_comments(article, 60)
    newest_first(article)
    assert threads_on(client.get(address)) == [f"Thread number {n}." for n in range(60, 10, -1)]
    second = client.get(f"{address}comment-page-2/")
    assert threads_on(second) == [f"Thread number {n}." for n in range(10, 0, -1)]


def test_the_heading_counts_all_comments_of_all_pages(client, article, address):
    heads = make_many_comments(article, 60)
    make_many_comments(article, 3, parent=heads[0])
    for page in (address, f"{address}comment-page-2/"):
        assert "63 comments" in visible_lines(client.get(page))


def test_pages_lead_to_each_other(client, article, address):
    make_many_comments(article, 120)
    assert f"{address}comment-page-2/#comments" in links(client.get(address))
    second = links(client.get(f"{address}comment-page-2/"))
    assert {f"{address}#comments", f"{address}comment-page-3/#comments"} <= set(second)
    third = client.get(f"{address}comment-page-3/")
    assert any("Page 3 of 3" in line for line in visible_lines(third))
    assert not any("comment-page-4" in link for link in links(third))


def test_a_short_discussion_has_no_page_links(client, article, address):
    make_many_comments(article, PAGE_SIZE)
    assert "Page 1 of 1" not in client.get(address).content.decode()


def test_the_first_page_is_at_the_address_of_the_post(client, article, address):
    answer = client.get(f"{address}comment-page-1/")
    assert (answer.status_code, answer["Location"]) == (301, f"{address}#comments")


@pytest.mark.parametrize("number", ["0", "00", "4", "1" + 30 * "0", "-1", "x", "2.0"])
def test_a_page_that_is_not_there_is_not_found(client, article, address, number):
    make_many_comments(article, 120)
    assert client.get(f"{address}comment-page-{number}/").status_code == 404


def test_a_page_under_a_wrong_date_or_with_zeros_leads_to_the_right_address(client, article):
    make_many_comments(article, 120)
    right = f"{article.get_absolute_url()}comment-page-2/"
    for wrong in (f"/2001/01/01/{article.slug}/comment-page-2/", right.replace("-2/", "-002/")):
        answer = client.get(wrong)
        assert (answer.status_code, answer["Location"]) == (301, right)


def test_pages_of_a_post_with_a_slug_in_another_script_are_found(client):
    article = make_article("Порт", slug="порт")
    make_many_comments(article, 60)
    assert client.get(f"{article.get_absolute_url()}comment-page-2/").status_code == 200


def test_a_further_page_belongs_to_the_post_for_search_engines(client, article, address):
    make_many_comments(article, 60)
    html = client.get(f"{address}comment-page-2/").content.decode()
    assert f'<link rel="canonical" href="http://testserver{address}">' in html
    assert '<meta name="robots" content="noindex">' in html
    assert "<title>Comments, page 2: Ships" in html


def test_comments_of_the_same_second_are_each_on_one_page(client, article, address):
    now = timezone.now()
    Comment.objects.bulk_create(
        Comment(
            article=article,
            name="A",
            body=f"Thread number {n}.",
            status="published",
            created_at=now,
        )
        for n in range(75)
    )
    for way in (lambda article: None, newest_first):
        way(article)
        pages = [client.get(address), client.get(f"{address}comment-page-2/")]
        found = [line for page in pages for line in threads_on(page)]
        assert len(found) == len(set(found)) == 75


def test_removed_heads_without_replies_take_no_place(client, article, address):
    heads = make_many_comments(article, 60)
    Comment.objects.filter(pk__in=[head.pk for head in heads[:10]]).update(status="spam")
    assert len(threads_on(client.get(address))) == PAGE_SIZE
    assert client.get(f"{address}comment-page-2/").status_code == 404


# Tombstones


@pytest.mark.parametrize("status", ["held", "rejected", "spam", "erased"])
def test_a_removed_comment_with_a_public_reply_leaves_a_note(client, article, address, status):
    head = make_comment(article, body="Removed words.", name="Somebody")
    make_comment(article, parent=head, body="The reply.")
    Comment.objects.filter(pk=head.pk).update(status=status)
    lines = visible_lines(client.get(address))
    assert lines.index("This comment was removed.") < lines.index("The reply.")
    assert not {"Removed words.", "Somebody"} & set(lines)


def test_a_withdrawn_comment_says_who_took_it_away(client, article, address):
    head = make_comment(article)
    middle = make_comment(article, parent=head)
    make_comment(article, parent=middle)
    for comment in (head, middle):
        comment.withdraw()
    lines = visible_lines(client.get(address))
    assert lines.count("This comment was withdrawn by its writer.") == 2


def test_what_was_removed_in_the_middle_leaves_its_note_under_the_head(client, article):
    head = make_comment(article)
    middle = make_comment(article, parent=head)
    reply = make_comment(article, parent=middle)
    middle.reject(by=make_user())
    (thread,) = DiscussionPage(article).threads
    (note,) = thread.replies
    assert (note.is_removed, note.replies[0].comment.pk) == (True, reply.pk)


# Folded replies


def test_a_thread_of_twenty_replies_is_shown_whole(client, article, address):
    (head,) = make_many_comments(article, 1)
    make_many_comments(article, FOLD, parent=head)
    html = client.get(address).content.decode()
    assert "Reply number 20." in html
    assert "more repl" not in html


def test_a_longer_thread_shows_the_first_twenty_and_leads_to_the_rest(client, article, address):
    (head,) = make_many_comments(article, 1)
    make_many_comments(article, 57, parent=head)
    answer = client.get(address)
    assert "Show 37 more replies" in visible_lines(answer)
    html = answer.content.decode()
    assert "Reply number 20." in html
    assert "Reply number 21." not in html
    page = f"{address}thread/{head.pk}/"
    assert page in links(answer)
    whole = visible_lines(client.get(page))
    assert {"Thread number 1.", "Reply number 1.", "Reply number 57."} <= set(whole)
    assert not any("more repl" in line for line in whole)


def test_one_folded_reply_is_one(client, article, address):
    (head,) = make_many_comments(article, 1)
    make_many_comments(article, FOLD + 1, parent=head)
    assert "Show 1 more reply" in visible_lines(client.get(address))


def test_a_very_long_thread_has_pages_of_its_own(client, article, address):
    (head,) = make_many_comments(article, 1)
    make_many_comments(article, 2 * THREAD_PAGE_SIZE + 1, parent=head)
    first, last = f"{address}thread/{head.pk}/", f"{address}thread/{head.pk}/page/3/"
    assert f"{first}page/2/" in links(client.get(first))
    assert f"Reply number {2 * THREAD_PAGE_SIZE + 1}." in visible_lines(client.get(last))
    assert client.get(f"{first}page/4/").status_code == 404
    assert client.get(f"{first}page/0/").status_code == 404
    assert client.get(f"{first}page/{10**30}/").status_code == 404
    assert client.get(f"{first}page/1/")["Location"] == first


def test_on_a_later_page_of_a_thread_no_parent_is_called_removed(client, article, address):
    (head,) = make_many_comments(article, 1)
    replies = make_many_comments(article, THREAD_PAGE_SIZE, parent=head)
    make_comment(article, parent=replies[0], body="Late.")
    lines = visible_lines(client.get(f"{address}thread/{head.pk}/page/2/"))
    assert "Late." in lines
    assert "This comment was removed." not in lines


@pytest.mark.parametrize("values", [{"status": "held"}, {"status": "spam"}, {"status": "erased"}])
def test_a_thread_that_nobody_can_see_has_no_page(client, article, address, values):
    head = make_comment(article, **values)
    assert client.get(f"{address}thread/{head.pk}/").status_code == 404


def test_the_thread_of_a_reply_or_of_another_post_is_not_found(client, article, address):
    reply = make_comment(article, parent=make_comment(article))
    foreign = make_comment(make_article())
    for pk in (reply.pk, foreign.pk, 0, 10**30):
        assert client.get(f"{address}thread/{pk}/").status_code == 404


def test_the_page_of_a_thread_under_a_wrong_date_leads_to_the_right_one(client, article, address):
    head = make_comment(article)
    answer = client.get(f"/2001/01/01/{article.slug}/thread/{head.pk}/")
    assert (answer.status_code, answer["Location"]) == (301, f"{address}thread/{head.pk}/")


def test_five_hundred_replies_to_one_comment_and_a_chain_of_a_thousand_are_no_trouble(
    client, article, address
):
    (wide, deep) = make_many_comments(article, 2)
    make_many_comments(article, 500, parent=wide)
    chain = make_many_comments(article, 1000, parent=deep)
    for parent, reply in zip(chain, chain[1:], strict=False):
        reply.parent = parent
    Comment.objects.bulk_update(chain, ["parent"])
    lines = visible_lines(client.get(address))
    assert "Show 480 more replies" in lines
    assert "Show 980 more replies" in lines
    for page in ("", "page/5/"):
        answer = client.get(f"{address}thread/{deep.pk}/{page}")
        assert answer.status_code == 200
    assert "Reply number 1000." in visible_lines(answer)
    assert place_of(chain[-1]).startswith(f"{address}thread/{deep.pk}/page/5/#")


# Permalinks


def follow(client, comment):
    """The text of the page that the permalink of ``comment`` leads to, and the anchor there."""
    answer = client.get(comment.get_absolute_url())
    assert answer.status_code == 302
    page, _, anchor = answer["Location"].partition("#")
    return client.get(page).content.decode(), anchor


@pytest.mark.parametrize("way", [lambda article: None, newest_first])
@pytest.mark.parametrize("index", [0, 49, 50, 119])
def test_a_permalink_leads_to_the_page_where_a_comment_stands(client, article, way, index):
    comment = make_many_comments(article, 120)[index]
    way(article)
    html, anchor = follow(client, comment)
    assert anchor == f"comment-{comment.pk}"
    assert f'id="{anchor}"' in html


@pytest.mark.parametrize("index", [0, 19, 20, 199, 200, 249])
def test_the_permalink_of_a_reply_finds_it_folded_or_not(client, article, index):
    head = make_many_comments(article, 60)[-1]
    reply = make_many_comments(article, 250, parent=head)[index]
    html, anchor = follow(client, reply)
    assert f'id="{anchor}"' in html


def test_the_permalink_of_a_reply_to_a_removed_comment_finds_it(client, article):
    head = make_comment(article)
    reply = make_comment(article, parent=head)
    head.reject(by=make_user())
    html, anchor = follow(client, reply)
    assert f'id="{anchor}"' in html


@pytest.mark.parametrize("status", ["held", "rejected", "spam", "withdrawn", "erased"])
def test_what_is_not_public_has_no_permalink(client, article, status):
    assert client.get(make_comment(article, status=status).get_absolute_url()).status_code == 404


def test_a_permalink_under_another_post_or_without_a_comment_is_not_found(client, address):
    foreign = make_comment(make_article())
    for pk in (foreign.pk, 0, 10**30):
        assert client.get(f"{address}comment/{pk}/").status_code == 404


def test_the_time_of_a_comment_is_its_permalink(client, article, address):
    comment = make_comment(article)
    assert comment.get_absolute_url() in links(client.get(address))


def test_an_entry_of_a_comment_feed_leads_to_where_the_comment_stands(client, article, address):
    make_many_comments(article, 60)
    comment = Comment.objects.order_by("pk").last()
    feed = client.get(f"{address}feed/").content.decode()
    assert f"<link>http://testserver{comment.get_absolute_url()}</link>" in feed
    html, anchor = follow(client, comment)
    assert f'id="{anchor}"' in html


# Badges, features, dates


def test_staff_who_do_not_sign_the_post_are_called_staff(client):
    author, colleague = make_user("Editor"), make_user("Moderator")
    article = make_article(authors=[make_author("Ana", user=author)])
    make_comment(article, user=author, name="Ana")
    make_comment(article, user=colleague, name="Bo")
    make_comment(article, user=make_user(is_active=False), name="Cy")
    Comment.objects.filter(name="Cy").update(user=None)
    lines = visible_lines(client.get(article.get_absolute_url()))
    assert len([line for line in lines if line.startswith("Ana Author ")]) == 1
    assert len([line for line in lines if line.startswith("Bo Staff ")]) == 1
    assert not [line for line in lines if line.startswith("Cy Staff")]


def test_an_edited_comment_says_so(client, article, address):
    make_comment(article).edit("Another text.", by=make_user())
    assert client.get(address).content.decode().count(">Edited<") == 1


def test_featured_comments_stand_above_the_discussion_and_lead_to_their_place(
    client, article, address
):
    heads = make_many_comments(article, 120)
    heads[110].feature(by=make_user())
    reply = make_many_comments(article, 1, parent=heads[0])[0]
    reply.feature(by=make_user())
    answer = client.get(address)
    lines = visible_lines(answer)
    assert lines.index("Featured comments") < lines.index("Thread number 111.")
    assert lines.index("Thread number 111.") < lines.index("Thread number 1.")
    assert heads[110].get_absolute_url() in links(answer)
    assert len(threads_on(answer)) == PAGE_SIZE + 1
    assert lines.count("Reply number 1.") == 2
    assert answer.content.decode().count(f'id="comment-{heads[110].pk}"') == 0
    assert "Featured comments" not in visible_lines(client.get(f"{address}comment-page-2/"))


def test_without_featured_comments_there_is_no_section_for_them(client, article, address):
    make_comment(article)
    assert "Featured comments" not in visible_lines(client.get(address))


@pytest.mark.parametrize("year", [1, 800, 9999])
def test_an_imported_comment_without_email_and_with_an_odd_date_is_shown(client, settings, year):
    settings.TIME_ZONE = "Asia/Tokyo"
    article = make_article()
    comment = make_comment(
        article, email="", created_at=datetime(year, 12, 31, 23, tzinfo=UTC), body="Odd."
    )
    assert "Odd." in visible_lines(client.get(article.get_absolute_url()))
    assert client.get(comment.get_absolute_url()).status_code == 302


def test_names_and_texts_are_escaped_and_percent_signs_kept(client, article, address):
    make_comment(article, name="<b>100%(s)s</b>", body="<i>50 %d</i>", website="https://a.b/?%s")
    make_comment(article, name="\ue000pk\ue000", body="x")
    html = client.get(address).content.decode()
    assert "&lt;b&gt;100%(s)s&lt;/b&gt;" in html
    assert "&lt;i&gt;50 %d&lt;/i&gt;" in html
    assert 'href="https://a.b/?%s"' in html
    assert "\ue000pk\ue000" in html


# Closed discussions


def test_a_discussion_closed_by_its_policy_shows_no_form_and_no_reply_links(client):
    article = make_article(published_at=timezone.now() - timedelta(days=20))
    make_comment(article)
    address = article.get_absolute_url()
    assert any("/reply/" in link for link in links(client.get(address)))
    policy = Policy.objects.create(name="Short", closes_after_days=14)
    Discussion.objects.filter(article=article).update(policy=policy)
    answer = client.get(address)
    assert "Comments are closed." in visible_lines(answer)
    assert "Leave a Reply" not in visible_lines(answer)
    assert not any("/reply/" in link for link in links(answer))


# What it costs


def comment_queries(article, number=1):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        page = DiscussionPage(article, number)
        assert page.threads
        assert page.discussion.is_open
        assert isinstance(page.featured, list)
    return len(queries)


def test_any_page_of_a_discussion_takes_three_queries(article):
    heads = make_many_comments(article, 300)
    for head in heads[:60:3]:
        make_many_comments(article, 25, parent=head)
    for head in heads[1::3]:
        make_many_comments(article, 2, parent=head)
    heads[299].feature(by=make_user())
    make_comment(article, user=make_user(), parent=heads[0])
    assert [comment_queries(article, number) for number in (1, 2, 6)] == [3, 3, 3]


def test_without_replies_two_queries_are_enough(article):
    make_many_comments(article, 60)
    assert comment_queries(article) == 2


def test_folded_replies_are_not_even_loaded(article):
    for head in make_many_comments(article, 3):
        make_many_comments(article, 100, parent=head)
    shown = [len(thread.replies) for thread in DiscussionPage(article).threads]
    assert shown == [FOLD] * 3


@pytest.mark.parametrize("replies", [0, 30, 300])
def test_the_page_of_a_thread_costs_the_same_however_long_it_is(
    client, article, address, django_assert_num_queries, replies
):
    (head,) = make_many_comments(article, 1)
    make_many_comments(article, replies, parent=head)
    with django_assert_num_queries(6):
        client.get(f"{address}thread/{head.pk}/")


def test_a_permalink_costs_the_same_however_many_comments_there_are(
    client, article, django_assert_max_num_queries
):
    head = make_many_comments(article, 200)[150]
    reply = make_many_comments(article, 30, parent=head)[10]
    with django_assert_max_num_queries(5):
        client.get(reply.get_absolute_url())
