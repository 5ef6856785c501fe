"""The editor of the body in the admin, under the site's own content security policy."""

import pytest
from playwright.sync_api import Locator, expect

from articles.richtext import TAGS
from tests.browser.editing import saved, text_box, to_the_end
from tests.factories import make_draft, make_picture, make_user

GOOGLE_DOCS = """<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-6f2c">
<h1 dir="ltr" style="line-height:1.38;margin-top:20pt;"><span style="font-size:20pt;font-family:
Arial,sans-serif;font-weight:400;font-style:normal;">The harbour</span></h1><p dir="ltr"
style="line-height:1.38;"><span style="font-weight:400;">Ships arrive </span><span
style="font-weight:700;">daily</span><span style="font-weight:400;">, often
</span><span style="font-style:italic;font-weight:400;">late</span><span
style="font-weight:400;">. See </span><a href="https://example.org/ports"
style="text-decoration:none;"><span style="color:#1155cc;text-decoration:underline;">the
list</span></a><span style="font-weight:400;">&nbsp;of ports, H</span><span
style="font-size:0.6em;vertical-align:sub;">2</span><span>O.</span></p><br /><ul
style="margin-top:0;padding-inline-start:48px;"><li dir="ltr" style="list-style-type:disc;"
aria-level="1"><p dir="ltr" style="line-height:1.38;" role="presentation"><span
style="font-weight:400;">First</span></p></li><ul style="margin-top:0;"><li dir="ltr"
style="list-style-type:circle;" aria-level="2"><p dir="ltr" role="presentation"><span
style="font-weight:400;">Inner</span></p></li></ul><li dir="ltr" aria-level="1"><p dir="ltr"
role="presentation"><span>Second</span></p></li></ul><div dir="ltr" style="margin-left:0pt;"
align="left"><table style="border:none;border-collapse:collapse;"><colgroup><col width="312"
/><col width="312" /></colgroup><tbody><tr style="height:0pt"><td style="border-left:solid #000
1pt;"><p dir="ltr" style="text-align:right;"><span>Port</span></p></td><td colspan="1"><p
dir="ltr"><span>Tonnes</span></p></td></tr></tbody></table></div></b><br
class="Apple-interchange-newline">"""
FROM_GOOGLE_DOCS = (
    "<h2>The harbour</h2>"
    "<p>Ships arrive <strong>daily</strong>, often <em>late</em>. See"
    ' <a href="https://example.org/ports">the list</a> of ports, H<sub>2</sub>O.</p>'
    "<ul><li>First<ul><li>Inner</li></ul></li><li>Second</li></ul>"
    "<table><tbody><tr><td>Port</td><td>Tonnes</td></tr></tbody></table>"
)

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"
xmlns:w="urn:schemas-microsoft-com:office:word" xmlns="http://www.w3.org/TR/REC-html40">
<head><meta name=Generator content="Microsoft Word 15"><link rel=File-List
href="file:///C:/Temp/msohtmlclip1/01/clip_filelist.xml">
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]-->
<style><!-- p.MsoNormal {mso-style-parent:""; font-size:11.0pt;} @list l0 {mso-list-id:1;} -->
</style></head><body lang=EN-US style='tab-interval:.5in'><!--StartFragment-->
<h1><span lang=EN-GB style='mso-ansi-language:EN-GB'>Annual report<o:p></o:p></span></h1>
<p class=MsoNormal><span lang=EN-GB>Profit rose by&nbsp;3&nbsp;% to <b><span
style='font-size:12.0pt'>a record</span></b>.<o:p></o:p></span></p>
<p class=MsoNormal><o:p>&nbsp;</o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-.25in;mso-list:l0 level1 lfo1'><![if
!supportLists]><span style='font-family:Symbol;mso-fareast-font-family:Symbol'><span
style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp; </span>
</span></span><![endif]>Ships<o:p></o:p></p>
<p class=MsoListParagraphCxSpMiddle style='margin-left:1.0in;mso-add-space:auto;text-indent:-.25in;
mso-list:l0 level2 lfo1'><![if !supportLists]><span style='font-family:"Courier New"'><span
style='mso-list:Ignore'>o<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span>
</span><![endif]>Ferries<o:p></o:p></p>
<p class=MsoListParagraphCxSpLast style='text-indent:-.25in;mso-list:l0 level1 lfo1'><![if
!supportLists]><span style='font-family:Symbol'><span style='mso-list:Ignore'>·<span
style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span></span><![endif]>Cranes<o:p></o:p>
</p>
<p class=MsoNormal>Then:<o:p></o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-.25in;mso-list:l1 level1 lfo2'><![if
!supportLists]><span style='mso-list:Ignore'>3.<span style='font:7.0pt "Times New Roman"'>&nbsp;
</span></span><![endif]>Third<o:p></o:p></p>
<p class=MsoListParagraphCxSpMiddle style='mso-list:l1 level2 lfo2'><![if !supportLists]><span
style='mso-list:Ignore'>a.<span>&nbsp; </span></span><![endif]>Detail<o:p></o:p></p>
<p class=MsoListParagraphCxSpLast style='mso-list:l1 level1 lfo2'><![if !supportLists]><span
style='mso-list:Ignore'>4.<span>&nbsp;</span></span><![endif]>Fourth<o:p></o:p></p>
<!--EndFragment--></body></html>"""
FROM_WORD = (
    "<h2>Annual report</h2>"
    "<p>Profit rose by 3 % to <strong>a record</strong>.</p>"
    "<ul><li>Ships<ul><li>Ferries</li></ul></li><li>Cranes</li></ul>"
    "<p>Then:</p>"
    '<ol start="3"><li>Third<ol type="a"><li>Detail</li></ol></li><li>Fourth</li></ol>'
)

WORDPRESS = """<meta charset='utf-8'><!-- wp:heading {"level":1} -->
<h1 class="wp-block-heading has-text-align-center" style="text-align:center">News</h1>
<!-- /wp:heading --><!-- wp:paragraph {"dropCap":true} -->
<p class="has-drop-cap" style="font-size:18px">A <mark style="background-color:#ff0">first</mark>
paragraph.</p><!-- /wp:paragraph --><h5 class="wp-block-heading">Small</h5>
<figure class="wp-block-image size-large"><img decoding="async" width="1024" height="683"
src="https://blog.example/wp-content/uploads/a.jpg" srcset="https://blog.example/a-300.jpg 300w"
alt="A ship"><figcaption class="wp-element-caption">A ship.</figcaption></figure>
<blockquote class="wp-block-quote"><p>All is well.</p><cite>The captain</cite></blockquote>
<figure class="wp-block-table is-style-stripes"><table class="has-fixed-layout"><thead><tr><th>
Port</th><th>Ships</th></tr></thead><tbody><tr><td>Oslo</td><td class="has-text-align-right"
data-align="right">3</td></tr></tbody></table><figcaption>Arrivals</figcaption></figure>
<pre class="wp-block-code"><code>make run
  --fast</code></pre><ol start="2" class="wp-block-list"><li>two</li></ol>"""
FROM_WORDPRESS = (
    "<h2>News</h2><p>A first paragraph.</p><h4>Small</h4>"
    "<blockquote><p>All is well.</p><p><cite>The captain</cite></p></blockquote>"
    "<figure><table><tbody><tr><th>Port</th><th>Ships</th></tr>"
    "<tr><td>Oslo</td><td>3</td></tr></tbody></table><figcaption>Arrivals</figcaption></figure>"
    '<pre><code>make run\n  --fast</code></pre><ol start="2"><li>two</li></ol>'
)

WEB_PAGE = """<meta charset='utf-8'><div class="article" style="color: rgb(0, 0, 0); font-family:
Georgia; font-size: 16px; white-space: normal;"><h6 id="top" onclick="alert(1)">Kicker</h6>
<div>One<span>&nbsp;</span>line</div><div><br></div><div>Another <i class="icon"></i><em
style="font-style: italic;">line</em> <span lang="fr">ici</span></div><p dir="rtl">שלום</p>
<script>alert(1)</script><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="><iframe
src="https://video.example/1"></iframe><a href="javascript:alert(1)">run</a><p>
<button type="button" style="color:red">Share</button></p></div>"""
FROM_WEB_PAGE = (
    "<h4>Kicker</h4><p>One line</p><p>Another <em>line</em> ici</p>"
    '<p dir="rtl">שלום</p><p>run</p><p>Share</p>'
)


def paste(box: Locator, *, html: str = "", text: str = "") -> None:
    box.evaluate(
        """(element, [html, text]) => {
          const clipboardData = new DataTransfer()
          if (html) clipboardData.setData("text/html", html)
          if (text) clipboardData.setData("text/plain", text)
          const options = { clipboardData, bubbles: true, cancelable: true }
          element.dispatchEvent(new ClipboardEvent("paste", options))
        }""",
        [html, text],
    )


def test_typed_text_is_stored(edit, page):
    edit().press_sequentially("Hello")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+b")
    page.keyboard.type("bold")
    assert saved(page) == "<p>Hello</p><p><strong>bold</strong></p>"


def test_the_form_to_add_a_post_has_the_editor_too(page, site, login):
    login(page, make_user("Reporter"))
    page.goto(f"{site}/admin/articles/article/add/")
    text_box(page).press_sequentially("Hello")
    page.get_by_label("Title:").fill("A title")
    assert saved(page) == "<p>Hello</p>"


def test_spaces_stay_where_they_are_typed(edit, page):
    edit().press_sequentially("two  spaces and one after bold ")
    page.keyboard.press("Control+b")
    page.keyboard.type(" x")
    assert saved(page) == "<p>two  spaces and one after bold <strong> x</strong></p>"


def test_undo_takes_back_a_paste(edit, page):
    box = edit("<p>Before</p>")
    to_the_end(box)
    paste(box, html="<h1>Pasted</h1>")
    expect(box).to_contain_text("Pasted")
    page.keyboard.press("Control+z")
    assert saved(page) == "<p>Before</p>"


@pytest.mark.parametrize(
    "clipboard, body",
    [
        (GOOGLE_DOCS, FROM_GOOGLE_DOCS),
        (WORD, FROM_WORD),
        (WORDPRESS, FROM_WORDPRESS),
        (WEB_PAGE, FROM_WEB_PAGE),
    ],
    ids=["Google Docs", "Word", "WordPress", "web page"],
)
def test_pasting_from(clipboard, body, edit, page):
    paste(edit(), html=clipboard)
    assert saved(page) == body


def test_pasted_plain_text_with_blank_lines_becomes_paragraphs(edit, page):
    paste(edit(), text="First\u00a0one.\n\nSecond one.\r\n\r\nThird.")
    assert saved(page) == "<p>First one.</p><p>Second one.</p><p>Third.</p>"


def test_copying_inside_the_editor_keeps_everything(edit, page):
    box = edit("<h2>A</h2><ul><li>b<ul><li>c  d</li></ul></li></ul><p><cite>e</cite></p>")
    box.press("Control+a")
    page.keyboard.press("Control+x")
    expect(box).to_have_text("")
    page.keyboard.press("Control+v")
    assert saved(page) == (
        "<h2>A</h2><ul><li>b<ul><li>c d</li></ul></li></ul><p><cite>e</cite></p>"
    )


@pytest.fixture
def pictures(settings):
    """Two files below MEDIA_URL."""
    settings.MEDIA_ROOT.mkdir()
    for name in ("a.jpg", "b.jpg"):
        (settings.MEDIA_ROOT / name).write_bytes(make_picture().read())


@pytest.mark.usefixtures("pictures")
def test_a_pasted_picture_of_this_site_stays(edit, page, site):
    figure = (
        '<figure><img src="{}/media/a.jpg" alt="A ship"><figcaption>At sea</figcaption></figure>'
    )
    paste(edit(), html=figure.format(site))
    assert saved(page) == figure.format("")


KEPT = [
    "<h2>a</h2><h3>b</h3><h4>c</h4><hr><p>x<br>y</p>",
    "<p>a <strong>b</strong> <em>c</em> <s>d</s> <sub>e</sub> <sup>f</sup> <code>g</code>"
    ' <cite>h</cite> <a rel="nofollow" href="/x" title="t">i</a>'
    ' <a href="mailto:a@b.example"><code>j</code></a></p>',
    '<p lang="fr">a <em lang="de">b</em></p><h2 lang="he" dir="rtl">x</h2>',
    '<ul lang="fr"><li lang="it">a</li></ul><blockquote lang="fr"><p>b</p></blockquote>',
    "<ul><li>a<ul><li>b</li></ul></li><li><p>c</p><p>d</p></li><li><h3>e</h3></li></ul>",
    '<ol start="4" type="a"><li>x</li></ol>',
    "<blockquote><p>a</p><p><cite>b</cite></p></blockquote>",
    "<pre><code>  a\n\n  b &lt;x&gt; <strong>c</strong></code></pre>",
    '<figure><img src="/media/a.jpg" alt="x" width="3" height="4"><figcaption>a <em>b</em>'
    "</figcaption></figure>",
    '<figure><a href="https://x.example/"><img src="/media/a.jpg" alt="x"></a></figure>',
    '<figure><figure><img src="/media/a.jpg" alt="x"></figure><figure><img src="/media/b.jpg"'
    ' alt="y"></figure><figcaption>a</figcaption></figure>',
    "<figure><blockquote><p>a</p></blockquote><figcaption>b</figcaption></figure>",
    '<figure><img src="/media/a.jpg" alt="x"><figcaption>a <cite>b</cite></figcaption></figure>',
    '<figure class="pull-quote"><blockquote lang="fr"><p>a <em>b</em></p><p>c<br>d</p></blockquote>'
    "<figcaption>e <strong>f</strong></figcaption></figure>",
    '<figure class="pull-quote"><blockquote><p>a</p></blockquote></figure>',
    '<figure class="link-card"><p><a href="https://x.example/?a=1&amp;b=2">T</a></p>'
    "<figcaption>A &lt;description&gt; <cite>x.example</cite></figcaption></figure>",
    '<figure class="link-card"><p><a href="http://y.example/">T</a></p>'
    "<figcaption><cite>y.example</cite></figcaption></figure>",
    '<table lang="fr"><tbody><tr dir="rtl"><th colspan="2" scope="col">a</th></tr><tr>'
    '<th scope="row">b</th><td></td></tr><tr><td rowspan="2">c</td><td><p>d</p><p>e</p></td></tr>'
    "<tr><td>f</td></tr></tbody></table>",
]


@pytest.mark.usefixtures("pictures")
def test_what_the_sanitiser_allows_survives_an_edit(edit, page):
    box = edit("".join(KEPT))
    box.press("Control+Home")
    page.keyboard.type("!")
    assert saved(page) == "".join(KEPT).replace("<h2>a", "<h2>!a", 1)


def test_every_allowed_element_is_among_those_tested():
    unknown = {tag for tag in TAGS if f"<{tag}" not in "".join(KEPT)}
    assert unknown == {"caption"}


def test_the_caption_of_a_table_becomes_one_that_can_be_edited(edit, page):
    box = edit("<table><caption>A <em>b</em></caption><tbody><tr><td>x</td></tr></tbody></table>")
    box.locator("td").click()
    page.keyboard.type("y")
    assert saved(page).startswith("<figure><figcaption>A <em>b</em></figcaption><table><tbody>")


def test_saving_without_touching_the_body_leaves_it_as_it_is(edit, page):
    body = "<table><caption>A</caption><tbody><tr><td>x  y</td></tr></tbody></table>"
    edit(body)
    assert saved(page) == body


def test_without_scripts_the_body_is_a_plain_text_area(browser, site, client):
    user = make_user("Editor")
    article = make_draft(body="<p>Hello</p>")
    client.force_login(user)
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}]
    )
    page = context.new_page()
    page.goto(f"{site}/admin/articles/article/{article.pk}/change/")
    expect(page.get_by_label("Body:")).to_have_value("<p>Hello</p>")
    context.close()


def test_clicking_the_label_goes_to_the_text(edit, page):
    box = edit()
    page.locator("label", has_text="Body:").click()
    expect(box).to_be_focused()


def test_screen_readers_are_told_what_the_field_is(edit):
    box = edit()
    expect(box).to_have_role("textbox")
    expect(box).to_have_accessible_name("Body:")
    expect(box).to_have_attribute("aria-multiline", "true")


def test_the_browser_marks_misspelt_words(edit):
    assert edit().evaluate("element => element.spellcheck") is True


def test_axe_finds_nothing_serious_in_the_field(edit, page, axe):
    edit("<h2>A</h2><p>b <a href='/x'>c</a></p><table><tbody><tr><td>d</td></tr></tbody></table>")
    assert not axe(page, ".field-body")
