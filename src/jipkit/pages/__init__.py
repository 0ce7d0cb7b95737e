"""Pages for a browser: one file each, which loads nothing, runs no script but ours, and trusts no text it shows."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import jinja2
from markupsafe import Markup

from jipkit.language import chosen
from jipkit.printable import escaped

FOLDER = Path(__file__).parent


@cache
def _environment() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_readable,
    )
    made.filters["lines"] = lines
    return made


def _readable(value: object) -> object:
    """Return text so that what turns the direction of writing, or cannot be seen, stands there as its code."""
    return escaped(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def lines(text: str) -> Iterator[str]:
    """Yield the lines of a text; whatever else breaks a line somewhere stays in its line, shown as a code."""
    return iter(text.split("\n") if text else ())


def page(name: str, **values: object) -> bytes:
    """Return the page that the template ``name``.html.j2 makes of ``values``, with ``name``.css and ``name``.js in it.

    The same values give the same bytes, in one language.
    """
    style, script = _source(f"{name}.css"), _source(f"{name}.js")
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'; form-action 'none'"
    )
    template = _environment().get_template(f"{name}.html.j2")
    found = template.render(
        values | {"language": chosen(), "policy": policy, "style": Markup(style), "script": Markup(script)}  # noqa: S704 - ours
    )
    return found.encode()


@cache
def _source(name: str) -> str:
    return (FOLDER / name).read_text("utf-8")


def _hash(text: str) -> str:
    """Return what a content security policy calls the text of an element."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
