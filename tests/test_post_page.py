"""The post page says what WordPress's says, in the same order."""

import re

import pytest

from articles.models import Page
from tests.factories import make_article, make_author, make_category, make_comment, make_tag
from tests.pages import comment_form, links, visible_lines

pytestmark = pytest.mark.django_db


def in_order(lines: list[str], expected: list[str]) -> bool:
    """Whether ``expected`` stand among ``lines`` in that order."""
    rest = iter(lines)
    return all(line in rest for line in expected)


@pytest.fixture
def article():
    return make_article(
        "The title",
        standfirst="The standfirst.",
        body="<p>First.</p><h2>Heading</h2><p>Last.</p>",
        authors=[make_author("Ana", bio="Writes about tea.")],
        categories=[make_category("Cloud"), make_category("Asia"), make_category("Talent")],
        tags=[make_tag("Chips")],
    )


def test_everything_stands_in_reading_order(client, article):
    make_comment(article, name="Farah", body="Good to see.")
    lines = visible_lines(client.get(article.get_absolute_url()))
    assert in_order(
        lines,
        [
            *("Cloud, Asia, Talent", "The title", "The standfirst.", "Ana Avatar", "By Ana"),
            *("First.", "Heading", "Last.", "Topics", "Chips"),
            *(
                "Ana Avatar",
                "Ana",
                "Writes about tea. All posts by Ana",
                "1 comment",
                "Good to see.",
            ),
            "Leave a Reply",
            "Your email address will not be published. Required fields are marked *",
            *("Comment *", "Name *", "Email *", "Website"),
            "Save my name, email, and website in this browser for the next time I comment.",
        ],
    )


def test_the_form_has_the_button_of_wordpress(client, article):
    _action, fields = comment_form(client.get(article.get_absolute_url()))
    assert fields["post"] == "Post Comment"


def test_categories_keep_the_editors_order(client):
    cities, asia = make_category("Cities", position=1), make_category("Asia", position=2)
    article = make_article(categories=[asia, cities])
    assert "Asia, Cities" in visible_lines(client.get(article.get_absolute_url()))


@pytest.mark.parametrize(
    ("names", "byline"),
    [(["B"], "By B"), (["B", "A"], "By B and A"), (["C", "A", "B"], "By C, A and B")],
)
def test_authors_sign_in_the_order_given(client, names, byline):
    article = make_article(authors=[make_author(name) for name in names])
    lines = visible_lines(client.get(article.get_absolute_url()))
    assert byline in lines
    assert [line for line in lines if line.endswith(" Avatar")] == [
        f"{n} Avatar" for n in names
    ] * 2


def test_it_links_to_its_categories_tags_and_author(client, article):
    found = links(client.get(article.get_absolute_url()))
    assert {"/category/cloud/", "/tag/chips/", "/author/ana/"} <= set(found)


def test_titles_and_names_are_escaped(client):
    article = make_article("<b>Bold</b> & more", authors=[make_author("<i>Ana</i>")])
    html = client.get(article.get_absolute_url()).content.decode()
    assert "<b>Bold" not in html
    assert "<i>Ana" not in html
    assert "&lt;b&gt;Bold&lt;/b&gt; &amp; more" in html


def test_non_breaking_spaces_of_a_pasted_title_become_ordinary(client):
    assert make_article("A\u00a0pasted  title ").title == "A pasted title"


def test_an_excerpt_has_no_markup_and_is_escaped_once(client):
    body = "<p>Tom &amp; Jerry &lt;3 x.</p><p>Second</p>"
    article = make_article(body=body, categories=[make_category("Cloud")])
    assert "Tom & Jerry <3 x. Second" in visible_lines(client.get("/category/cloud/"))
    assert (
        '<meta name="description" content="Tom &amp; Jerry &lt;3 x. Second">'
        in client.get(article.get_absolute_url()).content.decode()
    )


def test_times_are_written_as_html_allows(client, article):
    # The standard knows three digits after a second, Django's ISO format writes six.
    article.corrections.create(text="A word was wrong.")
    article.updated_at = article.published_at
    article.save()
    for address in [article.get_absolute_url(), "/", "/corrections/"]:
        times = re.findall(r'<time datetime="([^"]*)"', client.get(address).content.decode())
        assert times
        assert all(re.fullmatch(r"[\d-]{10}T[\d:]{8}\+0000", moment) for moment in times)


WIDE = "<table><tbody><tr><td>1</td></tr></tbody></table>"


@pytest.mark.parametrize(
    "make", [make_article, lambda title, body: Page.objects.create(title=title, body=body)]
)
def test_tables_and_code_are_named_regions_for_the_keyboard(client, make):
    one = make("Wide", body=f"{WIDE}<pre><code>x &lt;pre</code></pre>{WIDE}")
    html = client.get(one.get_absolute_url()).content.decode()
    region = '<section class="scroll" tabindex="0" aria-label'
    for name in ("Table", "Table 2"):
        assert html.count(f'{region}="{name}">{WIDE}</section>') == 1
    assert f'{region}="Code"><pre><code>x &lt;pre</code></pre></section>' in html
    one.refresh_from_db()
    assert "section" not in one.body


def test_closed_comments_say_so_and_show_no_form(client):
    article = make_article(comments_open=False)
    make_comment(article, body="Said before.")
    lines = visible_lines(client.get(article.get_absolute_url()))
    assert in_order(lines, ["Said before.", "Comments are closed."])
    assert "Leave a Reply" not in lines


def test_readers_get_no_cookie_and_nothing_from_elsewhere(client, article):
    for address in ["/", article.get_absolute_url(), "/category/cloud/"]:
        answer = client.get(address)
        assert not answer.cookies
        assert "Cookie" not in answer.get("Vary", "")
        assert not re.search(r'(src|action|srcset)="(https?:)?//', answer.content.decode())


def test_the_policy_allows_only_what_this_site_serves(client, article):
    policy = client.get(article.get_absolute_url())["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert not re.search(r"unsafe|https?:|\*|data:", policy)


def test_two_readers_get_the_same_bytes(client, article, django_user_model):
    make_comment(article)
    first = client.get(article.get_absolute_url(), headers={"user-agent": "one"})
    second = client.get(article.get_absolute_url(), headers={"user-agent": "two"})
    assert first.content == second.content
