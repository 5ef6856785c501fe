"""A site in Spanish, Arabic or Chinese speaks nothing else, and writes dates its own way."""

from datetime import UTC, datetime

import pytest
from django.core.management import call_command

from articles.models import Article
from comments.forms import BlankForm
from tests.factories import (
    make_article,
    make_author,
    make_category,
    make_comment,
    make_draft,
    make_tag,
)
from tests.pages import visible_lines
from tests.test_commenting import send

pytestmark = pytest.mark.django_db

LANGUAGES = ["es", "ar", "zh-hans"]
# The same in every language: names, numbers and what the fixture writes itself.
CONTENT = {
    *(
        "Newsroom",
        "404",
        "Ana",
        "Bo",
        "Asia",
        "Chips",
        "Title",
        "Standfirst.",
        "First.",
        "A word.",
        "Standfirst. · First.",
    ),
    *("Asia, Cloud", "Asia、Cloud", "Asia، Cloud", "Reader", "R", "Was wrong.", "Older", "Newer"),
    *(
        "LinkedIn",
        "WhatsApp",
        "Mastodon",
        "Bluesky",
        "Bio.",
        "Cloud",
        f"© {datetime.now(UTC):%Y} Newsroom",
        "2021",
    ),
}


@pytest.fixture
def article():
    made = make_article(
        "Title",
        standfirst="Standfirst.",
        body="<p>First.</p>",
        published_at=datetime(2021, 6, 9, 12, tzinfo=UTC),
        updated_at=datetime(2021, 6, 10, 15, 30, tzinfo=UTC),
        authors=[make_author("Ana", bio="Bio."), make_author("Bo")],
        categories=[make_category("Asia"), make_category("Cloud")],
        tags=[make_tag("Chips")],
    )
    made.corrections.create(
        text="Was wrong.", corrected_at=datetime(2021, 6, 10, 15, 30, tzinfo=UTC)
    )
    make_comment(made, name="Reader", body="A word.")
    for title, day in (("Older", 8), ("Newer", 10)):
        make_article(
            title,
            standfirst="Standfirst.",
            published_at=datetime(2021, 6, day, 12, tzinfo=UTC),
            authors=[make_author("Ana", slug=f"ana-{day}")],
            tags=made.tags.all(),
        )
    return made


def pages(client, article):
    """One answer of every kind that a reader can get."""
    address = article.get_absolute_url()
    comment = article.comments.get()
    yield client.get("/")
    yield client.get(address)
    yield client.get(f"{address}reply/{comment.pk}/")
    yield send(client, article, body="", name="", email="x", website="ftp://x", token="x")
    yield client.get("/category/asia/")
    yield client.get("/tag/chips/")
    yield client.get("/author/ana/")
    yield client.get("/2021/")
    yield client.get("/2021/06/")
    yield client.get("/corrections/")
    yield client.get("/?s=title")
    yield client.get("/?s=nowhere")
    yield client.get("/?s=-title")
    yield client.get("/nowhere/")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_of_english_is_left_on_any_page(client, settings, article, language):
    english = {line for page in pages(client, article) for line in visible_lines(page)} - CONTENT
    settings.LANGUAGE_CODE = language
    shown = {line for page in pages(client, article) for line in visible_lines(page)}
    assert len(english) > 50
    assert english & shown == set()


@pytest.mark.parametrize(("language", "direction"), [("es", ""), ("ar", "rtl"), ("zh-hans", "")])
def test_a_page_says_its_language_and_direction(client, settings, language, direction):
    settings.LANGUAGE_CODE = language
    attribute = f' dir="{direction}"' if direction else ""
    assert f'<html lang="{language}"{attribute}>' in client.get("/").content.decode()


@pytest.mark.parametrize(
    ("language", "day", "updated", "month", "year"),
    [
        ("en-gb", "9 Jun 2021", "10 Jun 2021, 3:30 p.m. UTC", "June 2021", "2021"),
        (
            "es",
            "9 de junio de 2021",
            "10 de junio de 2021 a las 15:30 UTC",
            "junio de 2021",
            "2021",
        ),
        ("ar", "9 يونيو 2021", "10 يونيو 2021، 3:30 م UTC", "يونيو 2021", "2021"),
        ("zh-hans", "2021年6月9日", "2021年6月10日 15:30 UTC", "2021年6月", "2021年"),
    ],
)
def test_dates_are_written_as_in_the_language(
    client, settings, article, language, day, updated, month, year
):
    settings.LANGUAGE_CODE = language
    page = client.get(article.get_absolute_url()).content.decode()
    assert f">{day}</time>" in page
    assert f">{updated}</time>" in page
    assert month in visible_lines(client.get("/2021/06/"))
    assert year in visible_lines(client.get("/2021/"))


@pytest.mark.parametrize(
    ("language", "three", "byline"),
    [
        ("en-gb", "A, B and C", "By A, B and C"),
        ("es", "A, B y C", "Por A, B y C"),
        ("ar", "A، B وC", "بقلم A، B وC"),
        ("zh-hans", "A、B和C", "作者：A、B和C"),
    ],
)
def test_names_are_joined_as_in_the_language(client, settings, language, three, byline):
    settings.LANGUAGE_CODE = language
    article = make_article(authors=[make_author(name) for name in "ABC"])
    assert article.byline == three
    assert byline in visible_lines(client.get(article.get_absolute_url()))


def test_a_post_that_nobody_signs_has_an_empty_byline():
    assert make_draft().byline == ""


def test_the_comment_form_of_one_language_is_not_shown_in_another(client, settings, article):
    """It is rendered once per process and language."""
    form = BlankForm("x")
    words = {"en-gb": "Post Comment", "es": "Publicar comentario"}
    words |= {"ar": "إرسال التعليق", "zh-hans": "发表评论"}
    for language in [*words, *words]:
        settings.LANGUAGE_CODE = language
        assert [there for there in words if f'"{words[there]}"' in form.html] == [language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_feeds_and_errors_for_machines_speak_it_too(client, settings, article, language):
    addresses = ["/feed/", "/comments/feed/", "/oembed/?url=x", "/oembed/?format=xml"]
    english = [client.get(address).content.decode() for address in addresses]
    settings.LANGUAGE_CODE = language
    shown = [client.get(address).content.decode() for address in addresses]
    assert f"<language>{language}</language>" in shown[0]
    for sentence, there in (
        *(("Latest posts", 0), ("Latest comments", 1), ("Reader on “Title”", 1)),
        *(("This is not the address", 2), ("Only format=json", 3)),
    ):
        assert sentence in english[there]
        assert sentence not in shown[there]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_language_passes_the_checks_of_the_framework(settings, language):
    settings.LANGUAGE_CODE = language
    call_command("check", tag=["translation"])


def test_chinese_is_counted_and_cut_by_its_characters():
    body = f"<p>{'新闻' * 460}。</p>"
    article = Article(body=body)
    assert article.reading_minutes == 4
    assert article.word_count == 921
    assert len(article.summary) == 320


def test_english_is_counted_by_its_words():
    article = Article(body=f"<p>{'word ' * 460}</p>")
    assert (article.reading_minutes, article.word_count) == (2, 460)
    assert article.summary == " ".join(["word"] * 40) + "…"
