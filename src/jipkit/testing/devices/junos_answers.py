"""What a simulated Junos router prints: its configuration, its commits, its software and its refusals, in XML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from jipkit.testing.models.sets import JUNOS, Model

if TYPE_CHECKING:
    from jipkit.testing.devices.junos import JunosRouter
    from jipkit.testing.models.sets.held import Held


def hello(base: str, capabilities: Sequence[str], number: int) -> str:
    """Return how it greets."""
    listed = "".join(f"<capability>{one}</capability>" for one in capabilities)
    return f'<hello xmlns="{base}"><capabilities>{listed}</capabilities><session-id>{number}</session-id></hello>'


def error(message: str, *, bad: str = "", where: str = "", severity: str = "error") -> str:
    """Return a refusal, or a warning; ``where`` is the place in the configuration."""
    path = f"<error-path>[edit {escape(where)}]</error-path>" if where else ""
    info = f"<error-info><bad-element>{escape(bad)}</bad-element></error-info>" if bad else ""
    return (
        "<rpc-error><error-type>protocol</error-type><error-tag>operation-failed</error-tag>"
        f"<error-severity>{severity}</error-severity>{path}"
        f"<error-message>\n{escape(message)}\n</error-message>{info}</rpc-error>"
    )


def output(text: str) -> str:
    """Return a command's text."""
    return f"<output>\n{escape(text)}\n</output>"


# ------------------------------------------------------------------ configuration


def as_set(router: JunosRouter, model: Model) -> str:
    """Return a configuration as ``display set`` prints it."""
    return f"set version {router.version}\n{model.text()}"


def as_blocks(router: JunosRouter, model: Model) -> str:
    """Return a configuration as ``show configuration`` prints it: blocks in braces."""
    last = router.history[0]
    lines = [f"## Last commit: {router.said(last.when)} by {last.user}", f"version {router.version};"]
    return "\n".join([*lines, *_blocks(model.top, ""), ""])


def _blocks(held: Held, indent: str) -> Iterator[str]:
    siblings = held.node.children if held.node is not None else ()
    for child in sorted(held.children.values(), key=lambda c: JUNOS.place(c.node, c.words, siblings)):
        words = [*child.words, *([] if child.value is None else [child.value])]
        named = " ".join(JUNOS.word(word, False) for word in words)
        line = f"{indent}{'inactive: ' if child.inactive else ''}{named}"
        if child.children:
            yield f"{line} {{"
            yield from _blocks(child, indent + "    ")
            yield f"{indent}}}"
        else:
            yield f"{line};"


def compared(before: Model, now: Model, inside: str = "") -> str:
    """Return what differs, nothing where nothing does.

    Stands for ``show | compare``, which prints blocks in braces with their place; ours prints whole statements.
    """
    old, new = before.text().splitlines(), now.text().splitlines()
    lines = [f"-  {line}" for line in old if line not in new] + [f"+  {line}" for line in new if line not in old]
    if not lines and old != new:
        lines = [f"!  {line}" for line in new]
    text = "\n".join(["[edit]", *lines, ""]) if lines else ""
    shown = f"<configuration-output>\n{escape(text)}</configuration-output>"
    shown = f"<configuration-information>{shown}</configuration-information>"
    return f"<{inside}>{shown}</{inside}>" if inside else shown


# ------------------------------------------------------------------ commits and time


def commits(router: JunosRouter) -> str:
    """Return the history of commits, the last one first: ``show system commit``."""
    entries = [
        "<commit-history>"
        f"<sequence-number>{number}</sequence-number><user>{escape(one.user)}</user><client>{one.client}</client>"
        f'<date-time junos:seconds="{int(one.when)}">{router.said(one.when)}</date-time>'
        + (f"<comment>{one.comment}</comment>" if one.comment else "")
        + (f"<log>{escape(one.log)}</log>" if one.log else "")
        + "</commit-history>"
        for number, one in enumerate(router.history)
    ]
    return f"<commit-information>{''.join(entries)}</commit-information>"


def revision(router: JunosRouter) -> str:
    """Return the last commit: ``show system commit revision detail``."""
    last = router.history[0]
    comment = f"<comment>{last.comment}</comment>" if last.comment else ""
    return (
        f"<commit-revision-information><revision>re0-{int(last.when)}-{len(router.history)}</revision>"
        f"<user>{escape(last.user)}</user><client>{last.client}</client>"
        f'<date-time junos:seconds="{int(last.when)}">{router.said(last.when)}</date-time>{comment}'
        "</commit-revision-information>"
    )


def uptime(router: JunosRouter) -> str:
    """Return its time, and since when it has been up."""
    now = router.clock.now()
    return (
        f'<system-uptime-information><current-time><date-time junos:seconds="{int(now)}">{router.said(now)}'
        f'</date-time></current-time><system-booted-time><date-time junos:seconds="{int(router.booted)}">'
        f"{router.said(router.booted)}</date-time></system-booted-time></system-uptime-information>"
    )


# ------------------------------------------------------------------ software


def software(router: JunosRouter) -> str:
    """Return its name and software."""
    return (
        f"<software-information><host-name>{escape(router.hostname)}</host-name>"
        f"<product-model>{router.model_name}</product-model><product-name>{router.model_name}</product-name>"
        f"<junos-version>{router.version}</junos-version>"
        f"<package-information><name>junos</name><comment>JUNOS Software Release [{router.version}]</comment>"
        "</package-information></software-information>"
    )


def version(router: JunosRouter) -> str:
    """Return the text of ``show version``."""
    return f"Hostname: {router.hostname}\nModel: {router.model_name}\nJunos: {router.version}\n"


def version_json(router: JunosRouter) -> dict[str, Any]:
    """Return ``show version | display json``: every value a list of one."""
    values = {
        "host-name": router.hostname,
        "product-model": router.model_name,
        "product-name": router.model_name,
        "junos-version": router.version,
    }
    return {"software-information": [{name: [{"data": value}] for name, value in values.items()}]}
