"""Playbooks: jobs across the network. File name, function name and command name are one."""
