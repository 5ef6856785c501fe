"""The production server: the site in several processes, and the worker that does its tasks."""

import multiprocessing
import os
import socket
import subprocess
import sys
import threading
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from granian import Granian
from granian.constants import Interfaces

# How many seconds a process that is told to stop has for the requests it is at.
GRACE = 30


class Command(BaseCommand):
    help = (
        "Serve the site in production, with its task worker beside it. SIGTERM ends it when all "
        "requests under way are answered; SIGHUP renews the processes one by one, for a new "
        "version, without a failed request."
    )
    requires_system_checks = ["__all__"]

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))
        parser.add_argument("--socket", type=Path, help="a unix socket to listen on instead")
        parser.add_argument(
            "--processes", type=int, default=os.cpu_count() or 1, help="one for each core"
        )
        # Few of them are with Django at a time (newsroom/page_cache.py): the others are there for
        # kept pages. Where none are kept, more threads would only wait for each other.
        threads = 16 if settings.PAGE_CACHE_MB else 2
        parser.add_argument(
            "--threads", type=int, default=threads, help="requests at once in each process"
        )
        parser.add_argument(
            "--no-worker", action="store_true", help="the task worker runs somewhere else"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.DEBUG:
            raise CommandError(
                "This serves readers: set DEBUG=false and the variables of docs/operators.md. To "
                "try the site on this machine, use “make run”."
            )
        if not (settings.STATIC_ROOT / "staticfiles.json").exists():
            raise CommandError("There are no static files: run “manage.py collectstatic” first.")
        if options["processes"] < 1 or options["threads"] < 1:
            raise CommandError("Give at least one process and one thread.")
        # Each process reads the code for itself. A copy of this one, as “fork” would make it, would
        # go on with the old version after SIGHUP.
        multiprocessing.set_start_method("spawn", force=True)
        if options["socket"]:
            make_room(options["socket"])
        worker = None if options["no_worker"] else Worker()
        server = Granian(
            "newsroom.wsgi:application",
            address=options["host"],
            port=options["port"],
            uds=options["socket"],
            # Whoever can open the socket is believed: the account itself, and its group.
            uds_permissions=0o660,
            interface=Interfaces.WSGI,
            workers=options["processes"],
            blocking_threads=options["threads"],
            # Who comes while all threads are at work waits here, and is not turned away.
            backlog=2_048,
            websockets=False,
            respawn_failed_workers=True,
            # How many seconds a new process has before the old one goes: with fewer, a slow machine
            # has a moment without any.
            respawn_interval=5,
            workers_kill_timeout=GRACE,
        )
        if worker:
            # In the first process only, after the others have been started from it.
            server.on_startup(worker.start)
            server.on_reload(worker.renew)
            server.on_shutdown(worker.stop)
        server.serve()


def make_room(place: Path) -> None:
    """
    Remove the socket that a server left at ``place`` when it was killed. Raises CommandError where
    one still answers there.
    """
    if not place.exists():
        return
    if not place.is_socket():
        raise CommandError(f"There is something else than a socket at {place}: name another place.")
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(3)
        try:
            line.connect(str(place))
        except ConnectionRefusedError:
            place.unlink()
        except OSError as error:
            raise CommandError(f"Nobody can listen at {place}: {error}") from error
        else:
            raise CommandError(f"Another server already listens at {place}: stop it first.")


class Worker:
    """``manage.py db_worker`` as a process of its own, started again whenever it ends."""

    def __init__(self) -> None:
        self.process: subprocess.Popen | None = None
        self.is_wanted = True
        self.ended = threading.Event()

    def start(self) -> None:
        threading.Thread(target=self.keep_alive, daemon=True).start()

    def keep_alive(self) -> None:
        while self.is_wanted:
            command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "db_worker"]
            self.process = subprocess.Popen([*command, "--queue-name", "*"])  # noqa: S603
            self.process.wait()
            self.ended.wait(1)

    def renew(self) -> None:
        """Have it end after its present task; it is started anew then."""
        if self.process:
            self.process.terminate()

    def stop(self) -> None:
        """End it after its present task, at the latest when the grace is over."""
        self.is_wanted = False
        self.ended.set()
        if self.process:
            self.process.terminate()
            try:
                self.process.wait(GRACE)
            except subprocess.TimeoutExpired:
                self.process.kill()
