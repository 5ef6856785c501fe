"""The number of words below the editor is the one that the post has."""

import pytest
from playwright.sync_api import expect

from articles.models import Article
from tests.browser.editing import saved, to_the_end

BODIES = {
    "paragraphs": "<p>One two.</p><p>Three</p>",
    "marks inside a word": "<p>Bre<strong>ak</strong>fast – at 8</p>",
    "lines": "<p>one<br>two</p><pre><code>three  four\nfive</code></pre>",
    "Chinese": "<p>新聞 and 日本のニュース</p>",
    "table": "<table><tbody><tr><th>a</th><td>b c</td></tr><tr><td>d</td><td></td></tr></tbody>"
    "</table>",
    "card": '<figure class="link-card"><p><a href="https://x.example/">All the ports</a></p>'
    "<figcaption>A list. <cite>x.example</cite></figcaption></figure>",
    "pull quote": '<figure class="pull-quote"><blockquote><p>a b</p></blockquote><figcaption>c'
    "</figcaption></figure>",
    "nothing": "",
    "a long read": f"<p>{'word ' * 1200}</p>",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_the_count_is_that_of_the_post(body, edit, page):
    edit(body)
    article = Article.objects.get()
    words, minutes = page.locator(".word-count span").all()
    expect(words).to_have_text(f"{article.word_count:,}")
    expect(minutes).to_have_text(str(article.reading_minutes))


def test_the_count_follows_what_is_typed(edit, page):
    to_the_end(edit("<p>One two</p>"))
    page.keyboard.type(" three")
    expect(page.locator(".word-count span").first).to_have_text("3")
    saved(page)
    assert Article.objects.get().word_count == 3
