"""A playbook takes one value where its command has an option for each of the value's fields."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from inspect import Parameter
from typing import Annotated, Any

import pytest

from jipkit.options import Without, arguments_of, options_of


@dataclass(frozen=True)
class Size:
    width: Annotated[int, "in metres"] = 1
    height: int = 2


def playbook(first: str, size: Size = Size(height=5), *, last: bool = False) -> None:
    """Take a value between two options."""


def partly(size: Annotated[Size, Without(frozenset({"width"}))] = Size()) -> None:
    """Take a value of which one field is no option."""


def required(size: Size) -> None:
    """Take a value that has to be given."""


def of(function: Any) -> list[Parameter]:
    return list(inspect.signature(function, eval_str=True).parameters.values())


def test_the_fields_of_a_value_stand_where_the_value_stands() -> None:
    assert [each.name for each in options_of(of(playbook))] == ["first", "width", "height", "last"]


def test_every_option_is_given_by_name() -> None:
    assert {each.kind for each in options_of(of(playbook))} == {Parameter.KEYWORD_ONLY}


def test_an_option_says_of_itself_what_the_field_says() -> None:
    assert options_of(of(playbook))[1].annotation == Annotated[int, "in metres"]


def test_the_defaults_of_the_options_are_those_of_the_default_value() -> None:
    assert [each.default for each in options_of(of(playbook))[1:3]] == [1, 5]


def test_the_fields_of_a_value_without_a_default_have_to_be_given() -> None:
    assert {each.default for each in options_of(of(required))} == {Parameter.empty}


def test_a_playbook_gets_the_value_made_of_its_options() -> None:
    values = {"first": "a", "width": 3, "height": 4, "last": True}
    assert arguments_of(of(playbook), values) == {"first": "a", "size": Size(3, 4), "last": True}


def test_a_field_can_be_left_out_of_the_options() -> None:
    assert [each.name for each in options_of(of(partly))] == ["height"]


def test_a_field_that_is_no_option_has_its_own_default() -> None:
    assert arguments_of(of(partly), {"height": 7}) == {"size": Size(1, 7)}


def test_two_options_of_one_name_are_a_mistake() -> None:
    def twice(height: int, size: Size) -> None:
        """Have a height twice."""

    with pytest.raises(ValueError, match="duplicate parameter name: 'height'"):
        inspect.signature(twice, eval_str=False).replace(parameters=options_of(of(twice)))
