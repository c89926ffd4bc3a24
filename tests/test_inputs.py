"""What no service takes, whichever operation it is sent to: asked of all that are documented."""

import ast
import importlib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response
from operations import NOT_TEXT, Leaf, Operation, not_null, operations
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncEngine

from backbone.database.sessions import Sessions, create_sessions
from backbone.imports.registry import Row
from backbone.service import Service
from backbone.testing.fixtures import TestIssuer

ROOT = Path(__file__).parents[1]
SERVICES = ("matching", "partners", "notifications", "reporting")
ENDLESS = {"stream"}


@pytest.fixture(scope="module", params=SERVICES)
def service(request: pytest.FixtureRequest) -> Service[Any]:
    """A service under a name, and so on a database, of its own: what is sent here stays there."""
    service: Service[Any] = importlib.import_module(f"{request.param}.__main__").SERVICE
    return replace(service, name=f"{service.name}_inputs")


@pytest.fixture(scope="module")
def settings_extra(
    service: Service[Any], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    extra = {
        "documents_folder": tmp_path_factory.mktemp("documents"),
        "issuer_name": "Envol",
        "issuer_number": "W931234567",
        "issuer_address": "1 rue de l'Envol, 93200 Saint-Denis",
        "issuer_object": "Accompagner de jeunes diplômés vers l'emploi",
        "mail_from": "Envol <bonjour@envol.example>",
        "smpp_sender": "Envol",
    }
    fields = service.settings.model_fields
    return {name: value for name, value in extra.items() if name in fields}


@pytest.fixture
async def anyone(
    app: FastAPI,
    sessions: Sessions,
    keys: TestIssuer,
) -> AsyncIterator[AsyncClient]:
    """The service as an administrator sees it, from the root of its addresses."""
    headers = {"Authorization": f"Bearer {keys.token('admin')}"}
    transport = ASGITransport(app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://x", headers=headers) as client:
        yield client


@pytest.fixture
async def documented(anyone: AsyncClient) -> list[Operation]:
    answer = await anyone.get("/openapi.json")
    assert answer.status_code == 200, answer.text
    return list(operations(answer.json()))


def shown(operation: Operation, what: object, answer: Response) -> str:
    return f"{operation.method} {operation.address} {what!r}: {answer.status_code} {answer.text}"


def names(answer: Response, name: str) -> bool:
    """Return whether the answer is a 422 with a fault at this place."""
    faults = answer.json().get("faults", []) if answer.status_code == 422 else []
    return any(fault["where"] == name or name.startswith(f"{fault['where']}.") for fault in faults)


async def test_every_operation_has_an_id_of_its_own_and_answers(
    anyone: AsyncClient, documented: list[Operation]
) -> None:
    ids = [operation.id for operation in documented]
    assert sorted(ids) == sorted(set(ids))

    broken = []
    for operation in documented:
        if operation.id in ENDLESS:
            continue
        answer = await operation.ask(anyone)
        if answer.status_code >= 500 and operation.id != "ready":
            broken.append(shown(operation, "a sample", answer))
    assert broken == []


async def test_refusals_are_documented_as_the_problems_they_are(
    anyone: AsyncClient, documented: list[Operation]
) -> None:
    described = (await anyone.get("/openapi.json")).json()["paths"]
    wrong = []
    for operation in documented:
        responses = described[operation.address][operation.method.lower()]["responses"]
        wrong += [
            (operation.id, status)
            for status, response in responses.items()
            if int(status) >= 400 and [*response["content"]] != ["application/problem+json"]
        ]
        if operation.body is not None:
            refused = [
                await operation.ask(anyone, content=b"{"),
                await operation.ask(anyone, content=b'"' + b"a" * (1 << 20) + b'"'),
            ]
            assert [answer.status_code for answer in refused] == [422, 413], operation
            wrong += [
                (operation.id, a.text) for a in refused if str(a.status_code) not in responses
            ]
        if operation.takes_version:
            wrong += [
                (operation.id, status) for status in ("412", "428") if status not in responses
            ]
    assert wrong == []


async def test_an_unknown_parameter_is_refused_and_named(
    anyone: AsyncClient, documented: list[Operation]
) -> None:
    wrong = []
    for operation in documented:
        answer = await operation.ask(anyone, query={"nonsense": "1"})
        if not names(answer, "query.nonsense"):
            wrong.append(shown(operation, "nonsense", answer))
        elif not all(leaf.path[-1] in answer.text for leaf in operation.parameters["query"]):
            wrong.append(shown(operation, "lacks the names of those that exist", answer))
    assert wrong == []


async def test_who_brings_no_token_is_told_so_before_anything_else(
    app: FastAPI, documented: list[Operation]
) -> None:
    async with AsyncClient(transport=ASGITransport(app), base_url="http://x") as nobody:
        open_to_all = {
            operation.id
            for operation in documented
            if (await operation.ask(nobody, query={"nonsense": "1"})).status_code != 401
        }
    assert open_to_all <= {"live", "ready", "get_calendar"}


async def test_a_parameter_out_of_bounds_is_refused_and_named(
    anyone: AsyncClient, documented: list[Operation]
) -> None:
    wrong = []
    for operation in documented:
        for place, leaves in operation.parameters.items():
            for leaf in leaves:
                for value in leaf.wrong:
                    values = {str(leaf.path[-1]): value}
                    answer = await operation.ask(anyone, **{place: values})
                    if place == "path" and answer.status_code == 404:
                        continue
                    if not names(answer, leaf.name):
                        wrong.append(shown(operation, (leaf.name, value), answer))
    assert wrong == []


async def test_a_body_out_of_bounds_is_refused_and_the_field_named(
    anyone: AsyncClient, documented: list[Operation]
) -> None:
    wrong = []
    for operation in documented:
        for leaf in operation.leaves:
            values = leaf.wrong
            if leaf.schema.get("format") in {"date", "date-time"}:
                values = [*values, 0, 1_390_000_000, 1.5, True]
            for value in values:
                answer = await operation.ask(anyone, body=operation.with_leaf(leaf, value))
                if not names(answer, f"body.{leaf.name}"):
                    wrong.append(shown(operation, (leaf.name, value), answer))
    assert wrong == []


async def test_the_first_and_the_last_day_break_nothing(
    anyone: AsyncClient, documented: list[Operation]
) -> None:
    """All dates at once, in parameters and in bodies: what is refused is refused by a rule."""
    broken = []
    for day in ("1900-01-01", "2100-12-31"):
        for operation in documented:
            if operation.id in ENDLESS:
                continue
            values = {
                str(leaf.path[-1]): day
                for leaf in operation.parameters["query"]
                if leaf.schema.get("format") == "date"
            }
            body = operation.body
            for leaf in operation.leaves:
                form = leaf.schema.get("format")
                if form in {"date", "date-time"}:
                    value = day if form == "date" else f"{day}T12:00:00Z"
                    operation_body = operation.with_leaf(leaf, value)
                    answer = await operation.ask(anyone, query=values, body=operation_body)
                    if answer.status_code >= 500:
                        broken.append(shown(operation, (leaf.name, value), answer))
            answer = await operation.ask(anyone, query=values, body=body)
            if answer.status_code >= 500 and operation.id != "ready":
                broken.append(shown(operation, values, answer))
    assert broken == []


async def test_names_and_cursors_that_are_no_text_break_nothing(
    anyone: AsyncClient, documented: list[Operation]
) -> None:
    broken = []
    for operation in documented:
        if operation.takes_file:
            answers = [await operation.ask(anyone, file_name=f"{each}.csv") for each in NOT_TEXT]
        elif operation.body is not None:
            strange = [{"a\ud800": 1}, {"a\0": {"b\u202e": 1}}, [], "a", 1, None]
            answers = [await operation.ask(anyone, body=each) for each in strange]
        else:
            continue
        broken += [shown(operation, "", each) for each in answers if each.status_code >= 500]
    assert broken == []


async def test_what_only_reads_neither_writes_nor_locks(
    app: FastAPI, anyone: AsyncClient, documented: list[Operation], engine: AsyncEngine
) -> None:
    usual = app.state.sessions
    app.state.sessions = create_sessions(engine.execution_options(postgresql_readonly=True))
    try:
        answers = [
            shown(operation, "", answer)
            for operation in documented
            if operation.method == "GET" and operation.id not in ENDLESS | {"ready"}
            if (answer := await operation.ask(anyone)).status_code >= 500
        ]
    finally:
        app.state.sessions = usual
    assert answers == []


def test_a_cell_out_of_bounds_is_blamed_on_its_column(service: Service[Any]) -> None:
    """Of every kind of file and every column: the rules are those of the bodies of requests."""
    taken = []
    for kind in service.imports.kinds.values():
        fields = kind.row.model_json_schema(by_alias=False)["properties"]
        for name, schema in fields.items():
            wrong = Leaf((name,), not_null(schema)).wrong or NOT_TEXT
            taken += [
                (kind.name, name, cell)
                for cell in map(str, wrong)
                if cell and name not in blamed(kind.row, name, cell)
            ]
    assert taken == []


def blamed(row: type[Row], name: str, cell: str) -> set[str]:
    try:
        row.model_validate({name: cell})
    except ValidationError as error:
        faults = error.errors(include_url=False)
        return {str(f["loc"][0]) for f in faults if f["loc"] and f["type"] != "missing"}
    return set()


@pytest.mark.parametrize("name", SERVICES)
def test_nothing_that_reads_loads_what_is_to_be_changed(name: str) -> None:
    package = ROOT / "services" / name / "src" / name
    reading = [
        node
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.AsyncFunctionDef) and (path_reads(path) or handles_get(node))
    ]
    locking = {
        function.name
        for function in reading
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute)
        and (node.attr.startswith("lock_") or node.attr.endswith("_to_change"))
    }
    assert reading
    assert locking == set()


def path_reads(path: Path) -> bool:
    return "queries" in {path.stem, path.parent.name}


def handles_get(function: ast.AsyncFunctionDef) -> bool:
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "get"
        for node in function.decorator_list
    )
