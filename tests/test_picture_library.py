"""The library: pictures are found, replaced everywhere, and kept while anything shows them."""

import importlib
import json
import re

import pytest
from django.apps import apps
from django.core.files.storage import default_storage
from django.db.models import ProtectedError

from articles.models import Article, Autosave, Image, Page, PictureUse
from articles.sitemaps import PAGE_SIZE
from tests.factories import (
    make_article,
    make_author,
    make_category,
    make_draft,
    make_image,
    make_picture,
    make_user,
)
from tests.pages import links, visible_lines
from tests.test_article_admin import change as post_form
from tests.test_article_admin import form as post_data

pytestmark = pytest.mark.django_db

LIST = "/admin/articles/image/"


def change(image):
    return f"{LIST}{image.pk}/change/"


def delete(image):
    return f"{LIST}{image.pk}/delete/"


def form(image, **values):
    names = ("alt", "caption", "credit", "focal_x", "focal_y")
    return {name: getattr(image, name) for name in names} | values


def showing(image):
    return f'<p>Text.</p><img src="{image.file.url}">'


def replaced(image):
    """``image`` with another file; the old address."""
    old = image.file.url
    image.file = make_picture((120, 90))
    image.save()
    return old


def users(image):
    """What uses ``image``."""
    return {str(use) for use in PictureUse.objects.filter(image=image)}


# What counts as used


def test_every_way_of_writing_is_followed(client, editor):
    lead, inside, other = make_image(), make_image(), make_image()
    data = post_data(title="By form", lead_image=lead.pk, body=showing(inside))
    client.post("/admin/articles/article/add/", data)
    assert users(lead) == users(inside) == {"By form"}
    client.post(
        "/admin/articles/page/add/", {"title": "Page", "slug": "page", "body": showing(inside)}
    )
    assert users(inside) == {"By form", "Page"}
    post = Article.objects.get()
    post.revise({"body": showing(other), "lead_image": None})
    assert (users(lead), users(inside), users(other)) == (set(), {"Page"}, {"By form"})
    post.body = ""
    post.save()
    Page.objects.all().delete()
    assert not PictureUse.objects.exists()


def test_the_sample_is_followed(settings):
    from django.core.management import call_command

    settings.DEBUG = True
    call_command("load_sample", picture_width=160)
    expected = set(Article.objects.exclude(lead_image=None).values_list("pk", "lead_image"))
    assert set(PictureUse.objects.values_list("article", "image")) == expected
    assert expected


@pytest.fixture
def pending():
    """A public post that shows nothing, and a picture in the changes that wait for it."""
    image = make_image()
    article = make_article("Public", authors=[make_author()])
    article.propose({"body": showing(image)}, make_user("Reporter"))
    return article, image


def test_a_picture_in_pending_changes_is_used(pending):
    _article, image = pending
    assert users(image) == {"Public"}
    with pytest.raises(ProtectedError):
        image.delete()


@pytest.mark.parametrize(
    ("steps", "used"),
    [
        (["submit"], True),
        (["submit", "request_changes"], True),
        (["publish_changes"], True),
        (["discard_changes"], False),
        # What waited becomes the draft.
        (["unpublish"], True),
        (["trash"], True),
        (["trash", "untrash"], True),
        (["unpublish", "publish"], True),
        (["delete"], False),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, list) else "",
)
def test_each_step_keeps_or_drops_what_waited(pending, steps, used):
    article, image = pending
    for step in steps:
        getattr(article, step)()
    assert bool(users(image)) is used


def test_other_pending_changes_take_the_place_of_the_first(pending):
    article, image = pending
    second = make_image()
    article.propose({"body": showing(second)})
    assert (users(image), users(second)) == (set(), {"Public"})


def test_a_lead_that_waits_and_the_one_it_replaces_are_both_used():
    old, new = make_image(), make_image()
    article = make_article(lead_image=old)
    article.propose({"lead_image": new.pk})
    assert users(old)
    assert users(new)
    article.publish_changes()
    assert (bool(users(old)), bool(users(new))) == (False, True)


def test_a_restored_version_uses_its_pictures_again():
    image = make_image()
    article = make_draft(body=showing(image))
    first = article.revise({"title": "With it"})
    article.revise({"body": "<p>Without.</p>"})
    assert not users(image)
    article.restore(first)
    assert users(image)


