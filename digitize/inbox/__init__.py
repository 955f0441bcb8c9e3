"""The watched folder: scans that are dropped into it are digitized, each exactly once.

The folders are the queue (`digitize.campaign.store.scan_folders`) and recognition runs in a
process of its own, so that whatever ends suddenly is found where it was, and
taken up from there.
"""

from digitize.inbox.watcher import STEP_S, Inbox

__all__ = ["STEP_S", "Inbox"]
