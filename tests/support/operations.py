"""The operations that a service documents, with requests made from their OpenAPI description."""

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from httpx import AsyncClient, Response

Json: TypeAlias = Any
Schema: TypeAlias = dict[str, Any]
Path: TypeAlias = tuple[str | int, ...]

AN_ID = "0b8f6a52-8f0e-4a0c-9d55-6a1f0b0d7c11"
SAMPLES = {
    "uuid": AN_ID,
    "date": "2014-01-06",
    "date-time": "2014-01-06T12:00:00Z",
    "email": "jo@example.org",
}
NOT_DAYS = [
    *("0001-01-01", "1899-12-31", "2101-01-01", "9999-12-31"),
    *("0", "1390000000", "2026-01-01T10:00:00", "2026-02-30", ""),
]
NOT_INSTANTS = ["0001-01-01T00:00:00Z", "2101-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "0", "1e9"]
NOT_NUMBERS = [-(2**63) - 1, -(2**31) - 1, 2**63, 10**30]
NOT_TEXT = ["a\0b", "a\x07b", "a\x0bb", "a\x7fb", "a\x85b", "a\u2028b", "a\u202eb", "a\u200fb"]


@dataclass(frozen=True)
class Leaf:
    """A value of a request: where it stands, and its schema."""

    path: Path
    schema: Schema

    @property
    def name(self) -> str:
        return ".".join(map(str, self.path))

    @property
    def wrong(self) -> list[Json]:
        """Values of which none can be right, whatever the operation does."""
        kind, form = self.schema.get("type"), self.schema.get("format")
        if form == "date":
            return NOT_DAYS
        if form == "date-time":
            return NOT_INSTANTS
        if kind == "integer":
            return [number for number in NOT_NUMBERS if "enum" not in self.schema]
        return NOT_TEXT if kind == "string" and form != "binary" else []


@dataclass(frozen=True)
class Operation:
    """A method at an address."""

    id: str
    method: str
    address: str
    parameters: dict[str, tuple[Leaf, ...]] = field(repr=False)
    required: frozenset[str]
    body: Json = field(repr=False)
    leaves: tuple[Leaf, ...] = field(repr=False)
    takes_file: bool
    takes_version: bool

    async def ask(
        self,
        client: AsyncClient,
        *,
        path: dict[str, Json] | None = None,
        query: dict[str, Json] | None = None,
        body: Json = None,
        content: bytes | None = None,
        file_name: str = "a.csv",
    ) -> Response:
        """Send a request that has the right shape, but for what is given here."""
        address = self.address
        for leaf in self.parameters["path"]:
            value = (path or {}).get(str(leaf.path[-1]), sample(leaf.schema))
            address = address.replace(f"{{{leaf.path[-1]}}}", encoded(value))
        needed = {
            leaf.path[-1]: sample(leaf.schema)
            for leaf in self.parameters["query"]
            if leaf.path[-1] in self.required
        }
        options: dict[str, Any] = {"headers": {"If-Match": "*"}}
        if self.takes_file:
            options["files"] = {"file": (file_name, b"a,b\n1,2\n")}
        elif self.body is not None:
            options["content"] = content or json.dumps(self.body if body is None else body)
            options["headers"] |= {"Content-Type": "application/json"}
        return await client.request(self.method, address, params=needed | (query or {}), **options)

    def with_leaf(self, leaf: Leaf, value: Json) -> Json:
        """Return the body with another value at this place."""
        body = deepcopy(self.body)
        place = body
        for step in leaf.path[:-1]:
            place = place[step]
        place[leaf.path[-1]] = value
        return body


def encoded(value: Json) -> str:
    return "".join(f"%{byte:02X}" for byte in str(value).encode())


def operations(document: Json) -> Iterator[Operation]:
    """Return the operations of an OpenAPI document."""
    for address, methods in document["paths"].items():
        for method, operation in methods.items():
            yield _operation(address, method, resolved(operation, document))


def _operation(address: str, method: str, operation: Json) -> Operation:
    described = operation.get("parameters", [])
    content = operation.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema")
    body = sample(schema) if schema else None
    return Operation(
        id=operation["operationId"],
        method=method.upper(),
        address=address,
        parameters={
            place: tuple(
                Leaf((place, each["name"]), not_null(each["schema"]))
                for each in described
                if each["in"] == place
            )
            for place in ("path", "query")
        },
        required=frozenset(each["name"] for each in described if each.get("required")),
        body=body,
        leaves=tuple(leaves(schema, body)) if schema else (),
        takes_file="multipart/form-data" in content,
        takes_version=any(each["name"].lower() == "if-match" for each in described),
    )


def resolved(value: Json, document: Json) -> Json:
    """Return a part of the document with every reference replaced by what it names."""
    if isinstance(value, list):
        return [resolved(each, document) for each in value]
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        *_, name = value["$ref"].split("/")
        return resolved(document["components"]["schemas"][name], document)
    return {name: resolved(each, document) for name, each in value.items() if name != "responses"}


def not_null(schema: Schema) -> Schema:
    for each in schema.get("anyOf", []):
        if each.get("type") != "null":
            return dict(each)
    return schema


def sample(schema: Schema) -> Json:
    """Return a value of the right shape, with everything that may be in it."""
    schema = not_null(schema)
    if "properties" in schema:
        return {name: sample(each) for name, each in schema["properties"].items()}
    if "const" in schema:
        return schema["const"]
    for word in ("enum", "examples"):
        if word in schema:
            return schema[word][0]
    if schema.get("type") == "array":
        return [sample(schema["items"])] if "items" in schema else []
    text = SAMPLES.get(schema.get("format", ""), "abcde"[: schema.get("maxLength", 5)])
    number = max(schema.get("minimum", 1), 1)
    by_kind = {"integer": number, "number": number, "boolean": True, "object": {}}
    return by_kind.get(schema.get("type", ""), text)


def leaves(schema: Schema, value: Json, path: Path = ()) -> Iterator[Leaf]:
    """Return every single value of a sample, with the schema it was made from."""
    schema = not_null(schema)
    if "properties" in schema and isinstance(value, dict):
        for name, each in schema["properties"].items():
            yield from leaves(each, value[name], (*path, name))
    elif isinstance(value, list) and value and "items" in schema:
        yield from leaves(schema["items"], value[0], (*path, 0))
    elif path:
        yield Leaf(path, schema)
