"""What was inserted and deleted is marked, so that both versions can be read from the result."""

import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from articles.marked_text import mark_html, mark_list, mark_text
from articles.richtext import clean

CHANGE = {"del": "gone", "ins": "new"}
VOID = {"br", "hr", "img"}
BLOCKS = re.compile(
    r"<(?:ins|del)>(?:(?!</(?:ins|del)>).)*<(?:p|h2|ul|li|table|tr|td)[ >]", re.DOTALL
)


class Reader(HTMLParser):
    """
    One version out of the marked text, as a list: every character with the inline elements around
    it, between the tags of blocks. Fails where tags do not match.
    """

    inline = {"a", "strong", "em", "cite", "s", "sub", "sup", "code"}

    def __init__(self, without):
        super().__init__()
        self.without, self.path, self.inline_path, self.out = without, [], [], []

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        change = attrs.pop("data-change", None)
        gone = tag == self.without or change == CHANGE.get(self.without, "none")
        hidden = tag == "span" or (bool(self.path) and self.path[-1][1]) or gone
        if tag not in VOID:
            self.path.append((tag, hidden))
        if hidden or tag in ("ins", "del"):
            return
        shown = (tag, *sorted(attrs.items()))
        if tag == "img":
            shown = ("img", attrs["src"], attrs.get("alt"))
        if tag in self.inline:
            self.inline_path.append(shown)
        else:
            self.out.append((shown, tuple(self.inline_path)))

    def handle_endtag(self, tag):
        opened, hidden = self.path.pop()
        assert opened == tag, f"</{tag}> closes <{opened}>"
        if hidden or tag in ("ins", "del"):
            return
        if tag in self.inline:
            self.inline_path.pop()
        else:
            self.out.append(f"/{tag}")

    def handle_data(self, data):
        if not (self.path and self.path[-1][1]):
            self.out += [(each, tuple(self.inline_path)) for each in data]


def read(html, without=""):
    reader = Reader(without)
    reader.feed(html)
    reader.close()
    assert reader.path == []
    return reader.out


WORDS = st.sampled_from(["the", "fox", "runs", "&amp;", "&lt;b&gt;", "新", "don’t", "a", ".", '"'])
TEXT = st.lists(WORDS, min_size=1, max_size=8).map(" ".join)
PICTURE = st.sampled_from(
    ['<img src="/media/a.jpg" alt="A">', '<img src="/media/b.jpg" alt="A" width="30">', "<br>"]
)


def wrapped(inside):
    tags = ["strong", "em", 'a href="https://a.example"', 'a href="https://b.example?a=1&amp;b"']
    return st.builds(
        lambda tag, text: f"<{tag}>{text}</{tag.split()[0]}>", st.sampled_from(tags), inside
    )


INLINE = st.lists(
    TEXT | PICTURE | wrapped(TEXT) | wrapped(wrapped(TEXT)), min_size=1, max_size=5
).map(" ".join)


def element(tag, inside):
    return inside.map(lambda text: f"<{tag}>{text}</{tag.split()[0]}>")


PARAGRAPH = st.one_of(
    *(element(tag, INLINE) for tag in ("p", "p", "p", 'p lang="de"', "h2", "pre")),
    INLINE,
    st.just("<hr>"),
)


def several(strategy):
    return st.lists(strategy, min_size=1, max_size=4).map("".join)


ITEMS = several(element("li", INLINE | several(PARAGRAPH)))
ROWS = several(element("tr", several(element("td", INLINE | st.just("")))))
BLOCK = st.one_of(
    PARAGRAPH,
    PARAGRAPH,
    element("ul", ITEMS),
    element("blockquote", several(PARAGRAPH)),
    element("table", element("tbody", ROWS)),
    element("figure", PICTURE.map(lambda picture: f"{picture}<figcaption>the fox</figcaption>")),
    element('a href="https://c.example"', several(element("p", TEXT))),
)
BODIES = st.lists(BLOCK, max_size=8)


