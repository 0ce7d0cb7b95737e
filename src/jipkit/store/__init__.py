"""Our records: runs, the journal of what was done to routers, and what was seen of links."""

from jipkit.store.abilities import Abilities
from jipkit.store.chain import Verification
from jipkit.store.holdings import HELD, Trace
from jipkit.store.journal import JournalEntry
from jipkit.store.records import Run, RunRecord, RunState, Store
from jipkit.store.samples import Sample, StoredSample

__all__ = [
    "HELD",
    "Abilities",
    "JournalEntry",
    "Run",
    "RunRecord",
    "RunState",
    "Sample",
    "Store",
    "StoredSample",
    "Trace",
    "Verification",
]
