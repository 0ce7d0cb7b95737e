"""Every line of a configuration knows what wrote it, and a template can do no harm."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, cast

import pytest

from jipkit.errors import TemplateError
from jipkit.model import Source
from jipkit.platforms import PlatformFacts
from jipkit.provenance import View
from jipkit.rendering import Origin, Rendered, Renderer

FACTS = PlatformFacts(platform="frr", netmiko="linux")


@dataclass(frozen=True, slots=True, kw_only=True)
class Port(View):
    name: str
    cost: int = 10
    shut: bool = False
    peers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Toy(View):
    hostname: str = "r1"
    ports: tuple[Port, ...] = ()
    nothing: str | None = None


def port(name: str, cost: int = 10, peers: tuple[str, ...] = ()) -> Port:
    sources = {field: Source("link", f"to-{name}", field) for field in ("name", "cost", "peers")}
    return Port(name=name, cost=cost, peers=peers, sources=sources)


TOY = Toy(
    ports=(port("eth0"), port("eth1", cost=20, peers=("a", "b"))),
    sources={"hostname": Source("router", "r1")},
)
HOST = Source("router", "r1")


def rendered(view: Toy = TOY, **templates: str) -> Rendered:
    named = {f"frr/{name}.j2": text for name, text in templates.items()}
    return Renderer(named).render(cast("Any", view), FACTS)


def lines(result: Rendered) -> list[tuple[str, str, int, tuple[str, ...]]]:
    return [
        (text, origin.template, origin.line, tuple(str(source) for source in origin.sources))
        for text, origin in zip(result.lines, result.origins, strict=True)
    ]


def refusal(template: str, view: Toy = TOY, **others: str) -> str:
    with pytest.raises(TemplateError) as caught:
        rendered(view, router=template, **others)
    return str(caught.value)


# where lines come from


def test_a_line_knows_its_template_line_and_its_inventory_keys() -> None:
    result = rendered(router="frr defaults traditional\nhostname {{ router.hostname }}\n")
    assert lines(result) == [
        ("frr defaults traditional", "frr/router.j2", 1, ()),
        ("hostname r1", "frr/router.j2", 2, ("router r1",)),
    ]


def test_an_origin_reads_as_a_place_in_the_room_of_templates() -> None:
    assert str(Origin("frr/ospf.j2", 12)) == "templates/frr/ospf.j2:12"


def test_each_turn_of_a_loop_names_its_own_keys() -> None:
    result = rendered(
        router="{% for port in router.ports %}\ninterface {{ port.name }}\n cost {{ port.cost }}\n{% endfor %}\n"
    )
    assert lines(result) == [
        ("interface eth0", "frr/router.j2", 2, ("link to-eth0.name",)),
        (" cost 10", "frr/router.j2", 3, ("link to-eth0.cost",)),
        ("interface eth1", "frr/router.j2", 2, ("link to-eth1.name",)),
        (" cost 20", "frr/router.j2", 3, ("link to-eth1.cost",)),
    ]


def test_a_line_of_a_macro_comes_from_the_macro_and_from_the_callers_keys() -> None:
    macro = "{% macro named(port, name) %}\n name {{ name }} cost {{ port.cost }}\n{% endmacro %}\n"
    result = rendered(router=macro + "x\n{{ named(router.ports[1], router.hostname) }}\n")
    assert lines(result) == [
        ("x", "frr/router.j2", 4, ()),
        (" name r1 cost 20", "frr/router.j2", 2, ("router r1", "link to-eth1.cost")),
    ]


def test_a_line_of_an_included_template_comes_from_there() -> None:
    result = rendered(
        router='top\n{% include "frr/part.j2" %}\nend\n', part="\n{# says who #}\nhostname {{ router.hostname }}\n"
    )
    assert lines(result) == [
        ("top", "frr/router.j2", 1, ()),
        ("hostname r1", "frr/part.j2", 3, ("router r1",)),
        ("end", "frr/router.j2", 3, ()),
    ]


def test_a_line_of_a_condition_comes_from_the_branch_that_was_taken() -> None:
    template = "{% if router.ports[0].shut %}\n shutdown\n{% else %}\n\n no shutdown\n{% endif %}\n"
    assert lines(rendered(router=template)) == [(" no shutdown", "frr/router.j2", 5, ())]


def test_a_line_put_together_over_several_template_lines_comes_from_the_first() -> None:
    template = "a {{ router.hostname }}\n{%- if router.ports %} b\n{%- endif %} {{ router.ports[0].cost }}\n"
    assert lines(rendered(router=template)) == [("a r1 b 10", "frr/router.j2", 1, ("router r1", "link to-eth0.cost"))]


def test_a_key_that_is_printed_twice_is_named_once() -> None:
    assert rendered(router="{{ router.hostname }} {{ router.hostname }}\n").origins[0].sources == (HOST,)


def test_a_value_keeps_its_key_through_set_join_and_quotes() -> None:
    template = (
        "{% set name = router.hostname %}\n{{ name }}\n{{ router.ports[1].peers|join(',') }}\n{{ name|quoted }}\n"
        "{% filter quoted %}{{ name }} x{% endfilter %}\n"
    )
    assert lines(rendered(router=template)) == [
        ("r1", "frr/router.j2", 2, ("router r1",)),
        ("a,b", "frr/router.j2", 3, ("link to-eth1.peers.0", "link to-eth1.peers.1")),
        ("r1", "frr/router.j2", 4, ("router r1",)),
        ('"r1 x"', "frr/router.j2", 5, ("router r1",)),
    ]


def test_blank_lines_and_blanks_at_the_end_are_left_out() -> None:
    assert rendered(router="\n a  \n\n   \n{{ router.hostname }} \n\n").text == " a\nr1\n"


def test_lines_that_windows_wrote_count_as_any_other() -> None:
    assert lines(rendered(router="a\r\nb\r\n")) == [("a", "frr/router.j2", 1, ()), ("b", "frr/router.j2", 2, ())]


def test_rendering_twice_gives_the_same_bytes_and_origins() -> None:
    renderer = Renderer({"frr/router.j2": "{% for p in router.ports %}{{ p.name }}\n{% endfor %}"})
    first = renderer.render(cast("Any", TOY), FACTS)
    assert renderer.render(cast("Any", TOY), FACTS) == first


def test_threads_that_read_the_templates_at_the_same_time_agree() -> None:
    body = "".join(f"line {number} {{{{ router.hostname }}}}\n" for number in range(300))
    templates = {f"frr/{name}.j2": body for name in "abcd"}
    renderer = Renderer(templates)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda name: renderer.render(cast("Any", TOY), FACTS, f"{name}.j2"), "abcdabcd"))
    assert [r.origins for r in found] == [
        tuple(Origin(f"frr/{name}.j2", number, (HOST,)) for number in range(1, 301)) for name in "abcdabcd"
    ]


# what a template may not do


@pytest.mark.parametrize(
    ("template", "message"),
    [
        (
            "a\n{{ router.ports[0].cosst }}\n",
            "templates/frr/router.j2:2: router r1: 'cosst' is undefined; did you mean 'cost'?",
        ),
        ("a\nb {{ rooter.hostname }}\n", "templates/frr/router.j2:2: router r1: 'rooter' is undefined"),
        (
            "{% if router.ports[0].zzz %}\n{% endif %}\n",
            "templates/frr/router.j2:1: router r1: 'zzz' is undefined; there is cost, name, peers, shut",
        ),
        (
            "{% for port in router.ports %}\nx\n cost {{ port['kost'] }}\n{% endfor %}",
            "templates/frr/router.j2:3: router r1: 'kost' is undefined; did you mean 'cost'?",
        ),
    ],
)
def test_what_is_undefined_is_named_with_template_line_and_router(template: str, message: str) -> None:
    assert refusal(template) == message


def test_what_is_undefined_in_an_included_template_is_placed_there() -> None:
    assert refusal('x\n{% include "frr/part.j2" %}\n', part="\n\n{{ router.hostnam }}\n").startswith(
        "templates/frr/part.j2:3: router r1: 'hostnam' is undefined; did you mean 'hostname'?"
    )


def test_the_error_holds_where_it_happened() -> None:
    with pytest.raises(TemplateError) as caught:
        rendered(router="\n{{ nope }}\n")
    error = caught.value
    assert (error.router, error.template, error.line, error.exit_code) == ("r1", "frr/router.j2", 2, 2)


@pytest.mark.parametrize(
    "trick",
    [
        "{{ ''.__class__ }}",
        "{{ router.__class__.__mro__ }}",
        "{{ router['__class__'] }}",
        "{{ router.hostname.__class__ }}",
        "{{ router.ports.__class__ }}",
        "{{ router.hostname.format.__globals__ }}",
        "{{ '{0.__class__}'.format(router) }}",
        "{{ refuse.__globals__ }}",
        "{{ refuse.__call__ }}",
        "{{ router.hostname|attr('__class__') }}",
        "{{ self.__init__ }}",
        "{{ cycler }}",
        "{{ lipsum() }}",
        "{{ range(9) }}",
        "{% import 'os' as os %}{{ os }}",
        "{{ router.sources.clear() }}",
        "{{ router.sources.update({}) }}",
        "{{ [1]|random }}",
        "{{ router.nothing|default('x') }}",
    ],
)
def test_python_s_insides_clocks_and_chance_are_out_of_reach(trick: str) -> None:
    assert "router r1" in refusal(trick)


@pytest.mark.parametrize(
    "value", ["a\nb", "a\rb", "a\x1b[31mb", "a\x00b", "a\tb", "a\u2028b", "a\x85b", "a\U000f0000b"]
)
def test_a_value_that_is_not_one_line_of_text_is_refused(value: str) -> None:
    message = refusal("x\nhostname {{ router.hostname }}\n", Toy(hostname=value, sources=TOY.sources))
    assert message.startswith("templates/frr/router.j2:2: router ")
    assert message.endswith("router r1 holds a newline or a control character")


def test_a_bad_value_cannot_hide_in_a_tuple_or_a_filter() -> None:
    bad = Toy(ports=(port("eth0", peers=("a", "b\nno router ospf")),))
    assert "to-eth0.peers.1 holds a newline" in refusal("{{ router.ports[0].peers|join(',') }}\n", bad)


@pytest.mark.parametrize("printed", ["router.nothing", "router.ports[0].shut", "router.ports", "router"])
def test_only_text_and_numbers_are_printed(printed: str) -> None:
    assert "only text and numbers can be printed" in refusal(f"{{{{ {printed} }}}}\n")


def test_a_template_may_refuse_a_router_in_words() -> None:
    message = refusal("\n{{ refuse('version 6 has no WireGuard') }}\n")
    assert message == "templates/frr/router.j2:2: router r1: version 6 has no WireGuard"


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("a\n{% if %}\n", "templates/frr/router.j2:2: router r1: Expected an expression"),
        ("a\n{{ x|shuffle }}\n", "templates/frr/router.j2:2: router r1: No filter named 'shuffle'."),
        ("a\nb\x07\n", "templates/frr/router.j2:2: router r1: holds the control character '\\x07'"),
        ("a\nb\U00100000\n", "templates/frr/router.j2:2: router r1: holds the control character '\\U00100000'"),
        ("\n{{ 1 / 0 }}\n", "templates/frr/router.j2:2: router r1: division by zero"),
        ("\n{{ router.ports[7].name }}\n", "templates/frr/router.j2:2: router r1: tuple object has no element 7"),
        (
            '\n{% include "frr/nope.j2" %}\n',
            "templates/frr/router.j2:2: router r1: there is no template templates/frr/nope.j2",
        ),
    ],
)
def test_a_wrong_template_is_told_with_its_line(template: str, message: str) -> None:
    assert refusal(template).startswith(message)


def test_a_platform_without_its_main_template_is_told() -> None:
    with pytest.raises(TemplateError, match=r"there is no template templates/frr/router\.j2"):
        rendered(other="x")


@pytest.mark.parametrize(
    "template", ["", "\n  \n", "{% if router.nothing %}hostname r1{% endif %}", "{# nothing yet #}"]
)
def test_a_router_is_never_meant_to_have_no_configuration(template: str) -> None:
    assert refusal(template) == (
        "templates/frr/router.j2: router r1: writes nothing at all; a router without configuration is never intended"
    )


@pytest.mark.parametrize("template", ['{% include "frr/router.j2" %}', '{{ "a" * 1000000000000000 }}'])
def test_a_template_without_end_is_refused(template: str) -> None:
    assert "router r1: has no end" in refusal(template)
