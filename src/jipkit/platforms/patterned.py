"""Texts of a platform's data that have to be regular expressions, with the groups that their readers look for."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field


def _compiles(value: str) -> str:
    _pattern(value)
    return value


def _finds_a_secret(value: str) -> str:
    if "secret" not in _pattern(value).groupindex:
        raise ValueError("marks no group (?P<secret>...)")
    return value


def _tells_a_version(value: str) -> str:
    if "version" not in _pattern(value).groupindex:
        raise ValueError("marks no group (?P<version>...)")
    return value


def _tells_a_hostname(value: str) -> str:
    if "hostname" not in _pattern(value).groupindex:
        raise ValueError("marks no group (?P<hostname>...)")
    return value


def _lists_members(value: str) -> str:
    if "members" not in _pattern(value).groupindex:
        raise ValueError("marks no group (?P<members>...)")
    return value


def _pattern(value: str) -> re.Pattern[str]:
    try:
        return re.compile(value)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"is no regular expression: {error}") from error


Pattern = Annotated[str, AfterValidator(_compiles)]
SecretPattern = Annotated[str, AfterValidator(_finds_a_secret)]
VersionPattern = Annotated[str, AfterValidator(_tells_a_version)]
HostnamePattern = Annotated[str, AfterValidator(_tells_a_hostname)]
MembersPattern = Annotated[str, AfterValidator(_lists_members)]
VersionNumber = Annotated[str, Field(pattern=r"^[0-9]+(\.[0-9A-Za-z_]+)*$")]
