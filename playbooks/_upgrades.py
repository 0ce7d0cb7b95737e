"""Did a router's software change since its last backup? Then what an audit finds may have come with it."""

from __future__ import annotations

from dataclasses import replace

from jipkit.configs import whole_statements
from jipkit.errors import BackupError, ConfigTextError, RouterError
from jipkit.project import Project
from jipkit.readings import upgrade_of, version_of
from jipkit.reasons import Reason, because, said
from playbooks._assessment import Assessment, Earlier
from playbooks._status import local


def with_upgrade(project: Project, assessment: Assessment) -> Assessment:
    """Return an assessment that says, where there is drift, whether the software changed since the last backup."""
    if assessment.result != "drift" or assessment.drift is None:
        return assessment
    try:
        earlier = _earlier(project, assessment.router)
    except (BackupError, ConfigTextError, RouterError) as error:
        return _because(assessment, because("backup-unfit", reason=error.reason))
    if earlier is None:
        return assessment
    found = replace(assessment, earlier=earlier)
    upgrade = upgrade_of(earlier.version, assessment.drift.version)
    if upgrade is None:
        return found
    when = local(project.network, earlier.when)
    return _because(found, because("software-changed", before=upgrade.before, after=upgrade.after, when=when))


def _earlier(project: Project, router: str) -> Earlier | None:
    """Return what the last backup says of a router's software; None where there is no backup.

    Raises:
        BackupError: it cannot be read.
        ConfigTextError: it was cut short, or is no configuration.
        AnswerError: it is another router's, or another platform's.
    """
    backup = project.backups.latest(router)
    if backup is None:
        return None
    facts = project.facts(project.network.router(router))
    whole_statements(backup.text, facts, router)
    return Earlier(backup.when, version_of(backup.text, facts))


def _because(assessment: Assessment, why: Reason) -> Assessment:
    return replace(assessment, why=str(why), said=said(why))
