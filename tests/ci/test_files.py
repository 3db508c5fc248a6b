"""The action, the workflows and the shell that users copy are valid, and safe to copy."""

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

PROJECT = Path(__file__).parents[2]
EXAMPLES = PROJECT / "examples" / "ci"
ACTION = PROJECT / "action.yml"
WORKFLOWS = sorted(EXAMPLES.glob("github-*.yml"))
GITLAB = EXAMPLES / "gitlab.yml"
TOOLS = Path(sys.executable).parent
SCHEMAS = {
    ACTION: ("vendor.github-actions",),
    **dict.fromkeys(WORKFLOWS, ("vendor.github-workflows",)),
    GITLAB: ("vendor.gitlab-ci", "--data-transform", "gitlab-ci"),
}
RUNNERS = (  # what GitHub's runner sets
    *("GITHUB_ACTION_PATH", "GITHUB_OUTPUT", "GITHUB_REPOSITORY", "GITHUB_SERVER_URL"),
    *("GITHUB_STEP_SUMMARY", "RUNNER_TEMP"),
)
TRUSTED = {  # who wrote these actions, and the commits that were read
    "actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683",
    "actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02",
    "company/flaskgrade@v0.1.0",
}


def loaded(path: Path) -> Any:
    """Return a YAML file; PyYAML reads the key `on` as true."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def steps(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the steps of an action or of all jobs of a workflow."""
    content = loaded(path)
    groups = [content["runs"]] if "runs" in content else content["jobs"].values()
    for group in groups:
        yield from group["steps"]


def shellcheck(script: str, *, known: Iterable[str] = ()) -> str:
    """Return what shellcheck says against a script that finds these variables set."""
    script = "".join(f"export {name}=x\n" for name in known) + script
    command = [str(TOOLS / "shellcheck"), "--shell=bash", "--enable=all"]
    # Braces and [[ in every place are a matter of taste.
    command += ["--exclude=SC2250,SC2312,SC2310,SC2311", "-"]
    done = subprocess.run(command, input=script, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.name)
def test_a_file_is_valid_by_its_published_schema(path: Path) -> None:
    """GitHub's and GitLab's schemas find nothing wrong."""
    command = [str(TOOLS / "check-jsonschema"), "--builtin-schema", *SCHEMAS[path], str(path)]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_schema_of_actions_refuses_what_is_none(tmp_path: Path) -> None:
    """A composite step without a shell is found."""
    broken = tmp_path / "action.yml"
    broken.write_text(ACTION.read_text(encoding="utf-8").replace("shell: bash", "shall: bash"))
    command = [str(TOOLS / "check-jsonschema"), "--builtin-schema", "vendor.github-actions"]

    done = subprocess.run([*command, str(broken)], capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "shall" in done.stdout


@pytest.mark.parametrize("path", [ACTION, *WORKFLOWS], ids=lambda path: path.name)
def test_no_expression_stands_in_a_script(path: Path) -> None:
    """What stands between ${{ and }} in a script becomes part of it; variables do not."""
    scripts = [step["run"] for step in steps(path) if "run" in step]

    assert scripts or any("uses" in step for step in steps(path))
    assert not [script for script in scripts if "${{" in script]


@pytest.mark.parametrize("path", [ACTION, *WORKFLOWS], ids=lambda path: path.name)
def test_every_script_is_clean_shell(path: Path) -> None:
    """Shellcheck finds nothing in what a step runs."""
    for step in steps(path):
        if "run" in step:
            known = [*step.get("env", {}), *RUNNERS]
            assert shellcheck(step["run"], known=known) == "", step


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.sh")), ids=lambda path: path.name)
def test_every_shell_file_is_clean(path: Path) -> None:
    """Shellcheck finds nothing in the recipes."""
    assert shellcheck(path.read_text(encoding="utf-8")) == ""


def test_shellcheck_finds_what_is_not_quoted() -> None:
    """An unquoted variable is found."""
    assert "SC2086" in shellcheck("rm $1")


def test_gitlabs_script_is_clean_shell() -> None:
    """Shellcheck finds nothing in the lines of the pipeline."""
    script = "\n".join(loaded(GITLAB)["grade"]["script"])

    assert shellcheck(script, known=("CI_JOB_TOKEN", "CI_SERVER_HOST")) == ""


@pytest.mark.parametrize("path", [ACTION, *WORKFLOWS], ids=lambda path: path.name)
def test_others_actions_are_pinned_to_a_commit(path: Path) -> None:
    """A tag can be moved to other code; a commit's hash can not."""
    assert {step["uses"] for step in steps(path) if "uses" in step} <= TRUSTED


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_says_what_its_token_may(path: Path) -> None:
    """No workflow writes by its own token, and none has one whose rights it does not name."""
    rights = loaded(path)["permissions"]

    assert set(rights.values()) == {"read"}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_no_workflow_runs_a_pull_request_with_secrets(path: Path) -> None:
    """None is for pull_request_target; what has a secret checks out nothing of a candidate's."""
    text = re.sub(r"^\s*#.*$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    triggers = loaded(path)[True]

    assert "pull_request_target" not in text
    if "pull_request" in triggers:
        assert "secrets." not in text
    if "workflow_run" in triggers:
        assert "checkout" not in text
        assert "download-artifact" not in text


def test_only_the_comments_step_sees_the_comments_token() -> None:
    """The token that writes is in the environment of no step that has to do with the submission."""
    seeing = [
        step["name"] for step in steps(ACTION) if "inputs.comment-token" in str(step.get("env", ""))
    ]

    assert seeing == ["Keep the candidate's comment"]


def test_the_action_and_the_command_know_the_same_options() -> None:
    """Each option that the action passes on is one of `flaskgrade grade`."""
    (script,) = [step["run"] for step in steps(ACTION) if step["name"] == "Grade"]
    used = set(re.findall(r"--[a-z-]+(?==)", script))
    done = subprocess.run(
        [sys.executable, "-m", "flaskgrade", "grade", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert len(used) > 6
    assert used <= set(re.findall(r"--[a-z-]+", done.stdout))
