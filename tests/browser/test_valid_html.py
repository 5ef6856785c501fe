"""Two independent validators find nothing wrong with the HTML of any kind of page."""

import shutil
import subprocess
from pathlib import Path

import pytest
from django.test import Client

from tests.browser.whole_site import make_whole_site

HERE = Path(__file__).parent
HTML_VALIDATE = HERE / "node_modules" / ".bin" / "html-validate"
NU = HERE / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
# Rules of taste that are off there: capitals in the doctype; the length of titles, which are the
# editors'; a type on buttons that submit their form anyway; in what crispy-forms writes, the slash
# in <input/> and an input for a button; and a section for what scrolls, which no <pre> can be.
CONFIG = HERE / ".htmlvalidate.json"
INSTALL = "run: npm install --ignore-scripts --no-package-lock --prefix tests/browser"

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages(settings, client: Client, tmp_path: Path) -> Path:
    """A folder with the HTML of every kind of page, and of the empty home page."""
    settings.ROOT_URLCONF = "tests.browser.urls"
    client.raise_request_exception = False
    folder = tmp_path / "html"
    folder.mkdir()
    (folder / "empty-home.html").write_bytes(client.get("/").content)
    for name, kind in make_whole_site().items():
        send = client.get if kind.data is None else client.post
        answer = send(kind.address, kind.data)
        assert answer.status_code == kind.status, name
        (folder / f"{name.replace(' ', '-')}.html").write_bytes(answer.content)
    return folder


def checked(*command: str | Path) -> str:
    """What the validator ``command`` complains of."""
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True)  # noqa: S603
    assert done.returncode in (0, 1), done.stderr
    return done.stdout + done.stderr


@pytest.mark.skipif(not shutil.which("node"), reason="node is not installed")
@pytest.mark.skipif(not HTML_VALIDATE.exists(), reason=f"html-validate is missing; {INSTALL}")
def test_html_validate_finds_nothing(pages):
    (pages / "wrong.html").write_text("<p><div></p>")  # to know that it has looked
    assert "wrong.html" in checked(HTML_VALIDATE, "--config", CONFIG, "--formatter=text", pages)
    (pages / "wrong.html").unlink()
    found = checked(HTML_VALIDATE, "--config", CONFIG, "--formatter=text", pages)
    assert not found.strip(), found


@pytest.mark.skipif(not shutil.which("java"), reason="java is not installed")
@pytest.mark.skipif(not NU.exists(), reason=f"the Nu validator is missing; {INSTALL}")
def test_the_nu_validator_finds_nothing(pages):
    wrong = pages / "wrong.html"
    wrong.write_text("<p><div></p>")
    assert "wrong.html" in checked("java", "-jar", NU, "--format", "gnu", wrong)
    wrong.unlink()
    found = checked("java", "-jar", NU, "--errors-only", "--format", "gnu", pages)
    assert not found.strip(), found
