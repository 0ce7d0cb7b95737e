"""Render a router's configuration, and know for each line which template line and inventory keys wrote it."""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import jinja2

from jipkit.errors import TemplateError
from jipkit.filters import FILTERS
from jipkit.model import Platform, Source
from jipkit.platforms import PlatformFacts
from jipkit.provenance import TemplateEnvironment, untangle

if TYPE_CHECKING:
    from jipkit.view_types import RouterView


@dataclass(frozen=True, slots=True)
class Origin:
    """What wrote one line: ``template`` is relative to ``templates/`` (``frr/ospf.j2``), ``line`` counts from 1."""

    template: str
    line: int
    sources: tuple[Source, ...] = ()

    def __str__(self) -> str:
        return f"templates/{self.template}:{self.line}"


@dataclass(frozen=True, slots=True)
class Rendered:
    """A router's intended configuration; ``origins`` has one entry a line of ``text``.

    Secrets stand in ``text`` as placeholders, never in clear.
    """

    router: str
    platform: Platform
    text: str
    origins: tuple[Origin, ...]

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


class Renderer:
    """Renders every router through one environment; the same inventory gives the same bytes.

    ``templates`` are texts by name (``frr/ospf.j2``). Each is read once, when it is first needed. In a template the
    router is ``router``; to include another one, name it from the top: ``{% include "frr/ospf.j2" %}``.
    """

    def __init__(self, templates: Mapping[str, str]) -> None:
        self._environment = TemplateEnvironment(templates, FILTERS)

    def render(self, view: RouterView, facts: PlatformFacts, template: str | None = None) -> Rendered:
        """Return the configuration of a router, from its platform's ``router.j2`` or from another ``template``.

        Blank lines and blanks at the end of lines are left out.

        Raises:
            TemplateError: a template is missing, wrong, prints what is undefined or unprintable, or prints nothing:
                an empty configuration is nobody's intention.
        """
        name = f"{facts.platform}/{template or facts.template}"
        try:
            marked, ledger = self._environment.run(name, {"router": view})
        except (jinja2.TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as error:
            raise _located(error, name, view.hostname) from error
        except (RecursionError, MemoryError) as error:
            raise _located(error, name, view.hostname, "has no end: it includes or multiplies something") from error
        written = list(untangle(marked, self._environment.places, ledger.sources()))
        if not written:
            raise TemplateError(
                f"templates/{name}: router {view.hostname}: writes nothing at all; a router without configuration is "
                "never intended",
                router=view.hostname,
                template=name,
            )
        return Rendered(
            router=view.hostname,
            platform=facts.platform,
            text="".join([f"{line.text}\n" for line in written]),
            origins=tuple([Origin(line.template, line.line, line.sources) for line in written]),
        )


def _located(error: Exception, template: str, router: str, message: str = "") -> TemplateError:
    """Return the error with the template line at which it happened; ``message`` in place of its own text."""
    line: int | None = None
    message = message or str(error)
    if isinstance(error, jinja2.TemplateSyntaxError):
        template, line, message = error.name or template, error.lineno, error.message or message
    else:
        for frame, number in traceback.walk_tb(error.__traceback__):
            source = frame.f_globals.get("__jinja_template__")
            if isinstance(source, jinja2.Template):
                template, line = source.name or template, source.get_corresponding_lineno(number)
        if isinstance(error, jinja2.TemplateNotFound):
            message = f"there is no template templates/{error.name}"
    place = f"templates/{template}" + (f":{line}" if line else "")
    return TemplateError(f"{place}: router {router}: {message}", router=router, template=template, line=line)
