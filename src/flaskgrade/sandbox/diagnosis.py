"""Why bwrap does not work on a host, and what can be done about it."""

from dataclasses import dataclass
from pathlib import Path

from flaskgrade.errors import SandboxUnavailable


@dataclass(frozen=True, kw_only=True)
class Cause:
    """A setting of the kernel's that keeps users from making namespaces."""

    path: str
    value: str
    message: str
    hint: str


CAUSES = (
    Cause(
        path="sys/kernel/unprivileged_userns_clone",
        value="0",
        message="the kernel does not let ordinary users make user namespaces",
        hint="sudo sysctl -w kernel.unprivileged_userns_clone=1",
    ),
    Cause(
        path="sys/user/max_user_namespaces",
        value="0",
        message="the kernel allows no user namespaces (user.max_user_namespaces is 0)",
        hint="sudo sysctl -w user.max_user_namespaces=15000",
    ),
    Cause(
        path="sys/kernel/apparmor_restrict_unprivileged_userns",
        value="1",
        message="AppArmor keeps bwrap from making user namespaces (Ubuntu 23.10 and later)",
        hint="Allow it for bwrap alone: write /etc/apparmor.d/bwrap with\n"
        "    abi <abi/4.0>,\n"
        "    include <tunables/global>\n"
        "    profile bwrap {program} flags=(unconfined) {{ userns, }}\n"
        "and run `sudo systemctl reload apparmor`; or for all programs: "
        "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
    ),
)
NAMESPACE_REFUSED = ("namespace", "uid map", "clone", "loopback", "RTM_NEWADDR", "unshare")
OTHERWISE = "Grade with the Docker backend instead: --sandbox docker."


def unavailable(said: str, program: str, *, proc: Path = Path("/proc")) -> SandboxUnavailable:
    """Return the error for what a failed bwrap said."""
    if "mount proc" in said:
        return SandboxUnavailable(
            f"bwrap cannot mount /proc here, as in most containers: {said}",
            hint="Run the container with --security-opt systempaths=unconfined (Docker) or "
            f"--security-opt unmask=ALL (Podman), or flaskgrade outside of it. {OTHERWISE}",
        )
    if any(word in said for word in NAMESPACE_REFUSED):
        for cause in CAUSES:
            if setting(proc / cause.path) == cause.value:
                return SandboxUnavailable(
                    f"{cause.message}: {said}",
                    hint=f"{cause.hint.format(program=program)}\n{OTHERWISE}",
                )
        return SandboxUnavailable(
            f"bwrap cannot make its namespaces: {said}",
            hint="In a container, allow it the system calls unshare, mount and pivot_root "
            f"(--security-opt seccomp=unconfined --security-opt apparmor=unconfined). {OTHERWISE}",
        )
    return SandboxUnavailable(f"bwrap does not work here: {said}", hint=OTHERWISE)


def setting(path: Path) -> str | None:
    """Return a setting of the kernel's; None where this kernel has none such."""
    try:
        return path.read_text().strip()
    except OSError:
        return None
