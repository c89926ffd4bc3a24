"""Entities: rows of a service's own tables, which are created quickly."""

from collections.abc import Callable
from functools import cache
from typing import Any, cast

from pydantic_core import PydanticUndefined
from sqlmodel import SQLModel

from backbone.database.tables import NamedTable

Factory = Callable[[], Any]


class Entity(NamedTable):
    """The base of the tables that a service owns.

    SQLModel inspects every default and default factory again for each row (0.1 ms); here they are
    cached by class. As with SQLModel, a table validates nothing; unlike there, an unknown column is
    a `TypeError`.
    """

    def __init__(self, **values: Any) -> None:  # noqa: ANN401  (as the columns)
        constants, factories = _defaults(type(self))
        related = {
            name: values.pop(name) for name in self.__sqlmodel_relationships__ if name in values
        }
        if unknown := values.keys() - constants.keys():
            raise TypeError(f"{type(self).__name__} has no {', '.join(sorted(unknown))}.")
        self.__dict__.update(constants)
        self.__dict__.update(
            {name: make() for name, make in factories.items() if name not in values}
        )
        self.__dict__.update(values)
        self.__pydantic_fields_set__.update(values)
        for name, value in related.items():
            setattr(self, name, value)


@cache
def _defaults(kind: type[SQLModel]) -> tuple[dict[str, Any], dict[str, Factory]]:
    """Return each column with its default (None without one), and the default factories."""
    fields = kind.model_fields
    plain = {
        name: None if field.default is PydanticUndefined else field.default
        for name, field in fields.items()
    }
    factories = {
        name: field.default_factory for name, field in fields.items() if field.default_factory
    }
    return plain, cast("dict[str, Factory]", factories)  # none takes validated data
