"""Configurations that are menus of keyed rows: read, compared, and told to the device.

Two rows are one when the natural key of their menu is the same (`jipkit.menus`); the order of rows is meaning in
chains alone; what is the default is never said. `jipkit.rows.syntax` is what compares them.
"""
