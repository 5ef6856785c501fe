"""Two processes with one SQLite file do at the same moment what only one of them may do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PRESS = """
from django.core.exceptions import ValidationError
from articles.models import Article
article = Article.objects.get()
print("ready", flush=True)
input()
try:
    article.{verb}()
    print("done")
except ValidationError:
    print("refused")
"""
BEGIN = """
from tests.factories import make_author, make_draft
make_draft().sign(make_author())
"""
MAKE_WORK = "from tests.test_housekeeping import make_work; make_work()"


@pytest.fixture
def run(tmp_path):
    """``run(*arguments)`` starts ``manage.py`` with an empty, migrated database."""
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{tmp_path}/newsroom.sqlite3",
        "EMAIL_URL": f"filemail:///{tmp_path}/mail",
    }

    def run(*arguments):
        command = [sys.executable, "manage.py", *arguments]
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        return subprocess.Popen(command, cwd=ROOT, env=environment, text=True, **pipes)  # noqa: S603

    said(run("migrate"))
    return run


def said(process):
    """What ``process`` prints until its end, which must be a good one."""
    out, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    return out


def test_a_post_is_not_published_or_taken_down_twice(run):
    said(run("shell", "-v0", "-c", BEGIN))
    for verb in ("publish", "unpublish"):
        both = [run("shell", "-v0", "-c", PRESS.format(verb=verb)) for _ in range(2)]
        for each in both:
            assert each.stdout.readline() == "ready\n"
        for each in both:
            each.stdin.write("now\n")
            each.stdin.flush()
        assert sorted(said(each) for each in both) == ["done\n", "refused\n"]


def test_housekeeping_does_each_thing_once(run, tmp_path):
    said(run("shell", "-v0", "-c", MAKE_WORK))
    both = [run("housekeeping") for _ in range(2)]
    output = "".join([said(each) for each in both])
    assert output.count("20 old spam comments deleted") == 1
    assert output.count("A digest goes to 1 people.") == 1
    assert len(list((tmp_path / "mail").iterdir())) == 1
