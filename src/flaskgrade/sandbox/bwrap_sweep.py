"""Removal of what a killed run of the bwrap backend leaves behind."""

from flaskgrade.sandbox.cgroup import sweep_groups


def sweep_bwrap() -> tuple[str, ...]:
    """Remove the control groups of runs that are no more; return their names.

    Processes and mounts die with the run, however it ends; its scratch folder is the workspace's to
    sweep. A live run's groups carry its process in their names and stay.
    """
    return sweep_groups()
