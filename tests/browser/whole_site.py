"""A small newsroom with a page of every kind that a reader can come across."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.utils import timezone

from articles.front import PAGE_SIZE
from articles.models import Article, Page
from articles.shared_links import share
from comments.mail_links import APPEAL, CONFIRM, UNSUBSCRIBE, YOUR_DATA
from comments.models import Address, Comment, Letter, Subscription
from comments.pages import own_address
from comments.tokens import form_token
from tests.factories import (
    make_article,
    make_author,
    make_category,
    make_comment,
    make_draft,
    make_image,
    make_picture,
    make_tag,
    make_user,
)

# No word in it may be broken, and a list of such words must wrap.
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"


class Kind(NamedTuple):
    """Where a page is. One that only answers to a form has the ``data`` that is sent to it."""

    address: str
    data: dict[str, str] | None = None
    status: int = 200


def make_whole_site() -> dict[str, Kind]:
    """Fill the database; the pages by the name of their kind."""
    story = make_story()
    address = story.get_absolute_url()
    parent = story.comments.order_by("pk")[0]
    held = make_comment(story, status=Comment.Status.HELD)
    own, withdrawn = make_comment(story), make_comment(story)
    withdrawn.withdraw()
    late = make_comment(story, created_at=timezone.now() - timedelta(days=1))
    typed = {"body": f"Mine: {LONG}", "name": LONG[:60], "email": "me@example.org"}
    typed["token"] = form_token(story)
    long, head = make_long_discussion()
    quiet = make_article("Nobody has said anything", authors=[make_author("Ana Ruiz")])
    closed = make_article("Discussed to the end", comments_open=False)
    make_comment(closed)
    author, category = story.ordered_authors[0], story.ordered_categories[0]
    for number in range(PAGE_SIZE + 2):
        when = timezone.now() - timedelta(days=3, minutes=number)
        make_article(f"Harbour notes {number}", published_at=when, categories=[category])
    changed = make_changed()
    Page.objects.create(title="About us", body="<h2>Who we are</h2><p>People.</p>")
    return {
        "home": Kind("/"),
        "further page of home": Kind("/page/2/"),
        "category": Kind(category.get_absolute_url()),
        "further page of a category": Kind(f"{category.get_absolute_url()}page/2/"),
        "empty category": Kind(make_category("Quiet").get_absolute_url()),
        "tag": Kind(story.tags.all()[0].get_absolute_url()),
        "author": Kind(author.get_absolute_url()),
        "year": Kind("/2021/"),
        "month": Kind("/2021/06/"),
        "day": Kind("/2021/06/09/"),
        "page": Kind("/about-us/"),
        "corrections": Kind("/corrections/"),
        "post": Kind(address),
        "changes": Kind(f"{changed.get_absolute_url()}changes/"),
        "further page of changes": Kind(f"{changed.get_absolute_url()}changes/page/2/"),
        "changed post": Kind(changed.get_absolute_url()),
        "post without comments": Kind(quiet.get_absolute_url()),
        "closed discussion": Kind(closed.get_absolute_url()),
        "reply": Kind(f"{address}reply/{parent.pk}/"),
        "waiting comment": Kind(own_address(held, story)),
        "own comment": Kind(own_address(own, story)),
        "withdrawn comment": Kind(own_address(withdrawn, story)),
        "own comment with errors": Kind(f"{own_address(own, story)}edit/", {"body": ""}, 422),
        "change too late": Kind(f"{own_address(late, story)}edit/", {"body": "My words."}, 403),
        "preview": Kind(f"{address}reply/", typed | {"preview": "1"}),
        "long discussion": Kind(long.get_absolute_url()),
        "further page of comments": Kind(f"{long.get_absolute_url()}comment-page-2/"),
        "long thread": Kind(f"{long.get_absolute_url()}thread/{head.pk}/"),
        "report": Kind(f"{address}report/{parent.pk}/"),
        "report with errors": Kind(f"{address}report/{parent.pk}/", {"text": "x" * 1001}, 422),
        "reported": Kind(f"{address}report/{parent.pk}/thanks/"),
        "form with errors": Kind(f"{address}reply/", {"body": "", "email": "nobody"}, 422),
        "refused comment": Kind(f"{closed.get_absolute_url()}reply/", {"body": "My words."}, 403),
        **mail_pages(story, held),
        **shared_links(story),
        "search": Kind("/?s=harbour"),
        "search without results": Kind("/?s=unheard-of"),
        "search without words": Kind("/?s=-harbour"),
        "search before it begins": Kind("/?s="),
        "missing": Kind("/nothing-here/", status=404),
        "too many requests": Kind("/errors/429/", status=429),
        "failure": Kind("/errors/500/", status=500),
        "maintenance": Kind("/errors/503/", status=503),
    }


def shared_links(story: Article) -> dict[str, Kind]:
    """What people without a login are sent to see before it is published."""
    story.propose({"title": f"Better: {LONG}"})
    draft = make_draft(f"Planned: {LONG}")
    draft.revise({"body": f"<p>{LONG}</p>"})
    return {
        "shared preview": Kind(share(draft.revisions.latest("number"), 7).path),
        "shared preview of a public post": Kind(share(story.pending, 7).path),
        "expired preview": Kind(share(story.pending, -1).path, status=410),
        "forged preview": Kind("/preview/forged/", status=404),
    }


def mail_pages(story: Article, held: Comment) -> dict[str, Kind]:
    """What the links in mails lead to, and the forms that ask for such mails."""
    notify = f"{own_address(held, story)}notify/"
    address = Address.objects.of("farah@example.org")
    asked, answered = (
        Subscription.objects.create(address=address, thread=thread, confirmed_at=when)
        for thread, when in ((held, None), (story.comments.earliest("pk"), timezone.now()))
    )
    refuses = Address.objects.create(email="quiet@example.org", refuses_mail=True)
    rejected = make_comment(story, status=Comment.Status.HELD, body=f"No.\n\n{LONG}")
    decision = rejected.reject(by=make_user(), reason="Off topic", message=f"Sorry.\n{LONG}")
    letter = Letter.objects.create(kind="data", key="data", to=rejected.email)
    return {
        "notify": Kind(notify),
        "notify asked": Kind(f"{notify}?asked=yes"),
        "notify done": Kind(f"{notify}?done=yes"),
        "confirm": Kind(CONFIRM.path(asked.pk)),
        "confirmed": Kind(CONFIRM.path(answered.pk)),
        "unsubscribe": Kind(UNSUBSCRIBE.path(address.pk, answered.thread_id)),
        "unsubscribe from all": Kind(UNSUBSCRIBE.path(address.pk, 0)),
        "unsubscribed": Kind(UNSUBSCRIBE.path(refuses.pk, 0)),
        "unknown address": Kind(UNSUBSCRIBE.path(4711, 0)),
        "appeal": Kind(APPEAL.path(decision.pk)),
        "appeal with errors": Kind(APPEAL.path(decision.pk), {"body": ""}, 422),
        "forged link": Kind("/comments/confirm/forged/", status=404),
        "privacy": Kind("/comments/privacy/"),
        "your data": Kind("/comments/your-data/"),
        "your data asked": Kind("/comments/your-data/?asked=yes"),
        "your data with errors": Kind("/comments/your-data/", {"email": "nobody"}, 422),
        "your data opened": Kind(YOUR_DATA.path(letter.pk)),
        "your data to erase": Kind(YOUR_DATA.path(letter.pk), {"what": "erase"}),
    }


def make_changed() -> Article:
    """A post with two pages of changes of every kind, which readers can see."""
    image = make_image(make_picture((1300, 800)), renditions=True, alt="A chart")
    table = "<table><tbody><tr><th>Berth</th><td>{}</td></tr></tbody></table>"
    source = f'<figure><img src="{image.original.url}" alt="'
    figure, other = (f'{source}{alt}"><figcaption>Left.</figcaption></figure>' for alt in "AB")
    quiet = "<p>Nothing was changed here.</p>" * 5
    article = make_article(
        "What became of the berths",
        body=f"{quiet}<h2>The plan</h2><p>Four berths by June.</p>{table.format(4)}<hr>",
        show_changes="yes",
    )
    later = f"{quiet}<h2>The plan</h2><p>Five <strong>berths</strong> by June.</p>{table.format(5)}"
    link = '<p><a href="https://example.org/{}">The report</a>.</p><pre>x = {}</pre>'
    article.publish_changes({"body": later}, is_update=True, correction=f"Five, not four. {LONG}")
    for number in (1, 2):
        code = link.format(number, LONG * number)
        article.publish_changes({"body": f"{later}{code}{figure}<ul><li>{number}</li></ul>"})
    article.publish_changes({"body": f"{later}{other}"})
    article.publish_changes({"lead_image": image.pk, "authors": [make_author(LONG[:60]).pk]})
    for number in range(8):
        article.publish_changes({"title": f"What became of berth {number}"})
    return article


def make_long_discussion() -> tuple[Article, Comment]:
    """A post with two pages of threads, and the head of one that is folded."""
    article = make_article("Discussed at length")
    heads = Comment.objects.bulk_create(
        Comment(article=article, name=f"Reader {number}", body="Yes.", status="published")
        for number in range(52)
    )
    head = heads[0]
    Comment.objects.bulk_create(
        Comment(
            article=article,
            parent=head,
            thread=head,
            name=f"Reader {number}",
            body="I see.",
            status="published",
        )
        for number in range(205)
    )
    heads[51].feature(by=make_user())
    heads[50].edit(f"Longer: {LONG}", by=make_user())
    make_comment(article, user=make_user(), name="Bo", parent=heads[1])
    return article, head


def make_story() -> Article:
    """A post that has everything a post can have."""
    lead, inside = (
        make_image(
            make_picture((1300, 800)),
            renditions=True,
            alt=f"A ship {where}",
            caption="A ship, left and right.",
            credit="Ana Ruiz",
        )
        for where in ("at sea", "in port")
    )
    story = make_article(
        f"Ships & <harbours> of the {LONG}",
        standfirst="All about ships, and what they carry.",
        body=f"""
            <p>Ships are <a href="/about-us/">large</a>, and <strong>heavy</strong>.</p>
            <h2>What they carry</h2>
            <ul><li>Rice</li><li>{LONG}</li></ul>
            <figure><img src="{inside.file.url}" alt="A ship in port"><figcaption>In port
            </figcaption></figure>
            <h3>In numbers</h3>
            <table><thead><tr><th>Ship</th><th>Length in metres</th><th>Launched</th><th>Flag</th>
            </tr></thead><tbody><tr><td>First</td><td>1234567</td><td>1999</td><td>{LONG}</td></tr>
            </tbody></table>
            <ol><li>One</li><li>Two</li></ol>
            <blockquote><p>The sea is wide.</p></blockquote>
            <figure><blockquote><p>It is wide indeed.</p></blockquote></figure>
            <figure class="pull-quote"><blockquote><p>It carries {LONG}.</p></blockquote>
            <figcaption>The captain</figcaption></figure>
            <figure class="link-card"><p><a href="https://example.org/ports">Ports of the {LONG}</a>
            </p><figcaption>All of them. <cite>example.org</cite></figcaption></figure>
            <pre><code>{"a long line of code " * 8}</code></pre>
            <p>The end, with <code>code</code> and <em>stress</em>.</p><hr><p>After it.</p>
        """,
        published_at=datetime(2021, 6, 9, 1, tzinfo=UTC),
        updated_at=datetime(2021, 6, 10, tzinfo=UTC),
        authors=[
            make_author(
                "Ana", bio="Ana writes.", avatar=make_picture(), links="https://ana.example/"
            ),
            make_author("Bo"),
            make_author("Cy"),
        ],
        categories=[make_category("Cloud", description="Of clouds."), make_category("Asia")],
        tags=[make_tag("Chips"), make_tag("Ports")],
        lead_image=lead,
    )
    story.corrections.create(
        text="It was two ships.", corrected_at=datetime(2021, 6, 11, tzinfo=UTC)
    )
    story.corrections.create(text="No, three.", corrected_at=datetime(2021, 6, 12, tzinfo=UTC))
    make_article("The next one", tags=story.tags.all(), lead_image=lead)
    make_article("An older one", published_at=datetime(2020, 1, 1, tzinfo=UTC))
    first = make_comment(story, website="https://example.org/", body=f"Fine.\n\n{LONG}")
    answer = make_comment(story, parent=first, body="I think so too: https://example.org/a/b")
    make_comment(story, parent=answer)
    gone = make_comment(story)
    make_comment(story, parent=gone)
    Comment.objects.filter(pk=gone.pk).update(status=Comment.Status.SPAM)
    return story
