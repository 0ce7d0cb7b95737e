"""Why something could not be known or done: in English for exceptions and logs, in any language for people.

A `Reason` is its English text, so it can stand wherever a text does. It knows its code and arguments besides, by which
reports say it in the language of whoever reads them, also when it comes from the store.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from jipkit.language import N_, _

LONGEST_ARGUMENT = 300

SENTENCES: Mapping[str, str] = {
    # who it is
    "not-trusted": N_("its host key is not trusted yet"),
    "key-changed": N_("its host key has changed: pinned {pinned} ({pinned_type}), now {shown} ({shown_type})"),
    "key-revoked": N_("its host key {fingerprint} ({type}) is revoked in known_hosts"),
    "other-name": N_("the router calls itself {name}"),
    # whether it lets us in
    "login-refused": N_("refused the login of {user} with {means}"),
    "login-refused-because": N_("refused our login: {reason}"),
    "means-key": N_("key {fingerprint}"),
    "means-agent": N_("the SSH agent's keys"),
    "means-password": N_("the password"),
    "means-nothing": N_("nothing"),
    "listed": N_("{first}, {rest}"),
    # whether a session comes about, and lasts
    "no-session": N_("no session"),
    "no-answer": N_("no answer from {address} port {port} within {seconds} s"),
    "no-login-answer": N_("no answer to our login within {seconds} s"),
    "cannot-connect": N_("cannot connect to {address} port {port}: {reason}"),
    "no-ssh": N_("no SSH server answers at {address} port {port}: {reason}"),
    "broke-off": N_("the session broke off: {reason}"),
    "too-late": N_("the session came about when nobody waited for it any more; closed"),
    "given-up": N_("{task} was given up: not finished within {seconds} s"),
    "refused": N_("Connection refused"),
    "reset": N_("Connection reset by peer"),
    "no-route": N_("No route to host"),
    "no-network": N_("Network is unreachable"),
    "timed-out": N_("timed out"),
    # whether it can be asked at all
    "no-platform": N_("platform {platform} is not supported yet: jip cannot open a session with it"),
    "no-driver": N_("NAPALM driver {driver} is not installed"),
    "no-templates": N_("{router}: platform {platform} has no folder in templates/; known: {known}"),
    "no-comparison": N_("configurations of platform {platform} cannot be compared yet"),
    "no-command": N_("jip cannot ask {platform} for {what}"),
    "no-getter": N_("its driver has no {what}"),
    "not-pinged": N_("{address} was not pinged"),
    "was-not-asked": N_("the router was not asked"),
    # what it answers
    "not-in-time": N_("did not answer in time: {reason}"),
    "no-answer-within": N_("no answer within {seconds} s"),
    "not-understood": N_("answered what we do not understand: {reason}"),
    "refused-request": N_("refused what was asked of it ({kind})"),
    "of-command": N_("{command}: {reason}"),
    "unknown-command": N_("the router does not know the command"),
    "incomplete-command": N_("the router finds the command incomplete"),
    "not-running": N_("{what} is not running"),
    "not-text": N_("not text but {kind}"),
    "too-long": N_("{count} characters, more than any true answer"),
    "empty": N_("an empty answer"),
    "control-characters": N_("holds control characters, such as {character}"),
    "not-json": N_("not JSON (line {line}, column {column})"),
    "no-number": N_("not JSON: a number is too long"),
    "not-a-number": N_("holds {name}, which is no JSON"),
    "too-deep": N_("JSON nested deeper than any true answer"),
    "no-interface": N_("no interface at all, not even a loopback"),
    "not-an-object": N_("{what} is not an object"),
    "not-a-list": N_("{what} is not a list"),
    "not-a-text": N_("{what} is not text"),
    "not-a-count": N_("{what} is not a count"),
    "not-a-number-at-all": N_("{what} is not a number"),
    "not-a-speed": N_("{what} is not a speed"),
    "not-a-mac": N_("{what} is not a MAC address"),
    "not-a-word": N_("{value} is a word that we do not know"),
    "line-not-understood": N_("there is a line we do not understand: {line}"),
    "nothing-understood": N_("nothing in it that was asked for, and no word that there is none"),
    "answer-cut-short": N_("it was cut short"),
    "rows-missing": N_("{count} rows of {all}"),
    "said-twice": N_("{what} is there twice"),
    "not-one": N_("{count} answers, not one"),
    "not-a-time": N_("{what} is not a time"),
    "not-an-address": N_("{what} is not an IPv4 address"),
    "missing": N_("{what} is missing"),
    "not-a-choice": N_("{what} is {value}, not {choices}"),
    "no-neighbours": N_("an OSPF instance without neighbors"),
    "peers-missing": N_("{count} peers of {all}"),
    "probes-lost": N_("{lost} of {sent} probes lost"),
    "the-answer": N_("the answer"),
    "interface": N_("interface {name}"),
    "neighbour": N_("neighbour {name}"),
    "peer": N_("peer {name}"),
    # whether the answer is a configuration
    "no-configuration": N_("its running configuration is none: {reason}"),
    "foreign-configuration": N_("nothing in its answer belongs to a configuration of {platform}"),
    "no-statement": N_("holds no statement: an empty configuration is no answer; ask the router again"),
    "too-many-characters": N_("{count} characters; no router has more than {most} of configuration"),
    "too-many-lines": N_("{count} lines; no router has more than {most} of configuration"),
    "control-character": N_("line {line}: holds a control character; this is not the text of a configuration"),
    "line-too-long": N_("line {line}: {count} characters; no statement is longer than {most}"),
    "line-too-deep": N_("line {line}: {count} levels deep; no statement is deeper than {most}"),
    "cut-short": N_("its last line is none that a whole configuration of {platform} ends with: it was cut short"),
    "blob-cut-short": N_("line {line}: a text of several lines begins here and never ends: it was cut short"),
    "row-cut-short": N_("line {line}: breaks off in the middle: it was cut short"),
    "no-row": N_("line {line}: neither a menu nor an `add` or `set` in one; this is no export"),
    "export-interrupted": N_("line {line}: the router itself says that it left something out"),
    "dangling": N_("{property} refers to something that was deleted: {row}"),
    "software-changed": N_(
        "its software changed from {before} to {after} since the backup of {when}; differences may come with it"
    ),
    "backup-unfit": N_("its last backup cannot be compared: {reason}"),
    "too-different": N_("{count} statements differ; more than {most} are not compared one by one"),
    "other-configuration": N_("that is the configuration of {name}"),
    # whether all of it could be compared
    "secret-veiled": N_("the router shows nothing of it but a hash or a cipher"),
    "secret-hidden": N_("it was hidden before it was read"),
    "secret-unknown": N_("no secret of this name is known here"),
    "doubtful": N_("nothing differs, but {notes}"),
    "version-unknown": N_("names no version; the templates are written for {minimum} and newer"),
    "version-not-known": N_("runs {version}, which the templates are not written for"),
    "version-below": N_("runs {version}, and the templates are written for {minimum} and newer"),
    # how far a change came
    "taken-back-with": N_("taken back with {router}"),
    "no-bootstrap": N_("never came up from its bootstrap: {reason}"),
    "cannot-take-back": N_("it cannot take a change back by itself: a mistake would have to be undone on site"),
    "no-way-back": N_("what the change takes away could not be given back: {reason}"),
    "undo-incomplete": N_("the way back needs a secret that only the router knows"),
    "cuts-our-way": N_("refused: it would cut our own way to it: {why}"),
    "not-recorded": N_("the next step could not be recorded: {reason}"),
    "asked-to-stop": N_("asked to stop"),
    "too-many-failed": N_("more routers failed than may ({routers})"),
    "not-agreed": N_("whoever was asked did not want batch {batch}"),
    "approval-gone": N_("it is no longer approved: {reason}"),
    "inventory-faulty": N_("the inventory has faults by now: {reason}"),
    "opens-at": N_("{closed}; changes may be made from {at}"),
    "plan-untrue": N_(
        "the plan does not say what would be done here; somebody edited it, or a platform's data changed"
    ),
    "plan-breaks-rules": N_("its batches are none that jip would make: {unit} and what goes with it: {why}"),
    "changed-since-run": N_("changed by someone else since: {lines}"),
    "later-unit-stays": N_("unit {unit}, which came later on it, stays"),
    "waits-for-unit": N_("waits for unit {unit}, which {router} has to be taken back by first"),
    "no-backup": N_("no backup of {router}: {why}"),
    "not-in-inventory": N_(
        "it is not in the inventory any more; put it back there, as it was in git, to take this back"
    ),
    "nothing-kept": N_("nothing is kept of what it ran before run {run}"),
    "kept-another": N_("what is kept is not what it ran before run {run}"),
    "stays-with": N_("{router}, of the same unit, cannot be taken back"),
    "other-run": N_("it was changed in another run of the same plan: take that one back first"),
    "not-as-before": N_("it is not what it was before"),
    "timer-too-short": N_(
        "a neighbour that is lost shows only after the dead interval; it takes --timer {least} at least"
    ),
    "not-ready": N_("was not ready for its change within {seconds} s"),
    "in-doubt": N_("a secret could not be compared: {statement}: {why}"),
    "indivisible": N_("what differs cannot be made good link by link: {why}"),
    "half-told": N_(
        "both ends of {link} have to be told, and {router} was not read; plan for both: --link {link}, or --all"
    ),
    "rule-linked": N_("a link has both its ends in one batch"),
    "rule-lost": N_("together they cut off {offices}"),
    "rule-first": N_("the first batch is one unit, and here it has {count}"),
    "rule-size": N_("batch {batch} has {count} units; at most {most} go at once there"),
    "rule-behind": N_("{count} units behind {router} go at once; at most {most} do"),
    "rule-order": N_("the way to {router} leads through it, and that comes later"),
    "check-session": N_("{what} takes a new session at its management address"),
    "check-link": N_("link {what} is up from both its ends, if it was before or comes into service"),
    "check-lines": N_("{what} holds every line that it was told, and nothing else that is new"),
    "plan-outdated": N_("the inventory or a template changed since the plan"),
    "frozen": N_("nothing is changed until {until} ({freeze}: {reason})"),
    "no-window": N_("outside the windows for changes ({windows})"),
    "another-change": N_("another change waits there for its confirmation ({detail})"),
    "unasked": N_("was not asked"),
    "no-new-session": N_("takes no new session at its management address: {reason}"),
    # whether a plan needs an approval, and has it
    "needs-risk": N_("its risk is {level}; from {least} on a plan needs an approval"),
    "needs-risk-unknown": N_("its risk is not known; from {least} on a plan needs an approval"),
    "needs-routers": N_("routers that it changes: {count}; more than {most} need an approval"),
    "needs-role": N_("it changes routers of role {role}: {routers}"),
    "no-author": N_("its author has not signed it"),
    "too-few-approvals": N_("{count} of {wanted} approvals are there"),
    "sign-both": N_(
        "its author signs it by `{command} --as author`, and then another person approves it by `{command}`"
    ),
    "sign-author": N_("its author signs it by `{command} --as author`"),
    "sign-other": N_("another person approves it by `{command}`"),
    "no-signature": N_("is no signature of a plan: {reason}"),
    "no-key": N_("is no public key: {reason}"),
    "key-kind": N_("a key of type {type} is not taken; sign with Ed25519, or RSA"),
    "key-short": N_("an RSA key of {bits} bits is not taken; it needs {least}"),
    "other-plan": N_("signed for another plan: this one was changed since"),
    "other-network": N_("signed for network {there}, not for {here}"),
    "other-namespace": N_("signed for {there}, not for {here}"),
    "signs-as-other": N_("signed as {there}, not as {here}"),
    "signed-in-future": N_("signed at {at}, which is yet to come; one of the clocks is wrong"),
    "signature-too-old": N_("signed at {at}; no signature is taken that is older than {hours} hours"),
    "signature-bad": N_("was not signed by {by}, or was changed since"),
    "key-unknown": N_("no line of {file} has the key {fingerprint}"),
    "signer-unknown": N_("no line of {file} has {by} with the key {fingerprint}"),
    "key-not-then": N_("the key {fingerprint} of {by} did not count at {at}"),
    "same-person": N_("{person} is its author too; another person approves"),
    "same-key": N_("signed with the author's own key {fingerprint}"),
    "approved-already": N_("{person} has approved it already; each person counts once"),
    # what a change may break
    "routing-removed": N_("takes routing away: {statements}"),
    "routing-changed": N_("changes routing: {statements}"),
    "route-removed": N_("takes a route away: {statements}"),
    "cost-changed": N_("changes which way is preferred: {statements}"),
    "neighbour-reset": N_("loses a neighbour until both ends agree: {statements}"),
    "peer-removed": N_("takes a BGP neighbour away: {statements}"),
    "policy-changed": N_("changes which routes are told and taken: {statements}"),
    "address-changed": N_("changes addresses: {statements}"),
    "interface-shut": N_("shuts an interface: {statements}"),
    "interface-opened": N_("opens an interface: {statements}"),
    "interface-changed": N_("changes an interface: {statements}"),
    "lan-changed": N_("changes the users' networks: {statements}"),
    "filter-changed": N_("changes what is let through: {statements}"),
    "management-path": N_("changes how we reach the router: {statements}"),
    "account-changed": N_("changes who may log in: {statements}"),
    "service-changed": N_("changes what the router serves: {statements}"),
    "watching-changed": N_("changes time, logs or watching: {statements}"),
    "system-changed": N_("changes the system: {statements}"),
    "text-changed": N_("changes words alone: {statements}"),
    "undescribed": N_("may do anything, nobody described it: {statements}"),
    "and-more": N_("{first} and {count} more"),
    # whether a change cuts our own way
    "cut-address": N_("its management address {address} would be gone"),
    "cut-account": N_("our account {account} would be gone"),
    "cut-service": N_("it would serve no SSH any more"),
    "cut-way": N_("nothing would lead from {controller} to it any more: {links}"),
    # what was done to our own records
    "record-edited": N_("journal: record {record} ({step}, {router}) was edited"),
    "record-moved": N_("journal: record {record} ({step}, {router}) was moved: it was record {before}"),
    "record-unproven": N_("journal: record {record} ({step}, {router}) cannot be proven: the one before it is missing"),
    "record-missing": N_("journal: record {record} is missing"),
    "records-missing": N_("journal: records {first} to {last} are missing"),
    "last-record-missing": N_("journal: record {record} is missing at the end"),
    "last-records-missing": N_("journal: records {first} to {last} are missing at the end"),
    "chain-end-edited": N_("journal: the end of the chain was edited"),
    "head-gone": N_("journal: the head {head} is no longer in it: what was written up to it was rewritten or removed"),
    "run-missing": N_("runs: the record of run {run} is missing"),
    "run-unknown": N_("runs: run {run} is not in the journal"),
    "run-edited": N_("runs: the record of run {run} was edited"),
    # what to do
    "trust": N_("run `{jip} trust {router}`, then try again"),
    "trust-replaced": N_(
        "nothing was sent to it. If the router was replaced, compare the new fingerprint on its console, then run "
        "`{jip} trust {router} --replace`; if not, this is another machine"
    ),
    "trust-new": N_(
        "nothing was sent to it. Make the router a new key on its console, then run `{jip} trust {router} --replace`"
    ),
    "whose-address": N_("nothing was changed. Is this address another router's?"),
    "name-a-key": N_("name a key with JIP_SSH_KEY, or set login/{user}"),
    "ask-again": N_("nothing of it was kept; if it answers so again, look at its console"),
    "leave-out": N_("leave it out with --platform, or name a driver as `napalm` in its platform.yaml"),
    "install-driver": N_("`pip install` it beside jipkit"),
}
"""Every reason, and every advice that goes with one, by its code."""


class Reason(str):
    """A reason in English, of which `said` gives the words in the chosen language."""

    __slots__ = ("arguments", "code")

    code: str
    arguments: Mapping[str, str]

    def __new__(cls, text: str, code: str, arguments: Mapping[str, str]) -> Self:
        made = super().__new__(cls, text)
        made.code, made.arguments = code, arguments
        return made

    def said(self) -> str:
        """Return the reason in the chosen language."""
        return _(SENTENCES[self.code]).format(**{name: said(value) for name, value in self.arguments.items()})


def because(code: str, **arguments: object) -> Reason:
    """Return the reason ``code`` about ``arguments``, which may be reasons themselves.

    What is no reason may come from a device: it is made one printable line, and not too long.

    Raises:
        KeyError: there is no such reason.
    """
    safe = {name: value if isinstance(value, Reason) else _printable(str(value)) for name, value in arguments.items()}
    return Reason(SENTENCES[code].format(**safe), code, safe)


def said(text: str) -> str:
    """Return a reason in the chosen language; any other text is data, and stays as it is."""
    return text.said() if isinstance(text, Reason) else text


def as_json(text: str) -> dict[str, Any]:
    """Return a reason for programs and for the store; `from_json` makes it again."""
    if not isinstance(text, Reason):
        return {"text": text}
    arguments = {k: as_json(v) if isinstance(v, Reason) else v for k, v in text.arguments.items()}
    return {"code": text.code, "arguments": arguments, "text": str(text)}


def from_json(value: object) -> str:
    """Return the reason that `as_json` wrote; its English text where it is none of this version's."""
    if not isinstance(value, Mapping):
        return str(value)
    try:
        arguments = {str(name): _argument(inner) for name, inner in value["arguments"].items()}
        return because(value["code"], **arguments)
    except (KeyError, AttributeError, TypeError, ValueError, IndexError):
        return _printable(str(value.get("text", value.get("code", ""))))


def _argument(value: object) -> str:
    return from_json(value) if isinstance(value, Mapping) else str(value)


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in text[:LONGEST_ARGUMENT])
