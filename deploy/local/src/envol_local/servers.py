"""`servers`: some servers on free ports, with data that is thrown away, for tests."""

import asyncio
import contextlib
import json
import secrets
import shutil
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from pathlib import Path
from typing import Any

from envol_local import console, identity, jars, kafka, mail, postgres, preflight, sms
from envol_local.account import Account, unprivileged_account
from envol_local.errors import Trouble
from envol_local.locks import try_lock
from envol_local.places import find_clone, temporary_folder
from envol_local.ports import HOST, free_ports
from envol_local.site import Site
from envol_local.supervisor import Supervisor, together

PREFIX = "envol-servers-"
STARTS: dict[str, Callable[[Site, Supervisor], Coroutine[Any, Any, None]]] = {
    "kafka": kafka.start,
    "postgres": postgres.start,
    "smtp": mail.start_sink,
    "sms": sms.start,
    "identity": identity.start,
}
IN_JAVA = {"kafka", "sms", "identity"}


async def serve(names: Sequence[str]) -> int:
    """Start servers, print their environment as one line of JSON, stay until stdin closes."""
    if IN_JAVA.intersection(names):
        preflight.check_java()
    with _folder(unprivileged_account()) as folder:
        try:
            async with _started(folder, names) as (site, supervisor):
                _announce(site, names)
                await supervisor.watch(_stdin_closed())
        except Trouble as trouble:
            console.explain(trouble, log_is_kept=False)
            return 1
    return 0


@contextlib.asynccontextmanager
async def _started(folder: Path, names: Sequence[str]) -> AsyncIterator[tuple[Site, Supervisor]]:
    site = _site(folder)
    if not jars.are_fetched(site.clone):
        with console.step("Servers fetched by Maven", to=console.ERR):
            await jars.fetch(site.clone)
    site.make_folders()
    async with Supervisor(console.warn) as supervisor:
        await together(*(STARTS[name](site, supervisor) for name in names))
        yield site, supervisor


def _site(folder: Path) -> Site:
    return Site(
        clone=find_clone(),
        data=folder / "data",
        logs=folder / "logs",
        ports=free_ports(),
        password=secrets.token_hex(16),
        account=unprivileged_account(),
        throwaway=True,
    )


@contextlib.contextmanager
def _folder(account: Account | None) -> Iterator[Path]:
    """Make a temporary folder, and delete those whose launchers were killed."""
    above = temporary_folder(account)
    for left in above.glob(f"{PREFIX}*"):
        _delete_if_left(left)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=above))
    lock = try_lock(folder / "lock")
    folder.chmod(0o711)  # PostgreSQL's account goes through
    try:
        yield folder
    finally:
        shutil.rmtree(folder)
        if lock is not None:
            lock.close()


def _delete_if_left(folder: Path) -> None:
    with contextlib.suppress(OSError):
        if not (folder / "lock").exists():
            return  # being made at this moment
        lock = try_lock(folder / "lock")
        if lock is not None:
            shutil.rmtree(folder)
            lock.close()


def _announce(site: Site, names: Sequence[str]) -> None:
    line = {key: value for name in names for key, value in _environment(site, name).items()}
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def _environment(site: Site, name: str) -> dict[str, str]:
    return {
        "kafka": {"KAFKA_BOOTSTRAP_SERVERS": site.address("kafka")},
        "postgres": {"POSTGRES_URL": site.database_url("postgres")},
        "smtp": {
            "SMTP_HOST": HOST,
            "SMTP_PORT": str(site.ports["smtp"]),
            "SMTP_FOLDER": str(site.mails),
        },
        "sms": {
            "SMPP_HOST": HOST,
            "SMPP_PORT": str(site.ports["smpp"]),
            "SMPP_SYSTEM_ID": sms.SYSTEM_ID,
            "SMPP_PASSWORD": site.smpp_password,
        },
        "identity": {"OIDC_ISSUER": site.issuer},
    }[name]


async def _stdin_closed() -> None:
    loop = asyncio.get_running_loop()
    closed = asyncio.Event()

    def read() -> None:
        sys.stdin.buffer.read()
        with contextlib.suppress(RuntimeError):  # the loop has ended before
            loop.call_soon_threadsafe(closed.set)

    # A plain thread: it may read for ever, and must not keep the process.
    threading.Thread(target=read, daemon=True).start()
    await closed.wait()
