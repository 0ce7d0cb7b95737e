"""The backup that a change on RouterOS is taken back by: it holds every secret, so it must not stay on the router."""

from __future__ import annotations

from napalm.base.exceptions import CommandErrorException

from jipkit.drivers.routeros_console import Console
from jipkit.drivers.routeros_memory import TIDY

_SAVED = "Configuration backup saved"
_POLICY = "ftp,read,write,policy,test"


class Backup:
    """One file in ``folder``, without a password: the scheduler that loads it would have to hold that in clear.

    Loading it restarts the router, which ends the script that does so. So a row of the scheduler that removes the file,
    and itself, at the next start is in the backup, and in nothing else: it is there only once the backup was loaded.
    """

    def __init__(self, console: Console, folder: str) -> None:
        self._console = console
        self._name = f"{folder}jip-rollback"
        self._file = f"{self._name}.backup"

    def save(self) -> None:
        """Save a backup, in place of an older one.

        Raises:
            CommandErrorException: it was not saved, or would be removed although it was not loaded.
        """
        remove = f'[find where name=\\"{self._file}\\"]'
        script = f'/file remove {remove}; /system scheduler remove [find where name=\\"{TIDY}\\"]'
        # where the scheduler is forbidden there is no timer, either, and the file is removed by us alone
        self._console.run(f'/system scheduler add policy={_POLICY} on-event="{script}" name={TIDY} start-time=startup')
        try:
            said = self._console.ask(f"/system backup save name={self._name} dont-encrypt=yes")
        finally:
            self._console.run(f'/system scheduler remove [find where name="{TIDY}"]')
        if _SAVED not in said:
            raise CommandErrorException(f"no backup was saved: {' '.join(said.split())[-200:] or 'no answer'}")
        if self._console.ask(f':put [:len [/system scheduler find where name="{TIDY}"]]').strip() != "0":
            raise CommandErrorException("the backup would be removed at the next start")

    def loading(self) -> str:
        """Return the command that puts everything back, as it stands in quotes."""
        return f'/system backup load name={self._name} password=\\"\\"'

    @property
    def is_there(self) -> bool:
        """Whether there is one."""
        return self._console.has(self._file)

    def forget(self) -> None:
        """Remove it if it is there."""
        self._console.remove(self._file)
