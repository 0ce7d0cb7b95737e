"""The options of a command, from the parameters of its playbook.

A parameter whose type is a dataclass stands for all its fields: the playbook takes one value, and who types the command
an option for each field, where the parameter stands. The parameter's default has the defaults of the options.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from inspect import Parameter
from typing import Annotated, Any, get_args, get_origin, get_type_hints


@dataclass(frozen=True, slots=True)
class Without:
    """Beside a dataclass in ``Annotated``: the fields that are no options of this command."""

    names: frozenset[str]


def options_of(parameters: Iterable[Parameter]) -> list[Parameter]:
    """Return a keyword parameter for each option, in order."""
    return [option for each in parameters for option in _options_of(each)]


def arguments_of(parameters: Sequence[Parameter], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a playbook with ``parameters`` is called with; ``values`` are those of `options_of` them."""
    return {each.name: _argument(each, values) for each in parameters}


def _options_of(parameter: Parameter) -> list[Parameter]:
    made = _dataclass(parameter)
    if made is None:
        return [parameter.replace(kind=Parameter.KEYWORD_ONLY)]
    types = get_type_hints(made, include_extras=True)
    return [
        Parameter(
            name,
            Parameter.KEYWORD_ONLY,
            default=getattr(parameter.default, name, Parameter.empty),
            annotation=types[name],
        )
        for name in _names(made, parameter)
    ]


def _argument(parameter: Parameter, values: Mapping[str, Any]) -> Any:
    made = _dataclass(parameter)
    if made is None:
        return values[parameter.name]
    return made(**{name: values[name] for name in _names(made, parameter)})


def _dataclass(parameter: Parameter) -> type[Any] | None:
    """Return the dataclass that a parameter takes; None: it takes something else."""
    annotation = parameter.annotation
    bare = get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation
    return bare if isinstance(bare, type) and is_dataclass(bare) else None


def _names(made: type[Any], parameter: Parameter) -> list[str]:
    """Return the fields that are options."""
    beside = get_args(parameter.annotation)[1:]
    without = {name for each in beside if isinstance(each, Without) for name in each.names}
    return [field.name for field in fields(made) if field.name not in without]
