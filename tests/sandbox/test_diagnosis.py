from pathlib import Path

import pytest

from flaskgrade.sandbox.diagnosis import unavailable

NO_NAMESPACE = "bwrap: No permissions to create new namespace, likely because ..."
APPARMOR = "bwrap: setting up uid map: Permission denied"
NO_PROC = "bwrap: Can't mount proc on /newroot/proc: Operation not permitted"


@pytest.mark.parametrize(
    ("said", "setting", "expected"),
    [
        (NO_NAMESPACE, ("kernel/unprivileged_userns_clone", "0"), ("ordinary users", "sysctl")),
        (NO_NAMESPACE, ("user/max_user_namespaces", "0"), ("max_user_namespaces", "sysctl")),
        (
            APPARMOR,
            ("kernel/apparmor_restrict_unprivileged_userns", "1"),
            ("AppArmor", "profile bwrap /opt/bwrap flags=(unconfined) { userns, }"),
        ),
        (
            APPARMOR,
            ("kernel/apparmor_restrict_unprivileged_userns", "0"),
            ("namespaces", "unshare"),
        ),
        (NO_PROC, ("kernel/unprivileged_userns_clone", "1"), ("/proc", "systempaths=unconfined")),
        ("bwrap: Unknown option", ("kernel/x", "1"), ("Unknown option", "docker")),
    ],
)
def test_each_cause_has_its_message_and_its_remedy(
    tmp_path: Path, said: str, setting: tuple[str, str], expected: tuple[str, str]
) -> None:
    """The settings of the kernel tell what bwrap cannot."""
    file = tmp_path / "sys" / setting[0]
    file.parent.mkdir(parents=True)
    file.write_text(f"{setting[1]}\n")
    error = unavailable(said, "/opt/bwrap", proc=tmp_path)
    message, hint = expected
    assert message in error.message
    assert said in error.message
    assert hint in error.hint
    assert "--sandbox docker" in error.hint
