"""What one stage of a plan makes of a router, on its way to what the inventory wants."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from jipkit.candidate import retyped, secrets_of
from jipkit.changes import between
from jipkit.drift import Difference, Drift, as_diff
from jipkit.errors import ChangeError, ConfigTextError, Holds, SecretError
from jipkit.model import Network, Router
from jipkit.parts import Repair, partly
from jipkit.plan import Change, Stage, Wording, changed_lines, digest_of, lines_of, wording
from jipkit.platforms import PlatformFacts
from jipkit.postchecks import foreseen
from jipkit.project import Project
from jipkit.reasons import because
from jipkit.redaction import HIDDEN, blanked, fill, names_in
from jipkit.rendering import Rendered
from jipkit.rollout.impact import agreed, disturbed
from jipkit.rollout.risk import Risk, level_of
from jipkit.touched import digests_of, sections_of
from playbooks._plan import REAL, drift_of, risk_of, view
from playbooks._prepared import Prepared, text_of


@dataclass
class Toward:
    """One stage of a router on its way to what the inventory wants.

    Whatever else differs on the router stays as it is. ``edited``: somebody may have edited the plan in the meantime.
    """

    project: Project
    after: Network
    router: Router
    change: Change
    stage: Stage
    edited: bool = False
    _left: frozenset[Wording] | None = None
    """What differs beside, once it is known."""

    def guard(self, running: str) -> bool:
        if self._intended.text != self.change.intended:
            raise self._refusal(because("plan-outdated"))
        if self.change.fresh:
            return False
        drift = self._drift(running)
        if not self._ahead(drift) and not self._odd(drift) and not self._doubts(drift):
            return True
        self._refuse_changed(drift, running)
        if self.edited:
            self._refuse_untrue(drift, running)
        return False

    def prepared(self, running: str) -> Prepared:
        drift = self._drift(running)
        chosen = self._chosen(drift)
        self._left = frozenset(wording(d) for d in _real(drift) if d not in chosen)
        try:
            self._refuse_doubts(drift)
            repair = self._repair(running, chosen)
            text = repair.text if repair.text is not None else text_of(repair.bare)
            return Prepared(
                fill(text, self.project.secrets.resolve, self._facts),
                secrets_of(running, self._facts) if repair.bare != repair.commands else (),
                "" if repair.text is not None else text_of(retyped(running, self._part(drift, chosen), self._facts)),
                self._disturbs(self._part(drift, chosen)),
            )
        except SecretError as error:
            raise ChangeError(self.router.key, "dry-run", str(error), "nothing") from error

    def _disturbs(self, drift: Drift) -> bool:
        if self.change.fresh:
            return False  # it has no neighbours yet
        found = disturbed(drift, self.after, self.router.key, self._facts)
        return found.whole_router or bool(found.links)

    def shortfall(self, running: str) -> str:
        drift = self._drift(running)
        left = self._left or frozenset()
        missing = [d for d in _real(drift) if wording(d) not in left]
        missing += self._doubts(drift)
        return as_diff(replace(drift, differences=tuple(missing)), self.after.place) if missing else ""

    def holds(self, running: str, before_sha256: str) -> Holds:
        if digest_of(view(self.project, self.router, running)) == before_sha256:
            return "reverted"
        drift = self._drift(running)
        if self.change.fresh:
            return "all" if drift.settled else "unknown" if drift.clean else "part"
        ahead = self._ahead(drift)
        more = {wording(d) for d in _real(drift)} - ahead - self._left if self._left is not None else self._odd(drift)
        if ahead or more:
            return "reverted" if ahead == set(self.stage.differences) and not more else "part"
        return "unknown" if self._doubts(drift) else "all"

    # -- whether it may be done

    def _refuse_doubts(self, drift: Drift) -> None:
        """Make sure that every secret that the stage has to do with, and that the router tells, was compared.

        Raises:
            SecretError: one was not; the message names it, and why.
        """
        if doubts := self._doubts(drift):
            for name in names_in(str(doubts[0].intended)):
                self.project.secrets.resolve(name)  # says how to set one that is not
            raise SecretError(f"{' / '.join([*doubts[0].path, str(doubts[0].intended)])}: {doubts[0].reason}")

    def _refuse_changed(self, drift: Drift, running: str) -> None:
        """Make sure that what the stage touches is as it was when the plan was made.

        Raises:
            ChangeError: it is not.
        """
        now = view(self.project, self.router, running)
        if now == self.change.before:
            return
        ahead = self._ahead(drift)
        odd = [_said(one) for one in self.stage.differences if one not in ahead]
        odd += [_said(one) for one in sorted(self._odd(drift), key=str)]
        odd += self._other_secrets(now)
        odd = odd or self._touched_anew(drift, now)
        if odd:
            raise self._refusal(f"changed by someone else since the plan was made: {'; '.join(dict.fromkeys(odd))}")

    def _touched_anew(self, drift: Drift, now: str) -> list[str]:
        """Return what is another in the sections that the stage touches, also where that is nothing of ours.

        Sections in which another stage of the router has done its work are others by that.
        """
        ahead = {wording(d) for d in _real(drift)}
        done = [stage for stage in self.change.stages if not ahead.issuperset(stage.differences)]
        names = self.stage.sections.keys() - {name for stage in done for name in stage.sections}
        here = sections_of(now, self._facts)
        names = {name for name, digest in digests_of(here, names).items() if digest != self.stage.sections[name]}
        then = self._then if names else {}
        return [line for name in sorted(names) for line in changed_lines(then.get(name, ""), here.get(name, ""))]

    def _ahead(self, drift: Drift) -> set[Wording]:
        """Return the differences of the stage that are still to be made good."""
        return {wording(d) for d in _real(drift)} & set(self.stage.differences)

    def _odd(self, drift: Drift) -> set[Wording]:
        """Return what differs in the sections that the stage touches and is nothing that is planned."""
        known = {one for stage in self.change.stages for one in stage.differences}.union(self.change.left)
        return {wording(d) for d in _real(drift) if (d.section or "") in self.stage.sections} - known

    def _other_secrets(self, now: str) -> list[str]:
        """Return the statements that are to go and whose secret is another one than it was."""
        hidden = {(path, running) for _, path, _, running in self.stage.differences if HIDDEN in (running or "")}
        if not hidden:
            return []
        changes = between(self.change.before or "", now, self._facts).differences
        came = [(tuple(map(blanked, d.path)), blanked(d.intended)) for d in changes if d.intended]
        return [" / ".join((*path, text or "")) for path, text in came if (path, text) in hidden]

    def _refuse_untrue(self, drift: Drift, running: str) -> None:
        """Make sure that the plan says what would be done, of which links, and at what risk.

        As long as all that is planned differs and nothing else, whatever the plan says that the router ran, all stages
        are looked at, to the last command. Later the commands of a stage may be others, because some of what they had
        to mind is gone: then it is what they make good that counts.

        Raises:
            ChangeError: the plan says something else.
        """
        planned = {one for stage in self.change.stages for one in stage.differences}
        ahead = [d for d in _real(drift) if wording(d) in planned]
        untouched = planned.union(self.change.left) == {wording(d) for d in _real(drift)}
        risk = risk_of(self.project, self.after, self._intended, self._part(drift, ahead))
        true = (
            self._says_its_risk(risk, exactly=untouched)
            and (untouched or view(self.project, self.router, running) != self.change.before)
            and _marked(self.change.diff.splitlines()) == _marked(lines_of(sorted(planned, key=str)))
            and self._links(drift) == self.stage.links
            and {d.section or "" for d in self._chosen(drift)} == set(self.stage.sections)
            and all(self._says_what_was(stage) for stage in self.change.stages)
            and (not untouched or all(self._is_true(stage, drift, running) for stage in self.change.stages))
        )
        if not true:
            raise self._refusal(because("plan-untrue"))

    def _links(self, drift: Drift) -> tuple[str, ...]:
        """Return the links of which the stage tells something that both ends have to say alike."""
        chosen = set(self._chosen(drift))
        spoken = zip(drift.differences, agreed(drift, self.after, self.router.key, self._facts), strict=True)
        return tuple(sorted({link for difference, links in spoken if difference in chosen for link in links}))

    def _is_true(self, stage: Stage, drift: Drift, running: str) -> bool:
        ours = set(stage.differences)
        found = self._repair(running, [d for d in _real(drift) if wording(d) in ours])
        told = (stage.commands, stage.undo, stage.undo_complete)
        return (found.commands, found.undo, found.undo_complete) == told

    def _says_what_was(self, stage: Stage) -> bool:
        """Return whether a stage says how the sections were that it touches, and what is looked at afterwards."""
        then = digests_of(self._then, stage.sections)
        return (stage.sections, stage.checks) == (then, foreseen(self.after, self.router.key))

    def _says_its_risk(self, found: Risk, *, exactly: bool) -> bool:
        """Return whether the plan says the risk that there is; not ``exactly``: one at least as high."""
        said = self.change.risk
        if said is None or exactly:
            return said == found
        return said.score >= found.score and said.level == level_of(said.score)

    def _refusal(self, why: str) -> ChangeError:
        return ChangeError(self.router.key, "guard", why, "nothing")

    # -- small things

    @property
    def _facts(self) -> PlatformFacts:
        return self.project.facts(self.router)

    @property
    def _intended(self) -> Rendered:
        return self.project.render(self.router.key, self.after)

    @property
    def _then(self) -> Mapping[str, str]:
        """What each section said when the plan was made; nothing where somebody put another text there."""
        try:
            return sections_of(self.change.before or "", self._facts)
        except ConfigTextError:  # what our own plans hold can be read
            return {}

    def _drift(self, running: str) -> Drift:
        return drift_of(self.project, self._intended, self.router, running)

    def _chosen(self, drift: Drift) -> list[Difference]:
        """Return the differences of the stage; all, where the router is met for the first time."""
        ours = set(self.stage.differences)
        return [d for d in _real(drift) if self.change.fresh or wording(d) in ours]

    def _doubts(self, drift: Drift) -> list[Difference]:
        """Return the secrets that were not compared, where the stage has to do with them."""
        sections = self.stage.sections
        return [d for d in drift.doubts if self.change.fresh or (d.section or "") in sections]

    def _part(self, drift: Drift, chosen: Collection[Difference]) -> Drift:
        return replace(drift, differences=tuple(chosen), remedy=(), undo=())

    def _repair(self, running: str, chosen: Collection[Difference]) -> Repair:
        try:
            return partly(self._intended, running, self._facts, chosen, self.project.secrets.resolve)
        except ValueError as error:
            raise self._refusal(str(error)) from error


def _real(drift: Drift) -> list[Difference]:
    return [difference for difference in drift.differences if difference.kind in REAL]


def _marked(lines: Iterable[str]) -> Counter[str]:
    """Return the lines that something is done about, without where in the templates they are from."""
    return Counter(line.partition("  # ")[0] for line in lines if line[:1] in "+-!")


def _said(one: Wording) -> str:
    _, path, intended, running = one
    return " / ".join((*path, str(running if running is not None else intended)))
