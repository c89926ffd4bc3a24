"""The check that today's messages are compatible with those already published.

Published messages are retained for ever, so today's consumers must understand the oldest message,
and a consumer of the oldest release must understand today's. Allowed are a new message, a new
optional field, and another description.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

Schema = Mapping[str, Any]

ANNOTATIONS: Final = frozenset({"$schema", "$id", "$defs", "title", "description", "examples"})
"""Documentation in a schema: free to change."""

COMPARED_APART: Final = frozenset(
    {"anyOf", "type", "format", "enum", "default", "properties", "required"}
    | {"items", "additionalProperties", "x-topic", "x-key"}
)
"""Every other keyword is compared as a whole: looser or tighter, an old or a new reader fails."""

NULL: Final[Schema] = {"type": "null"}


class Published(NamedTuple):
    """Schemas and examples by their path in the library's folder."""

    schemas: Mapping[str, Schema]
    examples: Mapping[str, bytes]


class Break(NamedTuple):
    """A breaking change: what it is, in which field and file, and the advice how to avoid it."""

    what: str
    field: str = ""
    file: str = ""
    advice: str = "publish a v2 next to it"

    def __str__(self) -> str:
        where = f"{self.file}, field {self.field}" if self.field else self.file
        return f"{where}: {self.what}; {self.advice}."


def breaks(before: Published, after: Published) -> list[Break]:
    """Return the changes that an old consumer, or an old message, would fail on."""
    return [*_schema_breaks(before, after), *_example_breaks(before, after)]


def _schema_breaks(before: Published, after: Published) -> Iterator[Break]:
    for file, schema in before.schemas.items():
        if file in after.schemas:
            for broken in _message(_plain(schema), _plain(after.schemas[file])):
                yield broken._replace(file=file)
        else:
            yield Break(
                "the message was removed, and old ones stay",
                file=file,
                advice="restore its class, and publish a v2 next to it",
            )


def _example_breaks(before: Published, after: Published) -> Iterator[Break]:
    for file, content in before.examples.items():
        if file not in after.examples:
            yield Break("the example was removed", file=file, advice="restore it")
        elif after.examples[file] != content:
            yield Break(
                "the example was changed", file=file, advice="restore it, and add one next to it"
            )


def _message(before: Schema, after: Schema) -> Iterator[Break]:
    for name in ("x-topic", "x-key"):
        if (was := before.get(name)) != (now := after.get(name)):
            yield Break(f"its {name.removeprefix('x-')} was {was} and is {now}")
    yield from _value(before, after, at="")


def _value(before: Schema, after: Schema, *, at: str) -> Iterator[Break]:
    was, now = _alternatives(before), _alternatives(after)
    if NULL in was and NULL not in now:
        yield Break("it may no longer be null, as old messages have it", at)
    if NULL in now and NULL not in was:
        yield Break("it may now be null, which old readers refuse", at)
    was, now = [one for one in was if one != NULL], [one for one in now if one != NULL]
    if len(was) == len(now) == 1 and _named(was[0]) == _named(now[0]):
        yield from _same_type(was[0], now[0], at=at)
    elif was != now:
        yield Break(f"it was {_either(was)} and is {_either(now)}", at)


def _same_type(before: Schema, after: Schema, *, at: str) -> Iterator[Break]:
    yield from _words(before.get("enum", ()), after.get("enum", ()), at=at)
    yield from _fields(before, after, at=at)
    for part in ("items", "additionalProperties"):
        was, now = before.get(part), after.get(part)
        if isinstance(was, Mapping) and isinstance(now, Mapping):
            yield from _value(was, now, at=f"{at}[]")
        elif was != now:
            yield _changed(part, was, now, at=at)
    for rule in sorted((before.keys() | after.keys()) - COMPARED_APART):
        if before.get(rule) != after.get(rule):
            yield _changed(rule, before.get(rule), after.get(rule), at=at)


def _words(before: list[Any], after: list[Any], *, at: str) -> Iterator[Break]:
    for word in before:
        if word not in after:
            yield Break(f"the value {word!r} was removed, which old messages have", at)
    for word in after:
        if word not in before:
            yield Break(f"the value {word!r} was added, which old readers refuse", at)


def _fields(before: Schema, after: Schema, *, at: str) -> Iterator[Break]:
    was, now = before.get("properties", {}), after.get("properties", {})
    needed, needs = before.get("required", ()), after.get("required", ())
    for name, field in was.items():
        path = f"{at}.{name}" if at else name
        if name not in now:
            yield Break("it was removed, and old readers or messages have it", path)
            continue
        if name in needed and name not in needs:
            yield Break("it was always there and may now be missing", path)
        if name not in needed and name in needs:
            yield Break("it is now required, and old messages may lack it", path)
        if name not in needed and field.get("default") != now[name].get("default"):
            yield _changed("default", field.get("default"), now[name].get("default"), at=path)
        yield from _value(field, now[name], at=path)
    for name in needs:
        if name not in was:
            yield Break(
                "it is new and required, and old messages lack it",
                f"{at}.{name}" if at else name,
                advice="give it a default, or publish a v2 next to it",
            )


def _changed(rule: str, was: object, now: object, *, at: str) -> Break:
    return Break(f"its {rule} was {json.dumps(was)}, is {json.dumps(now)}", at)


def _alternatives(schema: Schema) -> list[Schema]:
    return sorted(schema.get("anyOf", [schema]), key=lambda one: json.dumps(one, sort_keys=True))


def _named(schema: Schema) -> str:
    kind = schema.get("type", "anything")
    if "enum" in schema:
        return f"one of a list of {kind}s"
    return f"{kind} ({schema['format']})" if "format" in schema else str(kind)


def _either(alternatives: list[Schema]) -> str:
    return " or ".join(map(_named, alternatives)) or "null"


def _plain(schema: Schema) -> Schema:
    """Reduce `schema` to its rules: references resolved, a constant as an enum of one."""
    definitions = schema.get("$defs", {})

    def plain(part: Any) -> Any:  # noqa: ANN401
        if isinstance(part, list):
            return [plain(one) for one in part]
        if not isinstance(part, Mapping):
            return part
        if "$ref" in part:
            return plain(definitions[part["$ref"].rpartition("/")[2]] | _rest(part, "$ref"))
        if "const" in part:
            return plain(_rest(part, "const") | {"enum": [part["const"]]})
        if "properties" in part:
            fields = {name: plain(field) for name, field in part["properties"].items()}
            return plain(_rest(part, "properties")) | {"properties": fields}
        return {rule: plain(value) for rule, value in part.items() if rule not in ANNOTATIONS}

    plained: Schema = plain(schema)
    return plained


def _rest(part: Schema, *without: str) -> dict[str, Any]:
    return {rule: value for rule, value in part.items() if rule not in without}
