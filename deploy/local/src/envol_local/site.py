"""One set of servers: its folders, ports and password."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from envol_local.account import Account, may_enter
from envol_local.places import Clone, own_folder
from envol_local.ports import HOST, Ports

SMPP_PASSWORD_LIMIT = 8


@dataclass(frozen=True, kw_only=True)
class Site:
    """Where one set of servers lives, and how to reach it."""

    clone: Clone
    data: Path
    logs: Path
    ports: Ports
    password: str
    account: Account | None
    throwaway: bool = False

    def address(self, name: str) -> str:
        """Give a part's host and port."""
        return f"{HOST}:{self.ports[name]}"

    def url(self, name: str) -> str:
        return f"http://{self.address(name)}"

    @property
    def issuer(self) -> str:
        return f"{self.url('identity')}/envol"

    @property
    def mails(self) -> Path:
        return self.data / "mail"

    @property
    def smpp_password(self) -> str:
        """The part of the password that SMPP has room for."""
        return self.password[:SMPP_PASSWORD_LIMIT]

    def database_url(self, database: str) -> str:
        return f"postgresql://envol:{self.password}@{self.address('postgres')}/{database}"

    def make_folders(self) -> None:
        for folder in (self.data, self.logs, self.mails):
            folder.mkdir(parents=True, exist_ok=True)

    def postgres_data(self) -> Path:
        """Give the folder of PostgreSQL's cluster, one that its account can reach."""
        if may_enter(self.account, self.data):
            return self.data / "postgres"
        folder = own_folder(self.clone.elsewhere)
        for name in self.data.relative_to(self.clone.local).parts:
            folder = own_folder(folder / name)
        return folder / "postgres"

    def programs(self) -> Path:
        """Give the folder for PostgreSQL's programs, one that its account can reach."""
        lib = self.clone.lib.resolve() / "postgres"
        return lib if may_enter(self.account, lib) else own_folder(self.clone.elsewhere)


def kept_password(file: Path) -> str:
    """Give this machine's random password, which is made the first time."""
    if file.exists():
        return file.read_text(encoding="ascii").strip()
    password = secrets.token_hex(16)
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(password)
    return password