def test_what_was_there_before_uses_were_kept_is_noted_by_the_migration():
    lead, inside, replaced_since, free = (make_image() for _ in range(4))
    make_article("Both", lead_image=lead, body=showing(inside) + showing(inside))
    make_draft("Old file", body=showing(replaced_since))
    replaced(replaced_since)
    make_draft("Gone", body='<img src="/media/images/unknown/a.jpg"><img src="/media/x.jpg">')
    Page.objects.create(title="Page", body=showing(inside))
    expected = set(PictureUse.objects.values_list("image", "article", "page"))
    migration = importlib.import_module("articles.migrations.0004_picture_uses")
    PictureUse.objects.all().delete()
    migration.note(apps, None)
    assert set(PictureUse.objects.values_list("image", "article", "page")) == expected
    assert len(expected) == 4
    assert free.pk not in {image for image, _article, _page in expected}
    migration.forget(apps, None)
    assert not PictureUse.objects.exists()


# The list


def found(client, **query):
    """The descriptions of the pictures in the list."""
    return re.findall(
        r'class="field-alt"><a href="[^"]+">([^<]+)</a>', client.get(LIST, query).text
    )


def test_the_list_says_where_how_often_and_finds_by_words_and_use(client, editor):
    often, once, free = (make_image(alt=alt) for alt in ("often", "once", "free"))
    for _ in range(2):
        make_draft(lead_image=often)
    make_draft(body=showing(once))
    assert found(client) == ["free", "once", "often"]
    lines = visible_lines(client.get(LIST))
    for words in ("Used in 2 places", "Used in 1 place", "Not in use"):
        assert words in lines
    assert found(client, use="used") == ["once", "often"]
    assert found(client, use="unused") == ["free"]
    assert found(client, use="unused", q="often") == []
    assert found(client, q="often") == ["often"]
    assert found(client, use="nonsense") == ["free", "once", "often"]


@pytest.mark.parametrize("pictures", [3, 60])
@pytest.mark.parametrize("query", [{}, {"use": "unused"}, {"use": "used"}, {"q": "picture"}])
def test_the_list_costs_the_same_however_long(
    client, editor, django_assert_num_queries, pictures, query
):
    for number in range(pictures):
        image = make_image(alt=f"Picture {number}")
        if number % 2:
            make_draft(lead_image=image)
    client.get(LIST)
    with django_assert_num_queries(6):
        assert found(client, **query)


def test_the_list_counts_no_further_than_it_shows_pages(client, editor, monkeypatch):
    monkeypatch.setattr("articles.library.ImageAdmin.list_per_page", 1)
    monkeypatch.setattr("articles.library.PAGES_AHEAD", 1)
    for number in range(5):
        make_image(alt=f"Picture {number}")
    page = client.get(LIST)
    assert page.context["cl"].result_count == 3
    assert "and more" in page.text
    last = client.get(LIST, {"p": "5"})
    assert found(client, p="5") == ["Picture 0"]
    assert "5 pictures" in last.text


@pytest.mark.parametrize("page", ["0", "99", "x", "9" * 30, "-1"])
def test_a_page_that_is_none_is_no_error(client, editor, page):
    make_image()
    assert client.get(LIST, {"p": page}, follow=True).status_code == 200


# One picture


def test_its_page_names_the_places_with_links(client, editor):
    image = make_image()
    post, page = make_article("A post", lead_image=image), Page(title="A page", body=showing(image))
    page.save()
    answer = client.get(change(image))
    assert {post_form(post), f"/admin/articles/page/{page.pk}/change/"} <= set(links(answer))
    names = [name for _address, name, _kind in answer.context["places"].named]
    assert names == ["A post", "A page"]
    assert answer.context["places"].others == 0


def test_who_may_not_see_a_place_is_told_how_many(client, reporter):
    image = make_image()
    make_draft("Mine", lead_image=image, created_by=reporter)
    make_draft("A secret", lead_image=image)
    Page.objects.create(title="A page", body=showing(image))
    answer = client.get(change(image))
    assert "and 2 other places" in answer.text
    assert "Mine" in answer.text
    for hidden in ("A secret", "A page"):
        assert hidden not in answer.text


def test_who_may_see_no_place_at_all_is_told_so(client, reporter):
    image = make_image()
    make_draft("A secret", lead_image=image)
    answer = client.get(change(image))
    assert "1 place that others look after" in answer.text
    assert "A secret" not in answer.text


def test_a_picture_used_in_very_many_places_names_some(client, editor, monkeypatch):
    monkeypatch.setattr("articles.library.NAMED", 2)
    image = make_image()
    for _ in range(3):
        make_draft(lead_image=image)
    assert "and 1 other place" in client.get(change(image)).text


def test_an_unused_picture_says_so(client, editor):
    assert "Nowhere: it can be deleted." in client.get(change(make_image())).text


# Who may change it


