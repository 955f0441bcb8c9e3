"""Choose who does the work of a run."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from digitize.batch.executors import Executor, LocalPool, ThisProcess
from digitize.errors import BadCluster
from digitize.page.pipeline import Settings


def open_executor(
    workers: int, cluster: str, settings: Settings, notice: Callable[[str], None]
) -> AbstractContextManager[Executor]:
    """Open the executor for a number of processes, or for a cluster if one is named.

    `notice` receives sentences about the cluster for the user.  Raises BadCluster.
    """
    if not cluster:
        return nullcontext(LocalPool(workers) if workers else ThisProcess())
    try:
        from digitize.batch.dask_cluster import connected  # noqa: PLC0415 (Dask is an extra)
    except ImportError as error:
        sentence = f"Dask is not installed ({error.name}): pip install 'digitize[cluster]'."
        raise BadCluster(sentence) from error
    return connected(cluster, settings, notice)
