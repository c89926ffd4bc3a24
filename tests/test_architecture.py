"""What holds the pieces apart."""

import ast
import re
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SERVICES = sorted(path.name for path in (ROOT / "services").iterdir() if path.is_dir())
STATIONS = {
    "__init__", "__main__", "access", "api", "app", "commands", "delivery", "domain", "figures",
    "projections", "queries", "reactions", "read_model", "settings", "solver", "store", "tools",
    "worker",
}  # fmt: skip


def installed_paths() -> list[str]:
    """Where this environment keeps what comes from the registries, without our own members."""
    return [path for path in sys.path if path.endswith("site-packages")]


@pytest.mark.parametrize("service", SERVICES)
def test_a_services_environment_cannot_import_another(service: str, tmp_path: Path) -> None:
    """An environment with one service and what it names holds no other."""
    venv.create(tmp_path / "env", with_pip=False, symlinks=True)
    python = tmp_path / "env" / "bin" / "python"
    [packages] = (tmp_path / "env").glob("lib/python*/site-packages")
    for installed in installed_paths():
        for entry in Path(installed).iterdir():
            if not entry.name.startswith(("_editable_impl_", "_envol", "envol_", "__editable__")):
                (packages / entry.name).symlink_to(entry)
    for member in members_of(f"envol-{service}"):
        (packages / f"{member.name}.pth").write_text(f"{member / 'src'}\n")

    def imports(module: str) -> bool:
        command = [str(python), "-c", f"import {module}"]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    assert imports(f"{service}.__main__")
    assert [other for other in SERVICES if imports(other)] == [service]


def members_of(name: str) -> set[Path]:
    """The member of that name and those it depends on, by what its pyproject says."""
    by_name = {
        tomllib.loads(found.read_text())["project"]["name"]: found.parent
        for found in ROOT.glob("*/*/pyproject.toml")
    }
    needed, found = [name], set[Path]()
    while needed:
        member = by_name[needed.pop()]
        if member not in found:
            found.add(member)
            project = tomllib.loads((member / "pyproject.toml").read_text())["project"]
            needed += [d for d in project["dependencies"] if d in by_name]
    return found


@pytest.mark.parametrize("service", SERVICES)
def test_every_file_of_a_service_is_a_station(service: str) -> None:
    package = ROOT / "services" / service / "src" / service
    found = {path.stem for path in package.iterdir() if path.suffix == ".py" or path.is_dir()}

    assert found - {"__pycache__", "templates"} <= STATIONS
    assert {"__main__", "api", "app", "settings"} <= found


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_its_migrations(service: str) -> None:
    folder = ROOT / "services" / service

    assert list((folder / "migrations" / "versions").glob("0001_*.py"))


def test_the_lock_names_no_index() -> None:
    lock = (ROOT / "requirements.lock").read_text()

    assert "://" not in lock
    assert "--index-url" not in lock
    assert "--hash=sha256:" in lock


def test_the_backbone_knows_no_word_of_the_domain() -> None:
    words = ("mentee", "mentor", "pairing", "convention", "umbrella")
    machinery = "naming_convention"  # SQLAlchemy's word, not ours
    told = {
        f"{path.name}: {word}"
        for path in (ROOT / "libs/backbone/src").rglob("*.py")
        for word in words
        if word in path.read_text().lower().replace(machinery, "")
    }

    assert told == set()


def test_no_sql_text_names_a_schema() -> None:
    """A rebuild runs the same statements on tables of another schema; a name would miss them."""
    sql = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE|FROM|JOIN|TRUNCATE)\b")
    schema = re.compile(r'\b(public|read_model|rebuild|replaced)"?\.')
    sources = [path for path in ROOT.glob("*/*/src/**/*.py") if "versions" not in path.parts]

    found = {
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sources
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if sql.search(node.value) and schema.search(node.value)
    }

    assert len(sources) > 300
    assert found == set()