@pytest.mark.parametrize("place", ["public", "of another", "page", "scheduled"])
def test_a_reporter_does_not_change_what_readers_see_or_others_write(client, reporter, place):
    image, author = make_image(alt="As it was"), make_author(user=reporter)
    if place == "public":
        make_article(lead_image=image, authors=[author])
    elif place == "scheduled":
        article = make_draft(lead_image=image, created_by=reporter)
        article.sign(author)
        article.publish(at=article.created_at.replace(year=2150))
    elif place == "of another":
        make_draft(lead_image=image)
    else:
        Page.objects.create(title="A page", body=showing(image))
    page = client.get(change(image))
    assert page.status_code == 200
    assert "An editor can change it." in page.text
    answer = client.post(change(image), form(image, alt="Other", file=make_picture()))
    assert answer.status_code == 403
    stored = Image.objects.get()
    assert (stored.alt, stored.file.name) == ("As it was", image.file.name)


@pytest.mark.parametrize("used", [False, True])
def test_a_reporter_changes_what_only_an_own_draft_shows(client, reporter, used):
    image = make_image()
    if used:
        make_draft(lead_image=image, created_by=reporter)
    client.post(change(image), form(image, alt="Better"))
    assert Image.objects.get().alt == "Better"


# Another file


@pytest.fixture
def everywhere(client, editor, django_capture_on_commit_callbacks):
    """A picture in the head of one post and the text of another and of a page; its old files."""
    image = make_image(make_picture((700, 400)), renditions=True)
    make_article("Head", lead_image=image, categories=[make_category("Cloud")])
    make_article("Text", body=showing(image))
    Page.objects.create(title="About", body=showing(image))
    old = [image.file.name, *image.renditions]
    data = form(image, file=make_picture((640, 480)))
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(change(image), data, follow=True)
    assert "The new file is shown in all 3 places where the picture is used." in answer.text
    image.refresh_from_db()
    assert image.renditions
    return image, old


def test_the_new_file_is_shown_wherever_the_old_one_was(client, everywhere):
    image, old = everywhere
    head, text = (post.get_absolute_url() for post in Article.objects.order_by("pk"))
    sitemap = f"/sitemap-posts-{Article.objects.earliest('pk').pk // PAGE_SIZE + 1}.xml"
    new = image.file.name.rpartition(".")[0]
    for address in [
        *(head, text, "/", "/about/", "/category/cloud/", sitemap),
        *("/feed/", "/feed/atom/", "/feed/json/", "/category/cloud/feed/"),
        f"/oembed/?url=http://testserver{head}",
    ]:
        said = client.get(address).text
        assert new in said, address
        assert not [name for name in old if name in said], address


def test_json_ld_names_the_new_file(client, everywhere):
    image, _old = everywhere
    html = client.get(Article.objects.get(title="Head").get_absolute_url()).text
    graph = re.search(r'<script type="application/ld\+json">(.*?)</script>', html)[1]
    named = json.loads(graph)["@graph"][0]["image"]
    assert named == [f"http://testserver{crop.url}" for crop in reversed(image.crops)]


def test_the_text_in_a_feed_names_the_new_file(client, everywhere):
    image, _old = everywhere
    items = client.get("/feed/json/").json()["items"]
    text = next(item for item in items if item["title"] == "Text")["content_html"]
    assert f'src="http://testserver{image.file.url}"' in text


def test_every_old_address_leads_to_the_new_file(client, everywhere):
    image, old = everywhere
    assert len(old) > 3
    for name in old:
        assert not default_storage.exists(name)
        answer = client.get(f"/media/{name}")
        assert (answer.status_code, answer["Location"]) == (302, image.file.url)
        assert answer["Cache-Control"] == "public, max-age=3600"


def test_an_old_address_leads_to_the_newest_file_however_often_it_was_replaced(client):
    image = make_image()
    first, second = replaced(image), replaced(image)
    for address in (first, second):
        assert client.get(address)["Location"] == image.file.url


def test_a_crop_of_an_earlier_focal_point_leads_to_the_picture(client):
    image = make_image(make_picture((1600, 1600)), renditions=True)
    old = image.crop("16x9").url
    image.focal_y = 10
    image.save()
    image.make_renditions()
    assert client.get(old)["Location"] == image.file.url


def test_a_file_that_is_lost_leads_nowhere(client):
    image = make_image()
    default_storage.delete(image.file.name)
    assert client.get(image.file.url).status_code == 404
    assert client.get("/media/images/unknown/a.jpg").status_code == 404
    image.delete()
    assert client.get(image.file.url).status_code == 404


def test_while_developing_files_are_handed_out(client, settings):
    settings.DEBUG = True
    image = make_image()
    answer = client.get(image.file.url)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/jpeg"
    # The last line: an answer that is read to its end takes the database's connection along.
    assert len(b"".join(answer.streaming_content)) == default_storage.size(image.file.name)