@st.composite
def versions(draw):
    """Two bodies that have much in common."""
    before, others = draw(BODIES), draw(BODIES)
    after = [block for block in before if draw(st.integers(0, 3))]
    after = [re.sub(r"\bfox\b", "dog", block) if draw(st.booleans()) else block for block in after]
    for block in others[:3]:
        after.insert(draw(st.integers(0, len(after))), block)
    return clean("".join(before)), clean("".join(after))


@settings(deadline=None)
@given(versions())
@example(("<p>a <strong>b c</strong> d</p>", "<p>a b <strong>c d</strong></p>"))
@example(('<p>a <a href="/x">b</a> c</p>', "<p>a c</p>"))
@example(("<ul><li>a</li></ul>", "<ul><li>a<ul><li>b</li></ul></li></ul>"))
def test_each_version_can_be_read_from_the_marked_text(bodies):
    before, after = bodies
    marks = mark_html(before, after)
    assert read(marks.both, without="ins") == read(before)
    assert read(marks.both, without="del") == read(after)


@settings(deadline=None)
@given(versions())
def test_each_version_stands_alone_with_its_own_marks(bodies):
    before, after = bodies
    marks = mark_html(before, after)
    assert read(marks.before) == read(before)
    assert read(marks.after) == read(after)
    assert "<ins>" not in marks.before
    assert "<del>" not in marks.after


@settings(deadline=None)
@given(versions())
def test_no_mark_stands_around_a_block_and_no_link_is_left_empty(bodies):
    for html in mark_html(*bodies):
        assert not BLOCKS.search(html)
        assert not re.search(r"<(a|strong|em)(?: [^<>]*)?></\1>", html)


@settings(deadline=None)
@given(st.text(max_size=200), st.text(max_size=200))
def test_whatever_the_text_the_result_is_safe_and_balanced(before, after):
    for html in (*mark_html(before, after), *mark_text(before, after)):
        read(html)
        assert "<script" not in html.lower()


def bare(html):
    return re.sub(r'<span class="change-word">[^<]*</span>', "", html)


def marked(before, after):
    return bare(mark_html(before, after).both)


def test_a_changed_word_is_marked_within_its_paragraph():
    assert (
        marked("<p>A brown fox.</p><p>More.</p>", "<p>A red fox.</p><p>More.</p>")
        == "<p>A <del>brown</del><ins>red</ins> fox.</p><p>More.</p>"
    )


def test_a_new_paragraph_is_marked_as_a_whole():
    assert (
        marked("<p>One stays.</p>", "<p>One stays.</p><p>Two comes.</p>")
        == '<p>One stays.</p><p data-change="new"><ins>Two comes.</ins></p>'
    )


def test_a_paragraph_that_has_gone_is_marked_as_a_whole():
    assert (
        marked("<p>One stays.</p><p>Two goes.</p>", "<p>One stays.</p>")
        == '<p>One stays.</p><p data-change="gone"><del>Two goes.</del></p>'
    )


def test_another_address_of_a_link_shows():
    assert marked(
        '<p>See <a href="https://a.example">there</a>.</p>',
        '<p>See <a href="https://b.example">there</a>.</p>',
    ) == (
        '<p>See <del><a href="https://a.example">there</a></del>'
        '<ins><a href="https://b.example">there</a></ins>.</p>'
    )


def test_a_word_that_has_become_bold_shows():
    assert (
        marked("<p>Very big news.</p>", "<p>Very <strong>big</strong> news.</p>")
        == "<p>Very <del>big</del><ins><strong>big</strong></ins> news.</p>"
    )


def test_a_change_within_a_link_leaves_the_link_whole():
    link = '<p><a href="https://a.example">one {} three</a></p>'
    assert marked(link.format("two"), link.format("2")) == link.format("<del>two</del><ins>2</ins>")


def test_another_description_of_a_picture_can_be_seen():
    html = marked(
        '<p>x<img src="/media/a.jpg" alt="A cat"></p>',
        '<p>x<img src="/media/a.jpg" alt="A dog"></p>',
    )
    assert '<span class="change-alt" aria-hidden="true">A dog</span></ins>' in html


