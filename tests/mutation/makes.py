"""The makes of routers that are edited, by name; RouterOS in three readings."""

from collections.abc import Mapping

from tests.mutation.arista_eos import EOS
from tests.mutation.cisco_ios import IOS
from tests.mutation.device import Device
from tests.mutation.frr import FRR
from tests.mutation.huawei_vrp import VRP
from tests.mutation.juniper_junos import JUNOS
from tests.mutation.rows import ROUTEROS_6, ROUTEROS_7, ROUTEROS_7_SENSITIVE
from tests.mutation.vyos import VYOS

MAKES: Mapping[str, Device] = {
    "frr": FRR,
    "cisco_ios": IOS,
    "arista_eos": EOS,
    "huawei_vrp": VRP,
    "juniper_junos": JUNOS,
    "vyos": VYOS,
    "RouterOS 7": ROUTEROS_7,
    "RouterOS 7, show-sensitive": ROUTEROS_7_SENSITIVE,
    "RouterOS 6": ROUTEROS_6,
}