def test_while_developing_a_file_that_is_gone_leads_to_the_present_one(client, settings):
    settings.DEBUG = True
    image = make_image()
    old = replaced(image)
    default_storage.delete(old.removeprefix("/media/"))
    assert client.get(old)["Location"] == image.file.url


# Deleting


def test_a_picture_in_use_is_not_deleted_and_the_places_are_named(client, editor):
    image = make_image()
    post = make_draft("Uses it", body=showing(image))
    for answer in (client.get(delete(image)), client.post(delete(image), {"post": "yes"})):
        assert answer.status_code == 200
        assert "This picture cannot be deleted, because 1 place shows it" in answer.text
        assert post_form(post) in links(answer)
    assert Image.objects.exists()
    assert default_storage.exists(image.file.name)


def test_a_picture_that_only_waits_somewhere_is_not_deleted(client, editor, pending):
    _article, image = pending
    client.post(delete(image), {"post": "yes"})
    assert Image.objects.exists()


def test_one_that_comes_into_use_meanwhile_is_not_deleted(client, editor, monkeypatch):
    image = make_image()
    before = Image.delete

    def used_first(self, *args, **kwargs):
        make_draft("Faster", lead_image=self)
        return before(self, *args, **kwargs)

    monkeypatch.setattr(Image, "delete", used_first)
    answer = client.post(delete(image), {"post": "yes"})
    assert answer["Location"] == delete(image)
    assert Image.objects.exists()


def test_who_deletes_is_told_of_earlier_versions_and_unsaved_texts(client, editor):
    image, lead, other = make_image(), make_image(), make_image()
    article = make_draft(body=showing(image))
    article.revise({"lead_image": lead.pk})
    article.revise({"body": "", "lead_image": None})
    for _ in range(2):
        Autosave.objects.create(
            user=make_user(), fields={"body": [showing(image)], "lead_image": [str(lead.pk)]}
        )
    answer = client.get(delete(image)).text
    assert "2 earlier versions of posts show it." in answer
    assert "2 texts that somebody has not saved yet show it." in answer
    assert "1 earlier version of a post shows it." in client.get(delete(lead)).text
    answer = client.get(delete(other)).text
    assert "earlier version" not in answer
    assert "not saved" not in answer
    client.post(delete(image), {"post": "yes"})
    assert article.revisions.count() == 3


def test_a_version_whose_lead_was_deleted_is_restored_without_it(client, editor):
    lead = make_image()
    article = make_draft()
    first = article.revise({"lead_image": lead.pk})
    article.revise({"lead_image": None})
    client.post(delete(lead), {"post": "yes"})
    article.restore(first)
    assert article.lead_image is None


def chosen(client, images, **values):
    keys = [image.pk for image in images]
    return client.post(LIST, {"action": "delete_selected", "_selected_action": keys, **values})


def test_several_are_deleted_after_a_look_and_those_in_use_stay(client, editor):
    free, used = [make_image(alt=f"Free {n}") for n in range(2)], make_image(alt="In a post")
    make_draft(lead_image=used)
    page = chosen(client, [*free, used])
    assert Image.objects.count() == 3
    assert "Delete these 2 pictures and all their files?" in page.text
    assert "1 of the chosen pictures is in use and stays" in page.text
    assert change(used) in links(page)
    answer = chosen(client, free, post="yes")
    assert answer.status_code == 302
    assert list(Image.objects.all()) == [used]
    assert "2 pictures deleted." in client.get(LIST).text


def test_of_several_one_that_comes_into_use_meanwhile_stays(client, editor):
    free, used = make_image(), make_image()
    make_draft(lead_image=used)
    chosen(client, [free, used], post="yes")
    assert list(Image.objects.all()) == [used]


def test_where_all_are_in_use_there_is_nothing_to_press(client, editor):
    used = make_image()
    make_draft(lead_image=used)
    page = chosen(client, [used])
    assert "None of the chosen pictures can be deleted" in page.text
    assert 'name="post"' not in page.text


def test_too_many_at_once_are_refused(client, editor, monkeypatch):
    monkeypatch.setattr("articles.library.DELETED_AT_ONCE", 1)
    chosen(client, [make_image(), make_image()], post="yes")
    assert Image.objects.count() == 2
    assert "Choose at most 1 pictures at once." in client.get(LIST).text


def test_a_reporter_deletes_none(client, reporter):
    image = make_image()
    assert client.post(delete(image), {"post": "yes"}).status_code == 403
    chosen(client, [image], post="yes")
    assert Image.objects.exists()


def test_a_moderator_sees_no_library(client, moderator):
    image = make_image()
    for address in (LIST, change(image), delete(image)):
        assert client.get(address).status_code == 403
