"""
Whether the links of a post answer, and what the pages there call themselves. Links are checked in a
task after a post is saved, and at once where somebody asks.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from time import monotonic

from django.conf import settings
from django.utils import timezone
from django_tasks import default_task_backend

from articles.fetching import Answer, Unreachable, fetch
from articles.models import LinkCheck
from articles.models.link_checks import FRESH, Problem, digest
from articles.outline import external, outline
from articles.page_words import is_html, page_words

Fetch = Callable[..., Answer]

# What one post may have checked at a time, and by how many at once.
MOST_LINKS, AT_ONCE = 200, 4
# How long a person is kept waiting.
PATIENCE = 5.0
# These answer people, and send programs away: a reader finds the page.
FOR_PEOPLE_ONLY = {401, 403, 429, 999}


def checks_in_background() -> bool:
    """Whether tasks are done beside the server, so that nobody waits for other sites."""
    return bool(default_task_backend.supports_defer)


def order_checks(body: str) -> None:
    """
    Have the links to other sites in a ``body`` that was saved checked, those that have not been
    within a day. Locally, where tasks are done at once, saving would wait ten seconds for each link
    that does not answer: there they are checked only when somebody asks for it.
    """
    if checks_in_background():
        order(external(outline(body).links, settings.SITE_URL))


def order(urls: Iterable[str]) -> None:
    """Have ``urls`` checked by the task."""
    from articles.tasks import check_links  # which needs this module

    due = LinkCheck.objects.due(urls)[:MOST_LINKS]
    if due:
        LinkCheck.objects.bulk_create(
            (LinkCheck(digest=digest(url), url=url) for url in due), ignore_conflicts=True
        )
        check_links.enqueue(due)


def check_now(urls: Iterable[str]) -> None:
    """
    Check, because somebody asks, what of ``urls`` is due or did not answer: in the background where
    there is one, or else for a few seconds, after which the rest stays for the next time.
    """
    urls = list(urls)
    broken = [url for url, check in LinkCheck.objects.known(urls).items() if check.problem]
    LinkCheck.objects.filter(digest__in=map(digest, broken)).update(checked_at=None, problem="")
    if checks_in_background():
        order(urls)
    else:
        check(LinkCheck.objects.due(urls)[:MOST_LINKS], PATIENCE)


def check(urls: Iterable[str], seconds: float | None = None, fetch: Fetch = fetch) -> None:
    """Check ``urls`` and store what comes of it; stop after so many ``seconds``, if given."""
    pool = ThreadPoolExecutor(AT_ONCE)
    # Only this thread uses the database.
    results = [pool.submit(result, url, fetch) for url in dict.fromkeys(urls)]
    done, _not_done = wait(results, seconds)
    pool.shutdown(wait=False, cancel_futures=True)
    LinkCheck.objects.keep(*(each.result() for each in results if each in done))


def result(url: str, fetch: Fetch = fetch, seconds: float = 10.0) -> LinkCheck:
    """What comes of asking ``url`` now; not stored."""
    check = LinkCheck(digest=digest(url), url=url, checked_at=timezone.now())
    deadline = monotonic() + seconds
    try:
        answer = fetch(url, "HEAD", seconds=seconds)
    except Unreachable as error:
        # Some servers hang up on a question that they do not know.
        if error.problem != Problem.NONSENSE:
            check.problem = error.problem
            return check
        answer = Answer(url, 405)
    try:
        # Many answer HEAD wrongly: a link is only called broken as a browser would find it.
        if answer.status >= 400 or is_html(answer.content_type):
            answer = fetch(answer.url, "GET", seconds=deadline - monotonic())
    except Unreachable as error:
        check.problem = error.problem
        return check
    check.status = answer.status
    if 200 <= answer.status < 300:
        check.title, check.description = page_words(answer.body, answer.content_type)
    elif answer.status not in FOR_PEOPLE_ONLY:
        check.problem = Problem.STATUS
    return check


@dataclass(frozen=True)
class Description:
    """What a link card says; ``problem`` in words where the page did not answer."""

    url: str
    title: str = ""
    description: str = ""
    problem: str = ""


def describe(url: str, fetch: Fetch = fetch) -> Description:
    """What the page at ``url`` calls itself: as known since a day, or asked for now."""
    found = LinkCheck.objects.known([url]).get(url)
    if found is None or found.problem or not found.is_newer_than(timezone.now() - FRESH):
        found = result(url, fetch, PATIENCE)
        LinkCheck.objects.keep(found)
    return Description(url, found.title, found.description, found.in_words)
