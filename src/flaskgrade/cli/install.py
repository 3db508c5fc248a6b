"""The exact command that installs what is missing, for this host's package manager."""

import os
import shutil

# By what is missing: the package of Debian and Ubuntu, that of Fedora and its kin.
PACKAGES = {
    "git": ("git", "git"),
    "bwrap": ("bubblewrap", "bubblewrap"),
    "prlimit": ("util-linux", "util-linux"),
    "setpriv": ("util-linux", "util-linux"),
    "docker": ("docker.io", "moby-engine"),
}


def install_line(*missing: str) -> str:
    """Return the command that installs what is missing; a sentence where no manager is known."""
    as_root = "" if os.geteuid() == 0 else "sudo "
    for column, manager in enumerate(("apt-get", "dnf")):
        if shutil.which(manager):
            names = dict.fromkeys(PACKAGES[one][column] for one in missing)
            return f"{as_root}{manager} install {' '.join(names)}"
    return f"install {' and '.join(PACKAGES[one][0] for one in missing)}"
