"""``manage.py serve`` starts what serves readers, and refuses what would not."""

import socket

import pytest
from django.core.management import CommandError, call_command

from newsroom.management.commands import serve


class Server:
    """Stands for granian: keeps what it was given."""

    def __init__(self, target, **options):
        Server.target, Server.options, self.started = target, options, False
        Server.hooks = {}

    def __getattr__(self, name):
        return lambda hook: Server.hooks.setdefault(name, hook)

    def serve(self):
        Server.is_served = True


@pytest.fixture
def production(settings, tmp_path, monkeypatch):
    settings.DEBUG, settings.STATIC_ROOT = False, tmp_path
    (tmp_path / "staticfiles.json").write_text("{}")
    monkeypatch.setattr(serve, "Granian", Server)
    # The tests' own process goes on as it began.
    monkeypatch.setattr(serve.multiprocessing, "set_start_method", lambda *args, **options: None)


def run(**options):
    call_command("serve", skip_checks=True, **options)


@pytest.mark.usefixtures("production")
def test_it_serves_the_site_in_processes_with_the_worker_beside(settings):
    run(processes=3, threads=2, port=8123)
    assert Server.is_served
    assert Server.target == "newsroom.wsgi:application"
    assert (Server.options["workers"], Server.options["blocking_threads"]) == (3, 2)
    assert (Server.options["address"], Server.options["port"]) == ("127.0.0.1", 8123)
    assert set(Server.hooks) == {"on_startup", "on_reload", "on_shutdown"}


@pytest.mark.usefixtures("production")
def test_the_worker_can_run_somewhere_else():
    run(no_worker=True)
    assert not Server.hooks


def test_it_is_not_for_trying_the_site(settings):
    settings.DEBUG = True
    with pytest.raises(CommandError, match="set DEBUG=false"):
        run()


@pytest.mark.usefixtures("production")
def test_without_static_files_it_says_what_to_do(settings):
    (settings.STATIC_ROOT / "staticfiles.json").unlink()
    with pytest.raises(CommandError, match="collectstatic"):
        run()


@pytest.mark.usefixtures("production")
@pytest.mark.parametrize("options", [{"processes": 0}, {"threads": -1}])
def test_nothing_at_all_is_too_little(options):
    with pytest.raises(CommandError, match="at least one"):
        run(**options)


@pytest.mark.usefixtures("production")
def test_a_socket_that_a_killed_server_left_is_in_nobodys_way(tmp_path):
    place = tmp_path / "site.sock"
    with socket.socket(socket.AF_UNIX) as line:
        line.bind(str(place))
        line.listen()
        with pytest.raises(CommandError, match="already listens"):
            run(socket=place)
        assert place.exists()
    for odd in (tmp_path, tmp_path / "staticfiles.json"):
        with pytest.raises(CommandError, match="something else"):
            run(socket=odd)
        assert odd.exists()
    run(socket=place)
    assert not place.exists()
    assert Server.options["uds"] == place


def test_a_worker_that_ends_is_started_again(monkeypatch):
    started = []

    class Process:
        def __init__(self, command):
            started.append(command)

        def wait(self, *args):
            if len(started) == 3:
                worker.is_wanted = False
                worker.ended.set()

        terminate = wait

    monkeypatch.setattr(serve.subprocess, "Popen", Process)
    worker = serve.Worker()
    worker.ended.wait = lambda seconds: None
    worker.keep_alive()
    assert len(started) == 3
    assert started[0][-3:] == ["db_worker", "--queue-name", "*"]
