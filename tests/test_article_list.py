"""The list of posts in the admin: what it shows, what can be asked of it, who sees what."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from articles.article_list import PAGE_SIZE
from articles.models import Article, Presence
from tests.factories import (
    make_article,
    make_author,
    make_category,
    make_comment,
    make_draft,
    make_image,
    make_scheduled,
    make_user,
)
from tests.pages import visible_lines

pytestmark = pytest.mark.django_db

LIST = "/admin/articles/article/"


def titles(client, query=""):
    answer = client.get(LIST + query)
    assert answer.status_code == 200
    return [article.title for article in answer.context["cl"].result_list]


def text(client, query=""):
    return "\n".join(visible_lines(client.get(LIST + query)))


def saved(article, minutes):
    """As if it had been saved so many minutes ago."""
    Article.objects.filter(pk=article.pk).update(
        saved_at=timezone.now() - timedelta(minutes=minutes)
    )
    return article


def test_a_row_shows_all_that_tells_a_post_from_another(client, editor):
    author, category = make_author("Ana Ruiz"), make_category("Cloud")
    lead = make_image(renditions=True)
    article = make_article("Ships", authors=[author], categories=[category], lead_image=lead)
    make_comment(article)
    make_comment(article)
    article.propose({"title": "Better ships"}, by=editor)
    html = client.get(LIST).content.decode()
    for shown in ("Ships", "Published", "Ana Ruiz", "Cloud", "Pending changes"):
        assert shown in html
    assert f'src="{lead.offered("jpg")[0].url}"' in html
    assert '<td class="field-comments">2</td>' in html


def test_a_status_is_a_word_and_not_only_a_colour(client, editor):
    make_scheduled()
    make_draft()
    make_article(ends_at=timezone.now() - timedelta(minutes=1))
    make_draft().submit(by=editor)
    shown = visible_lines(client.get(LIST))
    assert {"Scheduled", "Draft", "Ended", "In review"} <= set(shown)


def test_the_last_saved_comes_first(client, editor):
    saved(make_draft("Second"), 2)
    saved(make_draft("Third"), 3)
    saved(make_draft("First"), 1)
    assert titles(client) == ["First", "Second", "Third"]


def test_the_next_scheduled_comes_first(client, editor):
    make_article("Later", published_at=timezone.now() + timedelta(days=2))
    make_article("Sooner", published_at=timezone.now() + timedelta(days=1))
    assert titles(client, "?state=scheduled") == ["Sooner", "Later"]


@pytest.fixture
def one_of_each(editor):
    make_draft("A draft")
    make_draft("Submitted").submit(by=editor)
    make_article("Public")
    changed = make_article("Changed")
    changed.propose({"title": "Changes"}, by=editor)
    changed.submit(by=editor)
    make_scheduled("Ahead")
    make_article("Over", ends_at=timezone.now() - timedelta(minutes=1))
    make_article("Taken down").unpublish(by=editor)
    make_draft("Thrown away").trash(by=editor)


@pytest.mark.parametrize(
    ("state", "found"),
    [
        ("draft", {"A draft"}),
        ("review", {"Submitted", "Changed"}),
        ("scheduled", {"Ahead"}),
        ("public", {"Public", "Changed"}),
        ("ended", {"Over"}),
        ("unpublished", {"Taken down"}),
        ("trash", {"Thrown away"}),
    ],
)
def test_each_state_has_its_list(client, one_of_each, state, found):
    assert set(titles(client, f"?state={state}")) == found


def test_the_trash_is_not_in_the_list_of_all(client, one_of_each):
    assert "Thrown away" not in titles(client)
    assert len(titles(client)) == 7


def test_a_state_that_does_not_exist_is_named_and_left_out(client, one_of_each):
    answer = client.get(f"{LIST}?state=nonsense")
    assert "nonsense is not one of the available choices" in answer.content.decode()
    assert len(answer.context["cl"].result_list) == 7


def test_posts_are_found_by_category(client, editor):
    cloud = make_category("Cloud")
    make_article("In it", categories=[cloud])
    make_article("Outside", categories=[make_category("Sea")])
    assert titles(client, f"?category={cloud.pk}") == ["In it"]


def test_posts_are_found_by_part_of_an_authors_name(client, editor):
    make_article("Hers", authors=[make_author("Ana Ruiz")])
    make_article("His", authors=[make_author("Bo")])
    assert titles(client, "?author=ruiz") == ["Hers"]


def test_a_whole_name_finds_that_author_only(client, editor):
    make_article("Hers", authors=[make_author("Ana")])
    make_article("Another's", authors=[make_author("Anabel")])
    assert titles(client, "?author=ana") == ["Hers"]


def test_only_mine_are_those_i_started_or_sign(client, editor):
    make_draft("Started", created_by=editor)
    make_article("Signed", authors=[make_author(user=editor)])
    make_article("Another's")
    assert set(titles(client, "?mine=on")) == {"Started", "Signed"}


@pytest.mark.parametrize("mine", ["?mine=on", "?author=ana"])
def test_it_finds_the_same_among_many(client, editor, monkeypatch, mine):
    monkeypatch.setattr("articles.article_list.MANY", 0)
    make_article("Signed", authors=[make_author("Ana", user=editor)])
    make_article("Another's")
    assert titles(client, mine) == ["Signed"]


def test_a_day_shows_what_is_published_on_it_by_the_sites_calendar(client, editor, settings):
    settings.TIME_ZONE = "Asia/Singapore"
    late = timezone.now().replace(year=2026, month=3, day=4, hour=17)  # The 5th in Singapore.
    make_article("In the night", published_at=late)
    assert titles(client, "?day=2026-03-05") == ["In the night"]
    assert titles(client, "?day=2026-03-04") == []


# Words


def test_words_are_found_wherever_they_stand_and_in_every_state(client, editor):
    make_draft("Draft", body="<p>Of harbours.</p>")
    make_article("Harbours at night")
    make_article("Nothing of it")
    assert set(titles(client, "?q=harbours")) == {"Draft", "Harbours at night"}
    assert titles(client, "?q=harbours&state=draft") == ["Draft"]


def test_the_beginning_of_a_word_finds_it(client, editor):
    make_draft("Harbours")
    assert titles(client, "?q=harb") == ["Harbours"]


@pytest.mark.parametrize("words", ["%00", "-harbour", "%22", "'%3B--", "*", "(", "%F0%9F%9A%A2"])
def test_odd_words_find_nothing_and_break_nothing(client, editor, words):
    make_draft("Harbours")
    assert client.get(f"{LIST}?q={words}").status_code == 200


def test_a_reporter_finds_no_draft_of_others_by_its_words(client, reporter):
    make_draft("Private harbour plans")
    make_article("Public harbour plans")
    make_draft("My harbour plans", created_by=reporter)
    found = ["My harbour plans", "Public harbour plans"]
    assert sorted(titles(client, "?q=harbour")) == found
    assert sorted(titles(client)) == found


def test_a_reporter_sees_an_own_public_post_once(client, reporter):
    author = make_author(user=reporter)
    make_article("Mine", created_by=reporter, authors=[author, make_author()])
    assert titles(client) == ["Mine"]


def test_a_moderator_does_not_get_to_the_list(client, moderator):
    assert client.get(LIST).status_code == 403


# Pages


def test_pages_lead_on_and_back(client, editor):
    for number in range(2 * PAGE_SIZE + 10):
        saved(make_draft(f"Post {number}"), number)
    first = client.get(LIST).context["cl"]
    second = client.get(LIST + first.older).context["cl"]
    third = client.get(LIST + second.older).context["cl"]
    shown = [article.title for page in (first, second, third) for article in page.result_list]
    assert shown == [f"Post {number}" for number in range(2 * PAGE_SIZE + 10)]
    assert (first.newer, third.older) == ("", "")
    back = client.get(LIST + third.newer).context["cl"]
    assert list(back.result_list) == list(second.result_list)
    last = client.get(LIST + first.oldest).context["cl"]
    assert [article.title for article in last.result_list][-1] == shown[-1]
    assert last.older == ""
    assert last.newer


def test_rows_saved_at_the_same_moment_are_on_one_page_each(client, editor):
    for number in range(PAGE_SIZE + 5):
        make_draft(f"Post {number}")
    Article.objects.update(saved_at=timezone.now())
    first = client.get(LIST).context["cl"]
    second = client.get(LIST + first.older).context["cl"]
    assert len({*first.result_list, *second.result_list}) == PAGE_SIZE + 5


@pytest.mark.parametrize("place", ["x", "1", "1-2-3", "-99999999999999999-1", "1-%00"])
def test_a_place_that_cannot_be_is_named_and_left_out(client, editor, place):
    make_draft("Here")
    answer = client.get(f"{LIST}?older={place}")
    assert "There is no such place in the list." in answer.content.decode()
    assert len(answer.context["cl"].result_list) == 1


def test_pages_keep_what_is_asked_for(client, editor):
    for number in range(PAGE_SIZE + 1):
        make_draft(f"Harbour {number}")
    page = client.get(f"{LIST}?q=harbour&state=draft").context["cl"]
    assert "q=harbour" in page.older
    assert "state=draft" in page.older


def test_not_more_are_counted_than_are_said(client, editor, monkeypatch):
    monkeypatch.setattr("articles.article_list.MOST_COUNTED", PAGE_SIZE)
    for _ in range(PAGE_SIZE + 1):
        make_draft()
    assert "More than" in text(client)


# Who else is here


def test_it_says_who_is_editing_at_this_moment(client, editor):
    colleague = make_user("Editor", username="budi")
    article = make_draft()
    Presence.objects.create(article=article, user=colleague)
    Presence.objects.create(article=article, user=editor)
    assert "budi is editing" in text(client)
    assert "editor is editing" not in text(client)
    Presence.objects.update(last_active=timezone.now() - timedelta(seconds=61))
    assert "budi is editing" not in text(client)


# What is said where there is nothing


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "There are no posts yet. Write the first one."),
        ("?q=harbour", "No post fits. Ask for less, or look under another status."),
        ("?state=trash", "The trash is empty."),
        ("?state=ended", "There is no post of this kind."),
    ],
)
def test_an_empty_list_says_so(client, editor, query, said):
    assert said in text(client, query)


@pytest.mark.parametrize("role", ["Editor", "Reporter"])
def test_the_list_costs_the_same_however_long(client, role, django_assert_max_num_queries):
    make_user("Editor", username="colleague")
    client.force_login(make_user(role))
    author, category, lead = make_author(), make_category(), make_image()
    for number in (60, 300):
        for _ in range(number):
            article = make_article(authors=[author], categories=[category], lead_image=lead)
        make_comment(article)
        Presence.objects.create(article=article, user=User.objects.get(username="colleague"))
        with django_assert_max_num_queries(13) as captured:
            client.get(LIST)
        if number == 60:
            before = len(captured)
    assert len(captured) == before
