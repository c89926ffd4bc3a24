"""What the containers promise, read from the files that make them."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from envol_local.ports import BASE, HOST, OFFSETS, SERVICES

ROOT = Path(__file__).parents[1]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())
PARTS: dict[str, dict[str, Any]] = COMPOSE["services"]


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_is_migrated_before_its_api_and_its_worker_start(service: str) -> None:
    for role in ("api", "worker"):
        part = PARTS[f"{service}-{role}"]
        assert part["command"] == [role]
        assert part["image"] == f"envol-{service}"
        assert part["restart"] == "unless-stopped"
        assert "/health/ready" in part["healthcheck"]["test"][-1]
        awaited = part["depends_on"][f"{service}-migrate"]["condition"]
        assert awaited == "service_completed_successfully"


def test_there_is_nobody_else_with_an_api() -> None:
    folders = {path.name for path in (ROOT / "services").iterdir() if path.is_dir()}

    assert {name.removesuffix("-api") for name in PARTS if name.endswith("-api")} == folders


def test_only_this_machine_hears_what_is_published() -> None:
    published = [port for part in PARTS.values() for port in part.get("ports", [])]

    assert published
    assert [port for port in published if not port.startswith(f"{HOST}:")] == []


@pytest.mark.parametrize(
    ("part", "served_as"),
    [
        *((f"{service}-api", f"{service}-api") for service in SERVICES),
        ("identity", "identity"),
        ("mail", "mails-page"),
        ("postgres", "postgres"),
        ("kafka", "kafka"),
    ],
)
def test_the_ports_are_those_of_make_run(part: str, served_as: str) -> None:
    [port] = PARTS[part]["ports"]

    assert int(port.split(":")[1]) == BASE + OFFSETS[served_as]


def test_an_image_is_built_by_one_part_and_all_are() -> None:
    built = [part["image"] for part in PARTS.values() if "build" in part]
    used = {part["image"] for part in PARTS.values() if part["image"].startswith("envol-")}

    assert sorted(built) == sorted(used)


@pytest.mark.parametrize("service", SERVICES)
def test_each_service_is_built_from_the_one_dockerfile_under_its_own_name(service: str) -> None:
    build = PARTS[f"{service}-migrate"]["build"]

    assert build["dockerfile"] == "deploy/docker/service.Dockerfile"
    assert build["args"] == {"SERVICE": service}
    assert PARTS[f"{service}-migrate"]["image"] == f"envol-{service}"
