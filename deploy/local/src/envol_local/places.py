"""Where the stack of a clone keeps its files."""

import hashlib
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from envol_local.account import Account, may_enter
from envol_local.errors import Trouble

MARK = Path("deploy", "local", "pom.xml")


@dataclass(frozen=True)
class Clone:
    """A copy of the repository and the folder the stack owns in it."""

    root: Path

    @property
    def local(self) -> Path:
        return self.root / ".local"

    @property
    def lib(self) -> Path:
        """Jars, which survive a reset."""
        return self.local / "lib"

    @property
    def data(self) -> Path:
        return self.local / "data"

    @property
    def logs(self) -> Path:
        return self.local / "logs"

    @property
    def password(self) -> Path:
        return self.local / "password"

    @property
    def elsewhere(self) -> Path:
        """Stands in for `local` where the clone is closed to PostgreSQL's account."""
        key = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:16]
        return shared_folder() / f"envol-{key}"


def find_clone() -> Clone:
    """Find the clone around the working folder, else around this file."""
    for start in (Path.cwd(), Path(__file__).resolve()):
        for folder in (start, *start.parents):
            if (folder / MARK).is_file():
                return Clone(folder.resolve())
    raise Trouble("This is no clone of Envol: change to the folder that holds its Makefile.")


def shared_folder() -> Path:
    """Give the folder for files that outlive a restart and that every account may enter."""
    lasting = Path("/var/tmp")  # noqa: S108 - what is made in it is checked by `own_folder`
    return lasting if lasting.is_dir() else Path(tempfile.gettempdir())


def temporary_folder(account: Account | None) -> Path:
    """Give the folder for temporary files that the account may enter."""
    usual = Path(tempfile.gettempdir())
    return usual if may_enter(account, usual) else shared_folder()


def own_folder(folder: Path) -> Path:
    """Make a folder in a place everyone can write to, or check that it is really ours."""
    folder.mkdir(mode=0o755, exist_ok=True)
    seen = folder.lstat()
    if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != os.geteuid():
        raise Trouble(f"{folder} belongs to somebody else: remove it and start again.")
    folder.chmod(0o755)
    return folder
