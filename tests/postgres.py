"""
``python -m tests.postgres COMMAND …`` runs a command with DATABASE_URL naming a PostgreSQL server
of its own on 127.0.0.1, in a temporary folder, stopped and removed when the command ends. With
``--keep FOLDER`` before the command the data stays there, for the next time.
"""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def programs() -> Path | None:
    """The folder with the newest initdb and pg_ctl of this machine; Debian keeps them off PATH."""
    if found := shutil.which("pg_ctl"):
        return Path(found).parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    return versions[-1].parent if versions else None


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextmanager
def server(kept: Path | None = None) -> Iterator[str]:
    """A running server, with the data ``kept`` or else with none; gives its DATABASE_URL."""
    folder = kept or Path(tempfile.mkdtemp(prefix="newsroom-postgres-"))
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    bin_folder = programs()
    # PostgreSQL refuses to run as root, as which containers and CI often run.
    account: dict[str, object] = {}
    if os.getuid() == 0:
        user = pwd.getpwnam("postgres")
        os.chown(folder, user.pw_uid, user.pw_gid)
        account = {"user": user.pw_uid, "group": user.pw_gid, "cwd": folder}

    def run(program: str, *arguments: str) -> None:
        command = [str(bin_folder / program), "-D", str(folder / "data"), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **account)  # noqa: S603

    if not (folder / "data").exists():
        run("initdb", "--auth=trust", "--username=newsroom", "--encoding=UTF8", "--no-sync")
    options = f"-p {port} -h 127.0.0.1 -k {folder} -c fsync=off -c max_connections=200"
    if not kept:
        # What it finds out of tables that are empty between two tests misleads the next one.
        options += " -c autovacuum=off"
    run("pg_ctl", "start", "--wait", "--log", str(folder / "log"), "-o", options)
    try:
        yield f"postgres://newsroom@127.0.0.1:{port}/postgres"
    finally:
        run("pg_ctl", "stop", "--mode=fast" if kept else "--mode=immediate")
        if not kept:
            shutil.rmtree(folder)


def main() -> int:
    if programs() is None:
        print("SKIPPED: PostgreSQL is not installed (apt-get install postgresql).")
        return 0
    command, kept = sys.argv[1:], None
    if command[:1] == ["--keep"]:
        kept, command = Path(command[1]).absolute(), command[2:]
    with server(kept) as url:
        environment = {**os.environ, "DATABASE_URL": url}
        return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
