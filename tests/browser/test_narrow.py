"""Nothing is wider than a small telephone, however long its words are."""

import pytest

from articles.models import Page
from tests.factories import (
    make_article,
    make_author,
    make_category,
    make_comment,
    make_image,
    make_tag,
)

LONG = "Donaudampfschifffahrtsgesellschaftskapitänswitwenrente"
TABLE = (
    f"<table><tbody><tr><th>{'Column</th><th>' * 9}Last</th></tr>"
    f"<tr><td>{'1,000,000</td><td>' * 9}1</td></tr></tbody></table>"
)


@pytest.fixture
def addresses():
    """One page of each kind, each name on it a single long word."""
    author = make_author(LONG, bio=LONG, links=f"https://{LONG.lower()[:50]}.example.org/")
    category, tag = make_category(LONG, description=LONG), make_tag(LONG)
    body = f"<h2>{LONG}</h2><p>{LONG}</p><ul><li>{LONG}</li></ul><blockquote><p>{LONG}</p>"
    body += f"</blockquote>{TABLE}<pre><code>{LONG * 3}</code></pre>"
    posts = [
        make_article(
            LONG,
            standfirst=LONG,
            body=body,
            lead_image=make_image(caption=LONG, credit=LONG) if number % 2 else None,
            authors=[author, make_author(LONG)],
            categories=[category],
            tags=[tag],
        )
        for number in range(15)
    ]
    post = posts[6]
    post.corrections.create(text=LONG)
    parent = None
    for _ in range(4):
        parent = make_comment(
            post, parent=parent, name=LONG, body=LONG, website="https://a.example"
        )
    Page.objects.create(title=LONG, slug="about", body=body)
    return {
        "home": "/",
        "list": "/page/2/",
        "post": post.get_absolute_url(),
        "reply": f"{post.get_absolute_url()}reply/{parent.pk}/",
        "category": category.get_absolute_url(),
        "tag": tag.get_absolute_url(),
        "author": author.get_absolute_url(),
        "archive": f"/{post.published_on.year}/",
        "corrections": "/corrections/",
        "search": f"/?s={LONG}",
        "nothing found": f"/?s={LONG * 3}",
        "page": "/about/",
    }


def test_no_page_scrolls_sideways_with_words_that_are_wider_than_it(page, addresses, axe):
    page.set_viewport_size({"width": 320, "height": 800})
    for kind, address in addresses.items():
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, kind
        cut = page.evaluate(
            """() => [...document.querySelectorAll("main *, header *, footer *")].filter((each) =>
              each.getBoundingClientRect().right > innerWidth + 1 && !each.closest(".scroll, pre")
            ).map((each) => each.outerHTML.slice(0, 100))"""
        )
        assert cut == [], kind
    page.goto(addresses["post"])
    assert axe(page) == []


def test_faces_stay_round_beside_long_texts(page, addresses):
    page.set_viewport_size({"width": 320, "height": 800})
    for kind in ("post", "author"):
        page.goto(addresses[kind])
        for face in page.locator("img.avatar").all():
            box = face.bounding_box()
            assert box["width"] == box["height"], kind


def test_the_keyboard_scrolls_wide_tables_and_code(page, addresses):
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(addresses["post"])
    for name in ("Table", "Code"):
        region = page.get_by_role("region", name=name, exact=True)
        assert region.evaluate("each => each.scrollWidth > each.clientWidth")
        region.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function(
            "name => document.querySelector(`[aria-label=${name}]`).scrollLeft > 0", arg=name
        )
