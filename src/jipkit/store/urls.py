"""Where the store is: a file or a URL, and how that is said without its password."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from jipkit.errors import StoreError

_FORM = "write postgresql://USER@HOST/NAME, its password into ~/.pgpass"


def database_url(where: Path | str) -> sa.URL:
    """Return the URL of the database in a file or at a URL.

    Raises:
        StoreError: it is none that we can use; the message shows nothing of it, for any part of it may be a password.
    """
    if isinstance(where, Path) or "://" not in where:
        return sa.URL.create("sqlite", database=str(where))
    try:
        url = sa.make_url(where)
        backend = url.drivername.partition("+")[0]
    except (sa.exc.ArgumentError, ValueError):
        raise StoreError(f"JIP_STORE is no URL of a database; {_FORM}") from None
    if "@" in (url.host or ""):
        raise StoreError(
            "JIP_STORE has more than one @; write one in a password as %40, or the password into ~/.pgpass"
        )
    if backend == "sqlite" and url.database not in {None, "", ":memory:"}:
        return url
    if backend in {"postgres", "postgresql"}:
        return url.set(drivername="postgresql+psycopg")
    raise StoreError(f"JIP_STORE names neither a file nor a database of PostgreSQL; {_FORM}")


def shown(url: sa.URL) -> str:
    """Return where the store is as people may see it: nothing of its password, nor of what stands after a ``?``."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    return url.set(query={}).render_as_string(hide_password=True)


def without_password(url: sa.URL, text: str) -> str:
    """Return ``text`` without the password, in case that a library has put it there."""
    told = [url.password, url.query.get("password"), url.query.get("sslpassword")]
    for secret in told:
        if isinstance(secret, str) and secret:
            text = text.replace(secret, "***")
    return text
