"""jipkit keeps, provisions, watches and audits the routers and links of a government intranet."""

from importlib.metadata import version

__version__ = version("jipkit")
