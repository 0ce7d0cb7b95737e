"""The makes of routers that are edited, by name; RouterOS in three readings."""

from collections.abc import Mapping

from tests.mutation.arista_eos import EOS
from tests.mutation.cisco_ios import IOS
from tests.mutation.device import Device
from tests.mutation.frr import FRR
from tests.mutation.huawei_vrp import VRP
from tests.mutation.juniper_junos import JUNOS
from tests.mutation.vyos import VYOS

MAKES: Mapping[str, Device] = {
    "frr": FRR,
    "cisco_ios": IOS,
    "arista_eos": EOS,
    "huawei_vrp": VRP,
    "juniper_junos": JUNOS,
    "vyos": VYOS,
}
