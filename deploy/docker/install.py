"""Installs what members need, and not the members: in the lock's versions, with its hashes."""  # noqa: INP001 - a script that images run

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

LOCK = Path("requirements.lock").read_text(encoding="utf-8")
REPORT = Path("/tmp/installed.json")  # noqa: S108 - an image under construction has one user


def needed_by(member: str) -> list[str]:
    """Give what the member's pyproject names, but for our own members."""
    project = tomllib.loads(Path(member, "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [need for need in project["dependencies"] if not need.startswith("envol-")]


def install(needs: list[str]) -> None:
    """Install in the lock's versions; a file whose hash it does not name ends the build."""
    versions = Path("/tmp/versions.txt")  # noqa: S108
    versions.write_text("\n".join(re.findall(r"^(\w.*) \\$", LOCK, re.MULTILINE)), encoding="utf-8")
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--no-cache-dir")
    options = (f"--constraint={versions}", f"--report={REPORT}", "--root-user-action=ignore")
    subprocess.run((*pip, *options, *needs), check=True)  # noqa: S603 - the words are ours
    for installed in json.loads(REPORT.read_text(encoding="utf-8"))["install"]:
        found = installed["download_info"]["archive_info"]["hashes"]["sha256"]
        if f"sha256:{found}" not in LOCK:
            sys.exit(f"{installed['metadata']['name']} is not what requirements.lock names.")


if needs := [need for member in sys.argv[1:] for need in needed_by(member)]:
    install(needs)
