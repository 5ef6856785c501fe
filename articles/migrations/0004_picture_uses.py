"""Note which pictures the posts and pages that are there already use."""

import re

from django.conf import settings
from django.db import migrations
from django.db.models import Q

SOURCE = re.compile(r'<img [^<>]*?\bsrc="([^"]*)"')


def note(apps, schema_editor):
    models = {name: apps.get_model("articles", name) for name in ("Image", "PictureUse", "Article", "Page")}
    folder = re.compile(rf"{re.escape(settings.MEDIA_URL)}images/([A-Za-z0-9]+)/")
    images = dict(models["Image"].objects.values_list("token", "pk"))
    wanted = set()
    articles = models["Article"].objects.filter(Q(lead_image__isnull=False) | Q(body__contains="<img "))
    for key, lead, body in articles.values_list("pk", "lead_image_id", "body").iterator():
        wanted |= {("article_id", key, image) for image in used(body, folder, images) | {lead} - {None}}
    for key, body in models["Page"].objects.filter(body__contains="<img ").values_list("pk", "body"):
        wanted |= {("page_id", key, image) for image in used(body, folder, images)}
    models["PictureUse"].objects.bulk_create(
        models["PictureUse"](image_id=image, **{owner: key}) for owner, key, image in sorted(wanted)
    )


def used(body, folder, images):
    found = (folder.match(address) for address in SOURCE.findall(body))
    return {images[match[1]] for match in found if match and match[1] in images}


def forget(apps, schema_editor):
    apps.get_model("articles", "PictureUse").objects.all().delete()


class Migration(migrations.Migration):

    dependencies = [("articles", "0003_newsroom")]

    operations = [migrations.RunPython(note, forget)]