def test_the_size_of_a_picture_is_no_difference():
    picture = '<p><img src="/media/a.jpg" alt="A"{}></p>'
    assert "<ins>" not in marked(picture.format(' width="300"'), picture.format(' width="200"'))


def test_a_row_keeps_its_cells():
    row = "<table><tbody><tr><td>{}</td><td>same</td></tr></tbody></table>"
    assert marked(row.format("5"), row.format("7")) == row.format("<del>5</del><ins>7</ins>")


def test_words_without_spaces_are_told_apart():
    assert (
        marked("<p>今天下雨。</p>", "<p>今天下雪。</p>")
        == "<p>今天下<del>雨</del><ins>雪</ins>。</p>"
    )


def test_next_to_nothing_between_two_marks_joins_them():
    assert marked("<p>red cat here now</p>", "<p>big dog here now</p>") == (
        "<p><del>red cat</del><ins>big dog</ins> here now</p>"
    )


def test_marks_are_said_to_those_who_do_not_see_them():
    html = mark_text("one two", "one three").both
    assert html == (
        'one <del><span class="change-word"> [deletion begins] </span>two'
        '<span class="change-word"> [deletion ends] </span></del>'
        '<ins><span class="change-word"> [insertion begins] </span>three'
        '<span class="change-word"> [insertion ends] </span></ins>'
    )


def test_text_is_escaped():
    assert "<b>" not in mark_text("a <b>", "c <b>").both
    assert "<b>" not in mark_list(["a <b>"], ["c <b>"]).both


def test_markup_that_no_body_may_hold_is_taken_out():
    html = mark_html("<p>a</p>", '<p onclick="x()">a b<script>alert(1)</script></p>').both
    assert bare(html) == "<p>a<ins> b</ins></p>"


def test_names_are_marked_one_by_one():
    assert bare(mark_list(["Ana", "Bo"], ["Bo", "Cy"]).both) == (
        "<ul><li><del>Ana</del></li><li>Bo</li><li><ins>Cy</ins></li></ul>"
    )


def paragraphs(words, count=5000):
    return "".join(f"<p>{number} {words}</p>" for number in range(count))


HARD = {
    "5,000 paragraphs, every second edited": (
        paragraphs("the sea is calm and the wind is low today " * 4),
        re.sub(
            r"(\d*[13579]) the",
            r"\1 teh",
            paragraphs("the sea is calm and the wind is low today " * 4),
        ),
    ),
    "5,000 paragraphs, all others": (paragraphs("one two " * 10), paragraphs("three four " * 10)),
    "blocks that repeat": ("<p>a</p><p>b</p>" * 2500, "<p>b</p><p>a</p><p>a</p>" * 1666),
    "words that repeat": ("<p>" + "a b " * 250_000 + "</p>", "<p>" + "b a a " * 160_000 + "</p>"),
    "both repeat": (("<p>" + "a b " * 50 + "</p>") * 5000, ("<p>" + "b a a " * 34 + "</p>") * 5000),
    "tags that repeat": (
        "<p>" + "<em>a</em> b " * 9000 + "</p>",
        "<p>" + "<s>a</s> b " * 9000 + "</p>",
    ),
    "deep": (
        "<blockquote>" * 90 + "a" + "</blockquote>" * 90,
        "<em>" * 2000 + "b" + "</em>" * 2000,
    ),
}


@pytest.mark.parametrize("name", HARD)
def test_hard_texts_take_a_bounded_time(name):
    before, after = HARD[name]
    begun = time.process_time()
    marks = mark_html(before, after)
    # About a second on two old cores; four, because others may be at work.
    assert time.process_time() - begun < 4
    read(marks.both)


def test_what_is_the_same_far_from_a_change_can_be_left_out():
    before = [f"<p>Paragraph {number} of the text.</p>" for number in range(12)]
    after = [*before[:6], "<p>Paragraph 6 of our text.</p>", *before[7:]]
    html = bare(mark_html("".join(before), "".join(after), context=1).both)
    gap = '<p class="change-gap"></p>'
    change = "<p>Paragraph 6 of <del>the</del><ins>our</ins> text.</p>"
    assert html == f"{gap}{before[5]}{change}{before[7]}{gap}"
