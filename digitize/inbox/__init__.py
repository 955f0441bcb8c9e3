"""Watch a folder and digitize every scan that is dropped into it exactly once.

The folders themselves are the queue (`digitize.campaign.store.scan_folders`),
and recognition runs in a separate process.  After a crash the position of each
file tells what is left to do.
"""

from digitize.inbox.watcher import STEP_S, Inbox

__all__ = ["STEP_S", "Inbox"]
