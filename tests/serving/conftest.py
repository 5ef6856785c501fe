"""A site in production behind nginx, in processes of their own; made once for all these tests."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests import production
from tests.production import Answer, Connection

# For each request, whether nginx answered it from its cache (HIT, MISS, BYPASS …).
LOG = "log_format cache '$request_uri $upstream_cache_status'; access_log {} cache;"


class Deployment:
    """The sample newsroom behind nginx: its folder, its environment, and nginx's port for https."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.environment, self.port = folder, production.settings(folder), 0
        self.socket, self.log = folder / "site.sock", folder / "access.log"

    def line(self) -> Connection:
        return Connection(self.port)

    def kept(self, line: Connection, path: str, **headers: str) -> bool:
        """Whether nginx keeps what it answers for ``path``: asked twice, it asks the site once."""
        return self.logged(lambda: [line.ask(path, **headers) for _twice in range(2)]) == "HIT"

    def logged(self, ask: Callable[[], list[Answer]]) -> str:
        """Where the last of the answers that ``ask`` gets came from, as nginx says."""
        seen = len(self.log.read_text().splitlines())
        wanted = seen + len(ask())
        for _attempt in range(100):
            if len(said := self.log.read_text().splitlines()) >= wanted:
                return said[-1].rsplit(" ", 1)[1]
            time.sleep(0.01)
        raise TimeoutError("nginx did not log the request.")


@pytest.fixture(scope="session")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    if missing := production.missing():
        pytest.skip(f"Not installed: {', '.join(missing)} (apt-get install {' '.join(missing)}).")
    site = Deployment(tmp_path_factory.mktemp("site"))
    production.manage(site.environment, "migrate")
    production.manage(site.environment, "collectstatic", "--no-input")
    # The sample is only loaded where a known password does no harm.
    sample = site.environment | {"DEBUG": "true"}
    production.manage(sample, "load_sample", "--picture-width", "320")
    servers = [f"unix:{site.socket}"]
    with production.nginx(site.folder, servers, LOG.format(site.log)) as site.port:
        yield site


@pytest.fixture(scope="session")
def site(deployment: Deployment) -> Iterator[Deployment]:
    """The deployment with its server running in two processes."""
    arguments = ["--socket", str(deployment.socket), "--processes", "2"]
    with production.serve(deployment.environment, *arguments):
        with closing(deployment.line()) as line:
            production.wait_for(line)
        yield deployment


@pytest.fixture
def line(site: Deployment) -> Iterator[Connection]:
    with closing(site.line()) as line:
        yield line


@pytest.fixture(scope="session")
def post(site: Deployment) -> str:
    """The address of a post."""
    with closing(site.line()) as line:
        feed = line.ask("/feed/json/").body
    address = feed.decode().split('"url": "', 1)[1].split('"', 1)[0]
    return address.removeprefix(f"https://{production.HOST}")
