"""Search finds what readers may see, the best first, and takes any input."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from django.utils.html import strip_tags

from articles import search_index
from articles.models import Article
from articles.search import find
from articles.search_excerpts import LENGTH, excerpt, title
from articles.search_words import MAX_TEXT, parse, plain, words
from tests.factories import make_article, make_author, make_category, make_draft, make_scheduled
from tests.pages import links, visible_lines

pytestmark = pytest.mark.django_db


def found(typed: str) -> list[str]:
    return [article.title for article in find(parse(typed)).articles]


def body_of(response) -> str:
    return response.content.decode().partition("<main")[2]


class TestFinding:
    def test_in_title_standfirst_and_body(self):
        make_article("Ferry", standfirst="A new harbour", body="<p>Tides decide.</p>")
        assert found("ferry") == found("harbour") == found("tides") == ["Ferry"]
        assert found("train") == []

    def test_all_words_wherever_they_stand(self):
        make_article("Ferry", body="<p>Tides</p>")
        assert found("ferry tides") == ["Ferry"]
        assert found("ferry trains") == []

    def test_a_phrase_only_in_its_order(self):
        make_article("Ferry", body="<p>The town council met.</p>")
        assert found('"town council"') == ["Ferry"]
        assert found('"council town"') == []

    def test_nothing_that_is_left_out(self):
        make_article("Ferry", body="<p>Town council</p>")
        make_article("Tram", body="<p>Town hall</p>")
        assert found("town -council") == ["Tram"]
        assert found('town -"town hall"') == ["Ferry"]
        assert found("town -council -hall") == []

    def test_the_beginning_of_the_last_word_only(self):
        make_article("Ferry", body="<p>Elections tomorrow</p>")
        assert found("tomorrow elec") == ["Ferry"]
        assert found("elec tomorrow") == []
        assert found('"elec"') == []

    @pytest.mark.parametrize("typed", ["łódź", "LODZ", "elysee", "ÉLYSÉE", "strasse", "Lo\u0301dz"])
    def test_without_accents_and_capitals(self, typed):
        make_article("Ferry", body="<p>Łódź, Élysée, Straße</p>")
        assert found(typed) == ["Ferry"]

    @pytest.mark.parametrize(
        ("body", "hit", "miss"),
        [
            ("北京市政府宣布新的计划。", "政府", "政市"),
            ("東京都知事がトヨタを訪問した", "トヨタ", "タヨト"),
            ("ประเทศไทยมีรัฐบาลใหม่", "รัฐบาล", "บาลรัฐ"),
            ("서울은 오늘 맑다", "서울", "울서"),
            ("हिन्दी समाचार", "हिन्दी", "हिन्द समा"),
            ("وصل الرئيس إلى القاهرة", "الى", "القاهر الى"),
        ],
        ids=["Chinese", "Japanese", "Thai", "Korean", "Hindi", "Arabic"],
    )
    def test_in_other_scripts(self, body, hit, miss):
        make_article("Ferry", body=f"<p>{body}</p>")
        assert found(hit) == ["Ferry"]
        assert found(miss) == []

    @pytest.mark.parametrize("typed", ["strong", "href", "example", "title", "lang", "amp", "p"])
    def test_no_markup(self, typed):
        make_article(
            "Ferry",
            body='<p lang="fr"><strong>A</strong> <a href="https://example.org/">b</a> &amp; c</p>',
        )
        assert found(typed) == []

    def test_a_word_across_inline_markup_but_not_across_paragraphs(self):
        make_article("Ferry", body="<p><strong>Ab</strong>bey</p><p>road</p>")
        assert found('"abbey road"') == ["Ferry"]
        assert found("abbeyroad") == []

    def test_signs_of_the_query_languages_are_text(self):
        make_article("Ferry", body="<p>one and two near three</p>")
        assert found("one AND two") == ["Ferry"]
        assert found("body:one") == found("one NOT") == found("NEAR(one") == []


class TestFollowing:
    """The index keeps up with every way of writing."""

    def test_a_change_by_update(self):
        make_article("Ferry", body="<p>old</p>")
        Article.objects.update(title="Tram", body="<p>new</p>")
        assert found("tram new") == ["Tram"]
        assert found("ferry") == found("old") == []

    def test_posts_made_and_changed_in_bulk(self):
        values = {"status": "published", "published_at": timezone.now()}
        Article.objects.bulk_create(
            Article(title=f"Post {number}", slug=f"post-{number}", **values) for number in range(3)
        )
        assert len(found("post")) == 3
        posts = list(Article.objects.all())
        for post in posts:
            post.standfirst = "Harbour"
        Article.objects.bulk_update(posts, ["standfirst"])
        assert len(found("harbour")) == 3

    def test_a_change_by_sql(self):
        make_article("Ferry")
        with connection.cursor() as cursor:
            cursor.execute("UPDATE articles_article SET body = '<p>Caf&eacute;s &lt;b</p>'")
        assert found("caf") == ["Ferry"]

    def test_a_deleted_post(self):
        article = make_article("Ferry")
        article.delete()
        with connection.cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM articles_search")
            assert cursor.fetchone() == (0,)

    def test_a_very_long_post_counts_in_part(self):
        make_article("Ferry", body=f"<p>first {'nothing ' * (MAX_TEXT // 8)} last</p>")
        make_article("Tram", body=f"<p>{''.join(map(chr, range(0x4E00, 0x9FFF))) * 6}</p>")
        assert found("first") == ["Ferry"]
        assert found("last") == []


class TestTheIndexItself:
    TRIGGERS = 3 if connection.vendor == "sqlite" else 1

    def triggers(self) -> int:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute(
                    "SELECT COUNT(*) FROM sqlite_master"
                    " WHERE type = 'trigger' AND name LIKE 'articles_search%'"
                )
            else:
                cursor.execute(
                    "SELECT COUNT(*) FROM pg_trigger WHERE tgname LIKE 'articles_search%'"
                )
            return cursor.fetchone()[0]

    def test_can_be_rebuilt_again_and_again(self, capsys):
        make_article("Ferry")
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM articles_search")
        assert found("ferry") == []
        for _ in range(2):
            call_command("rebuild_search")
            assert "holds 1 posts" in capsys.readouterr().out
            assert found("ferry") == ["Ferry"]
        Article.objects.update(title="Tram")
        assert found("tram") == ["Tram"]

    def test_can_be_removed_and_posts_still_be_written(self):
        search_index.remove(connection)
        assert self.triggers() == 0
        make_article("Ferry")
        search_index.build(connection)
        assert found("ferry") == ["Ferry"]

    @pytest.mark.django_db(transaction=True)
    def test_outlives_a_change_of_the_table_of_posts(self):
        old = Article._meta.get_field("title")
        new = old.clone()
        new.max_length = 210
        new.set_attributes_from_name("title")
        for before, after in [(old, new), (new, old)]:
            with connection.schema_editor() as editor:
                editor.alter_field(Article, before, after)
            Article.objects.filter(title="Ferry").delete()
            make_article("Ferry")
            call_command("migrate", verbosity=0)
            assert found("ferry") == ["Ferry"]
            assert self.triggers() == self.TRIGGERS

    @pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite needs mending")
    def test_is_not_put_back_where_it_was_removed(self):
        search_index.remove(connection)
        search_index.mend("default")
        assert self.triggers() == 0

    @pytest.mark.parametrize(
        "text",
        [
            "Straße Łódź İstanbul ΟΔΟΣ e\u0301 soft\u00adhyphen sub_word a/b 3.5% Acme™ ① ½ ﬁre",
            "中文C919飞机 ﾄﾖﾀ ประเทศไทย 서울은 हिन्दी مُحَمَّد שָׁלוֹם é\u0301 👩‍👧 “a”—b…c",
        ],
    )
    def test_folds_as_python_does(self, text):
        with connection.cursor() as cursor:
            cursor.execute("SELECT articles_search_words(%s)", [text])
            assert cursor.fetchone()[0].split() == words(text)

    @pytest.mark.parametrize(
        "html",
        [
            '<p>a<b>c</b> <a href="x" title=">">d</a> &amp;lt; &lt;i&gt;</p>',
            "1 < 2 > 1",
            "<!-- x -->y",
        ],
    )
    def test_reads_bodies_as_python_does(self, html):
        with connection.cursor() as cursor:
            cursor.execute("SELECT articles_search_plain(%s)", [html])
            assert cursor.fetchone()[0].split() == plain(html).split()


class TestWhoMayBeFound:
    def test_only_published_posts(self):
        make_draft("Ferry draft")
        make_scheduled("Ferry tomorrow")
        make_article("Ferry")
        assert find(parse("ferry")).total == 1
        assert found("ferry") == ["Ferry"]

    def test_a_scheduled_post_from_its_second_on(self, monkeypatch):
        article = make_scheduled("Ferry")
        second = timedelta(seconds=1)
        monkeypatch.setattr(timezone, "now", lambda: article.published_at - second)
        assert found("ferry") == []
        monkeypatch.setattr(timezone, "now", lambda: article.published_at)
        assert found("ferry") == ["Ferry"]

    def test_not_a_post_taken_back(self):
        make_article("Ferry")
        Article.objects.update(status=Article.Status.DRAFT)
        assert found("ferry") == []


class TestOrder:
    def test_title_before_standfirst_before_body(self):
        old = timezone.now() - timedelta(days=4_000)
        make_article("In the body", body="<p>Ferry, ferry, ferry and ferry</p>")
        make_article("In the standfirst", standfirst="A ferry", published_at=old)
        make_article("In the ferry title", published_at=old)
        for number in range(4):
            make_article(f"Other {number}")
        assert found("ferry") == ["In the ferry title", "In the standfirst", "In the body"]

    def test_newer_before_older(self):
        now = timezone.now()
        for years in [3, 1, 2]:
            make_article(f"Ferry {years}", published_at=now - timedelta(days=365 * years))
        assert found("ferry") == ["Ferry 1", "Ferry 2", "Ferry 3"]

    def test_the_whole_word_before_longer_ones(self):
        make_article("Artist", published_at=timezone.now())
        make_article("Art", published_at=timezone.now() - timedelta(days=30))
        for number in range(4):
            make_article(f"Other {number}")
        assert found("art") == ["Art", "Artist"]

    def test_the_last_written_first_among_equals(self):
        now = timezone.now()
        posts = [make_article("Ferry", published_at=now) for _ in range(12)]
        first, second = find(parse("ferry")), find(parse("ferry"), offset=10)
        assert first.articles + second.articles == posts[::-1]
        assert (first.total, second.total) == (12, 12)


class TestExcerpts:
    def excerpt(self, typed: str, **values) -> str:
        return str(excerpt(Article(**values), parse(typed)))

    def test_the_words_are_marked(self):
        text = self.excerpt('"town council" budg', body="<p>The Town Council's budgets.</p>")
        assert text == "The <mark>Town Council</mark>&#x27;s <mark>budgets</mark>."

    def test_the_title_too(self):
        article = Article(title="Café & <Ferry>")
        assert title(article, parse("cafe ferry")) == (
            "<mark>Café</mark> &amp; &lt;<mark>Ferry</mark>&gt;"
        )

    def test_everything_else_is_escaped(self):
        text = self.excerpt("script", body="<p>&lt;script&gt;alert(1)&lt;/script&gt; &amp;lt;</p>")
        assert text == ("&lt;<mark>script</mark>&gt;alert(1)&lt;/<mark>script</mark>&gt; &amp;lt;")

    def test_it_is_cut_around_the_best_spot(self):
        body = f"<p>ferry {'before ' * 80}harbour ferry {'after ' * 80}</p>"
        text = self.excerpt("ferry harbour", body=body)
        assert text.startswith("… before")
        assert text.endswith("after …")
        assert "<mark>harbour</mark> <mark>ferry</mark>" in text
        assert LENGTH - 20 < len(strip_tags(text)) <= LENGTH + 4

    def test_without_a_match_in_the_text_it_is_the_beginning(self):
        text = self.excerpt("title", standfirst="Above", body=f"<p>{'word ' * 100}</p>")
        assert text.startswith("Above · word word")

    def test_overlapping_matches_are_marked_once(self):
        text = self.excerpt('"town council" "council house"', body="<p>town council house</p>")
        assert text == "<mark>town council</mark><mark> house</mark>"

    def test_scripts_without_spaces(self):
        text = self.excerpt("政府", body=f"<p>{'的' * 300}市政府{'的' * 300}</p>")
        assert "市<mark>政府</mark>的" in text
        assert len(strip_tags(text)) <= LENGTH + 4

    def test_a_word_longer_than_an_excerpt(self):
        text = self.excerpt("aaa", body=f"<p>{'a' * 1_000}</p>")
        assert text == f"<mark>{'a' * LENGTH}</mark> …"

    def test_what_is_left_out_is_not_marked(self):
        assert self.excerpt("ferry -tram", body="<p>Ferry</p>") == "<mark>Ferry</mark>"


class TestThePage:
    def test_shows_the_query_the_count_and_the_posts(self, client):
        category = make_category("Harbour")
        article = make_article(
            "Ferry", authors=[make_author("Ana")], categories=[category], body="<p>The ferry.</p>"
        )
        answer = client.get("/", {"s": ' "Ferry'})
        lines = visible_lines(answer)
        assert 'Search: "Ferry' in lines
        assert "1 post found" in lines
        assert "Harbour" in lines
        assert article.get_absolute_url() in links(answer)
        assert 'value="&quot;Ferry"' in body_of(answer)
        assert '<h2 class="card-title"><a' in body_of(answer)
        assert "The <mark>ferry</mark>." in body_of(answer)

    def test_is_no_page_for_search_engines(self, client):
        head = client.get("/?s=ferry").content.decode().partition("</head>")[0]
        assert '<meta name="robots" content="noindex">' in head
        assert "<title>Search: ferry · Newsroom</title>" in head

    def test_every_id_on_it_is_unique_and_every_input_has_a_label(self, client):
        html = client.get("/?s=ferry").content.decode()
        for name in ["search", "search-again"]:
            assert html.count(f'id="{name}"') == html.count(f'for="{name}"') == 1

    def test_every_page_has_the_form(self, client):
        article = make_article()
        for address in ["/", article.get_absolute_url()]:
            html = client.get(address).content.decode()
            assert '<label class="hidden" for="search">Search posts</label>' in html
            assert 'name="s" id="search" maxlength=' in html

    def test_has_ten_posts_and_leads_on(self, client):
        for _ in range(21):
            make_article("Ferry & tram")
        first = client.get("/", {"s": "ferry & tram"})
        second = client.get("/page/2/", {"s": "ferry & tram"})
        assert "21 posts found" in visible_lines(first)
        counted = '<h2 class="card-title">'
        assert body_of(first).count(counted) == 10
        assert body_of(second).count(counted) == 10
        assert "/page/2/?s=ferry%20%26%20tram" in links(first)
        assert "/?s=ferry%20%26%20tram" in links(second)
        assert "/page/3/?s=ferry%20%26%20tram" in links(second)
        assert "Page 2 of 3" in body_of(second)

    @pytest.mark.parametrize("number", ["0", "2", "9" * 30])
    @pytest.mark.parametrize("words", ["ferry", "nothing", ""])
    def test_beyond_the_end_there_is_none(self, client, number, words):
        make_article("Ferry")
        assert client.get(f"/page/{number}/", {"s": words}).status_code == 404

    def test_the_first_has_only_one_address(self, client):
        answer = client.get("/page/1/?s=town+council")
        assert (answer.status_code, answer["Location"]) == (302, "/?s=town+council")

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ("zzz", "No post has all of these words."),
            ("-ferry", "Add a word to look for: so far there are only words to leave out."),
            ('"**"', "There is no word in this to look for."),
        ],
    )
    def test_without_a_result_helps_on(self, client, typed, sentence):
        make_category("Harbour")
        make_article("Ferry")
        answer = client.get("/", {"s": typed})
        assert answer.status_code == 200
        assert sentence in visible_lines(answer)
        assert "Or read on: Latest posts, Harbour" in visible_lines(answer)

    @pytest.mark.parametrize("typed", ["", "  ", "\0"])
    def test_without_a_query_shows_how_to_ask(self, client, typed):
        answer = client.get("/", {"s": typed})
        assert answer.status_code == 200
        assert "No post has all of these words." not in visible_lines(answer)
        assert any("Quotation marks" in line for line in visible_lines(answer))
        assert "<title>Search · Newsroom</title>" in answer.content.decode()

    def test_is_only_read(self, client):
        assert client.post("/?s=ferry").status_code == 405

    def test_text_cannot_leave_its_place(self, client):
        make_article("<script>alert(1)</script>")
        html = body_of(client.get("/", {"s": '"><script>alert(1)</script>'}))
        assert "<script" not in html

    @pytest.mark.parametrize("posts", [30, 3_000])
    def test_costs_five_queries_however_many_posts(self, client, django_assert_num_queries, posts):
        now, author, category = timezone.now(), make_author(), make_category()
        made = Article.objects.bulk_create(
            Article(
                title=f"Ferry {number}",
                slug=f"ferry-{number}",
                body="<p>A tram.</p>",
                status=Article.Status.PUBLISHED,
                published_at=now - timedelta(hours=number),
            )
            for number in range(posts)
        )
        for article in made[:30]:
            article.sign(author)
            article.file_under(category)
        with django_assert_num_queries(5):
            answer = client.get("/?s=ferry+tram")
        assert f"{posts:,} posts found" in visible_lines(answer)
        with django_assert_num_queries(5):
            client.get("/page/3/?s=ferry+tram")


@pytest.mark.parametrize(
    "typed",
    [
        *("NEAR(", "NEAR(a b, 5)", "AND", "OR NOT", "a AND OR NOT b", "title:a", "-title:a", "^a"),
        *("*", "a*", "*a", '"', '"""', 'a"b"c', "'", "a'b", "a'':*", "(", ")", "((a", "a\\", "\\"),
        *("{title}:a", "a+b", "a & b", "a | !b", "a <-> b", "a:*", "a:ABCD", "!", "%", "%s", "%%"),
        *(
            "\0",
            "a\0b",
            "\ud800",
            "a\udfffb",
            "-",
            "--a",
            "-a",
            '-"a b"',
            "-a -b",
            '-"',
            "x" * 5000,
        ),
        *("word " * 20_000, '"' * 100_000, "中" * 100_000, "́" * 500, "🇩🇪", "ß", "½", "٣", "1e5"),
    ],
)
def test_any_input_is_a_search(client, typed):
    make_article("A b c", body="<p>a b c ß ½ 中中</p>")
    assert find(parse(typed)).total in (0, 1)
    answer = client.get("/", {"s": typed.encode(errors="surrogatepass")})
    assert answer.status_code == 200
