"""The snapshots that need no server: each is text that equals what was accepted."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Final, get_args

import yaml
from pydantic_settings import BaseSettings

from backbone.errors import Refused
from backbone.imports.columns import french_label
from backbone.imports.registry import Row
from backbone.service import Service
from backbone.web.problems import title_of
from contracts.enums import Role
from contracts.publishing.schemas import as_text
from matching.commands import alerts as matching_alerts
from matching.domain import applications
from matching.domain.neighbourhoods import Finding
from matching.solver.draft import Draft
from matching.solver.inputs import Inputs
from matching.solver.residual import Price
from notifications.domain.messages import Outcome
from partners.commands import alerts as partners_alerts
from partners.domain.patronage import Issuer
from reporting.api.exports import PROGRESS
from reporting.api.spreadsheets import column_title
from reporting.api.views import RowView
from reporting.figures import FIGURES
from reporting.figures.breakdowns import BREAKDOWNS
from reporting.figures.model import Figure
from tests.snapshots import SERVICES, sources
from tests.snapshots.services import app_of, service, settings_of

ALERTS = sources.ROOT / "deploy" / "alerts.yaml"


STORED: Final = {
    "matching: decision_inputs": (*applications.Inputs._fields, *Finding.__slots__),
    "matching: price in a round's report": Price._fields,
    "partners: issuer in a receipt's mentions": Issuer._fields,
}
"""Documents in columns whose keys are the names of fields."""


def openapi(name: str) -> str:
    """A service's document, as the app answers it."""
    return as_text(app_of(name).openapi())


def problems() -> str:
    """The types of problems: package, kind, status and title; and the name as a cause in logs."""
    lines = [
        f"{kind.__module__.partition('.')[0]}: {kind.kind} {_status(kind.status)} {kind.shown_as}"
        for kind in _refusals()
    ]
    lines += [f"backbone: {kind}" for kind in sources.problem_kinds()]
    return "".join(f"{line}\n" for line in sorted(lines))


def _refusals() -> list[type[Refused]]:
    """Every refusal that a service's process knows."""
    for name in SERVICES:
        service(name)
    return _below(Refused)


def _below(base: type[Any]) -> list[type[Any]]:
    """Return the classes of our packages that inherit from one; those of tests are of none."""
    packages = {"backbone", "contracts", *SERVICES}
    below = [each for one in base.__subclasses__() for each in (one, *_below(one))]
    return [each for each in below if each.__module__.partition(".")[0] in packages]


def _status(status: int) -> str:
    return f"{int(status)} {title_of(status)}"


def alerts() -> str:
    """The rules of deploy/alerts.yaml, without what they say to readers."""
    groups = yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"]
    rules = [
        f"{group['name']}: {rule['alert']} {rule['expr']} for {rule.get('for', '0m')}"
        f" {rule['labels']['severity']}\n"
        for group in groups
        for rule in group["rules"]
    ]
    return "".join(rules)


def imports() -> str:
    """The kinds of files that are taken, with their columns: the name, `*` if needed, the label."""
    return "".join(
        f"{name}: {kind.name}, known by {', '.join(kind.row.key)}\n{_columns(kind.row)}"
        for name in SERVICES
        for kind in service(name).imports.kinds.values()
    )


def _columns(row: type[Row]) -> str:
    return "".join(
        f"  {name}{'*' if info.is_required() else ''} {french_label(name, row) or ''}".rstrip()
        + "\n"
        for name, info in row.model_fields.items()
    )


def figures() -> str:
    """The figures, their units and what they can be told by; then the columns of their files."""
    lines = [_figure(figure) for figure in FIGURES.values()]
    lines += [f"by {each.name}: {each.parameter} ({each.kind})\n" for each in BREAKDOWNS.values()]
    for name, columns in (("list", RowView.model_fields), ("targets", PROGRESS)):
        labels = (f"{column} ({column_title(column, 'fr')})" for column in columns)
        lines.append(f"file {name}: {', '.join(labels)}\n")
    return "".join(lines)


def _figure(figure: Figure) -> str:
    return f"{figure.name}: {figure.unit} by {', '.join(figure.breakdowns)}\n"


def settings() -> str:
    """The environment variables of each service, with what holds without them."""
    return "".join(
        f"{name}: {field.upper()}{'' if info.is_required() else f'={info.default}'}\n"
        for name in SERVICES
        for field, info in sorted(_fields_of(service(name).settings).items())
    )


def _fields_of(model: type[BaseSettings]) -> Mapping[str, Any]:
    return model.model_fields


def names() -> str:
    """What else has a name: groups, commands, tasks, roles, crash points, locks, spans."""
    lines = [f"{name}: consumer group {service(name).name}\n" for name in SERVICES]
    lines += [
        f"{name}: command {command}\n" for name in SERVICES for command in _commands(service(name))
    ]
    lines += [f"{task.replace(':', ': task', 1)}\n" for task in sorted(_tasks())]
    lines += [f"notifications: outcome {outcome.label}\n" for outcome in get_args(Outcome)]
    lines += [f"{where}: {', '.join(keys)}\n" for where, keys in STORED.items()]
    lines += [f"failure {name}\n" for name in sorted(_failures())]
    lines += [f"role {role}\n" for role in Role]
    return "".join(lines) + sources.literals()


def _commands(found: Service[Any]) -> list[str]:
    return [
        *(command.name for command in found.offline_commands),
        *(command.name for command in found.database_commands),
    ]


def _tasks() -> set[str]:
    """The names under which failures are counted; those of rules are made of the rules' names."""
    rules: dict[str, Iterable[str]] = {
        "matching": matching_alerts.RULES,
        "partners": partners_alerts.RULES,
    }
    found = {task for task in sources.tasks() if not task.endswith("…")}
    found |= {f"{name}: due-{rule}" for name, named in rules.items() for rule in named}
    return found | {
        f"{name}: {task}" for name in SERVICES for task in service(name).tasks(settings_of(name))
    }


def _failures() -> set[str]:
    """The names of failures in logs and tables, without those of refusals."""
    ours = (each for each in _below(Exception) if not issubclass(each, Refused))
    return {each.shown_as for each in ours if "shown_as" in each.__dict__}


def rounds() -> str:
    """The files of a round: what it is decided on, and what it comes to."""
    shapes = {"inputs": Inputs.model_json_schema(), "draft": Draft.model_json_schema()}
    return as_text({name: _shape(schema, schema["$defs"]) for name, schema in shapes.items()})


def _shape(schema: Any, parts: Mapping[str, Any]) -> Any:
    """Return what a schema allows, without the names of classes and what is said of them."""
    if isinstance(schema, list):
        return [_shape(each, parts) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _shape(parts[schema["$ref"].rpartition("/")[2]], parts)
    said = {"title", "description", "$defs"}
    found = {key: _shape(each, parts) for key, each in schema.items() if key not in said}
    if "properties" in schema:
        properties = schema["properties"].items()
        found["properties"] = {name: _shape(each, parts) for name, each in properties}
    return found


TEXTS: Final[Mapping[str, Callable[[], str]]] = {
    **{f"openapi/{name}.json": partial(openapi, name) for name in SERVICES},
    "problems.txt": problems,
    "metrics.txt": sources.metrics,
    "log-events.txt": sources.log_events,
    "alerts.txt": alerts,
    "imports.txt": imports,
    "figures.txt": figures,
    "settings.txt": settings,
    "names.txt": names,
    "rounds.json": rounds,
}
