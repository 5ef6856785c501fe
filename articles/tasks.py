"""Work that nobody waits for: done at once locally, by ``manage.py db_worker`` in production."""

import logging

from django_tasks import task

from articles import link_checks
from articles.models import Image, LinkCheck

logger = logging.getLogger(__name__)


@task()
def make_renditions(pk: int) -> None:
    """Make what is missing of the renditions of the picture ``pk``, if it still exists."""
    image = Image.objects.filter(pk=pk).first()
    if image is None:
        return
    try:
        image.make_renditions()
    except Exception:
        logger.exception(
            "No renditions of picture %s (%s): pages show the original. Saving the picture again "
            "in the admin tries once more.",
            pk,
            image.file.name,
        )
        raise


@task()
def check_links(urls: list[str]) -> None:
    """Check those of ``urls`` that have not been checked within a day, by an earlier task maybe."""
    link_checks.check(LinkCheck.objects.due(urls))
