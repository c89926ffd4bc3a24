"""The account PostgreSQL runs under when the launcher is root, which PostgreSQL refuses."""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path

from envol_local.errors import Trouble

CANDIDATES = ("postgres", "nobody", "daemon")
ENTER = 0o1


@dataclass(frozen=True)
class Account:
    """A user without privileges."""

    uid: int
    gid: int


def unprivileged_account() -> Account | None:
    """Give the account to drop to, or None when the launcher has no privileges to drop."""
    if os.geteuid() != 0:
        return None
    for name in CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(uid=entry.pw_uid, gid=entry.pw_gid)
    raise Trouble(
        "PostgreSQL refuses to run as root and there is no user 'postgres' or 'nobody' to run it "
        "as: create one, or start this as another user."
    )


def may_enter(account: Account | None, folder: Path) -> bool:
    """Return whether the account can enter the folder, through every folder above it."""
    if account is None:
        return True
    real = folder.resolve()
    return all(_opens_to(account, above) for above in (real, *real.parents) if above.exists())


def _opens_to(account: Account, folder: Path) -> bool:
    seen = folder.stat()
    if seen.st_uid == account.uid:
        return bool(seen.st_mode >> 6 & ENTER)
    if seen.st_gid == account.gid:
        return bool(seen.st_mode >> 3 & ENTER)
    return bool(seen.st_mode & ENTER)


def give(folder: Path, account: Account | None) -> None:
    """Make the folder the account's own, closed to everyone else."""
    folder.chmod(0o700)
    if account is not None:
        os.chown(folder, account.uid, account.gid)
