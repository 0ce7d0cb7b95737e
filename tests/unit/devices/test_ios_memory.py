"""What is made of IOS's words about its archive, its timer, and what became of a change."""

import pytest

from jipkit.drivers.cisco_style import EXEC_PROMPT, pieces
from jipkit.drivers.ios_memory import Remembered, backup_in, is_same, newest, refusal, remembered

BACKUP = "bootflash:archive-Nov-24-08-59-01.517-3"
LOG = "*Nov 24 08:59:0{}.000: %ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_{}: {}\n"
STARTED = LOG.format(
    1, "START_ABSTIMER", f"User: jip(Priv: 15, View: 0): Scheduled to rollback to config {BACKUP} in 5 minutes"
)


@pytest.mark.parametrize(
    ("log", "state"),
    [
        ("", Remembered()),
        (LOG.format(1, "CONFIRM", "User: jip: Confirm the configuration change"), Remembered()),
        (STARTED, Remembered(BACKUP, "pending")),
        (
            STARTED + LOG.format(2, "CONFIRM", "User: jip: Confirm the configuration change"),
            Remembered(BACKUP, "confirmed"),
        ),
        (STARTED + LOG.format(2, "ROLLBACK_START", f"Start rolling to: {BACKUP}"), Remembered(BACKUP, "reverted")),
        (STARTED + LOG.format(2, "ROLLBACK_NOW", "User: jip: Rollback immediately."), Remembered(BACKUP, "reverted")),
        (STARTED + LOG.format(2, "CONFIRM", "User: jip") + STARTED, Remembered(BACKUP, "pending")),
    ],
)
def test_the_log_tells_what_became_of_the_last_change(log: str, state: Remembered) -> None:
    assert remembered(log) == state


@pytest.mark.parametrize(
    "answer",
    [
        f"Rollback Confirmed Change: Backing up current running config to {BACKUP}\n\nEnter configuration commands",
        f"Rollback Confirmed Change: Backing up current running config to\n {BACKUP}\n",
    ],
)
def test_the_copy_is_named_when_the_timer_is_armed(answer: str) -> None:
    assert backup_in(answer) == BACKUP


def test_a_refusal_to_arm_names_no_copy() -> None:
    assert backup_in("%Turn config archive on before using Rollback Confirmed Change") is None


@pytest.mark.parametrize(
    ("archive", "name"),
    [
        (" Archive feature not enabled\n", None),
        (" Archive #  Name\n   1        flash:a-0\n   2        flash:a-1 <- Most Recent\n   3\n", "flash:a-1"),
        (" Archive #  Name\n   1        flash:a-14 <- Most Recent\n   2        flash:a-5\n", "flash:a-14"),
        (" Archive #  Name\n   1        flash:a-0\n   2\n", "flash:a-0"),
    ],
)
def test_the_newest_copy_is_the_one_that_is_marked(archive: str, name: str | None) -> None:
    assert newest(archive) == name


@pytest.mark.parametrize(
    ("differences", "same"),
    [
        ("!Contextual Config Diffs:\n!No changes were found\n", True),
        ("!Contextual Config Diffs:\n-ntp clock-period 17179649\n+ntp clock-period 17179695\n", True),
        ("!Contextual Config Diffs:\n+hostname lain\n-hostname kota\n", False),
        ("%Error opening flash:a-0 (No such file or directory)\n", False),
        ("", False),
    ],
)
def test_a_copy_is_what_runs_only_where_ios_says_so(differences: str, same: bool) -> None:
    assert is_same(differences) is same


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "Interface GigabitEthernet0/1 set to default configuration",
        "*Nov 24 09:14:00.123: %LINK-3-UPDOWN: Interface GigabitEthernet0/1, changed state to up",
        "%LINEPROTO-5-UPDOWN: Line protocol on Interface Vlan7, changed state to up",
        "% Warning: use /31 mask on non point-to-point interface cautiously",
        "%Warning: portfast should only be enabled on ports connected to a single host.",
        "% Interface GigabitEthernet0/1 IPv4 disabled and address(es) removed due to enabling VRF A",
        "% Not all config may be removed and may reappear after reactivating the sub-interface",
        "% Access VLAN does not exist. Creating vlan 10",
        "% OSPF: Reference bandwidth is changed.\n        Please ensure it is consistent.",
        "%Default route without gateway, if not a point-to-point interface, may impact performance",
        'Rollback Confirmed Change: Rollback will begin in one minute.\nEnter "configure confirm" if you wish to keep',
    ],
)
def test_what_ios_says_besides_is_no_refusal(answer: str) -> None:
    assert refusal(answer) is None


@pytest.mark.parametrize(
    "answer",
    [
        "       ^\n% Invalid input detected at '^' marker.\n",
        "% Incomplete command.",
        '% Ambiguous command:  "ip"',
        "%Insertion failed - prefix-list entry exists: 10",
        "% 10.160.0.0 overlaps with Vlan7",
        "Must delete secondary before deleting primary",
        "BGP is already running; AS is 65000",
        "ERROR: Can not have both a user password and a user secret.",
        "Command rejected: Bad VLAN allowed list.",
        "OSPF: Key 1 already exists",
        "Bad mask /30 for address 10.161.0.0",
        "%Inconsistent address and mask",
        "Inconsistent address and mask",
        'Translating "loging"...domain server (255.255.255.255)',
        "Please define a domain-name first.",
    ],
)
def test_a_refusal_is_one(answer: str) -> None:
    assert refusal(answer) is not None


@pytest.mark.parametrize(
    "said", ["\r\nkota#", "\nkota# ", "\r\nkota(s1)#", "\nkota#Rollback Confirmed Change: soon\r\n"]
)
def test_a_prompt_is_seen(said: str) -> None:
    assert EXEC_PROMPT.search(said)


@pytest.mark.parametrize("said", ["kota#", "\r\n description a#", "\r\nkota#show version", "\r\nkota(config)#"])
def test_what_is_no_prompt_of_exec_is_not_taken_for_one(said: str) -> None:
    assert EXEC_PROMPT.search(said) is None


def test_a_banner_of_several_lines_is_typed_at_once() -> None:
    text = "hostname kota\n!\nbanner login ^C\nsatu ~\n\ndua\n^C\nip routing\n"
    assert list(pieces(text)) == ["hostname kota", "banner login @\nsatu ~\n\ndua\n@", "ip routing"]


def test_a_banner_without_an_end_is_refused() -> None:
    with pytest.raises(ValueError, match="its end"):
        list(pieces("banner login ^C\nsatu\n"))
