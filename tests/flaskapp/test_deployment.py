"""Files of containers, hosts and CI."""

import pytest

from flaskgrade.flaskapp.deployment import (
    commands,
    find_deployment,
    scripts,
    secrets_in,
    starts_dev_server,
)

NONE: frozenset[str] = frozenset()


def test_files_are_known_by_their_names_wherever_they_lie() -> None:
    """Tests, examples and other people's packages aside."""
    found = find_deployment(
        (
            *("Dockerfile", "docker/Dockerfile.prod", "api.Dockerfile", "Dockerfile.md"),
            *("docker-compose.yml", "compose.prod.yaml", "Procfile", ".env", ".env.example"),
            *("tests/Dockerfile", "examples/Dockerfile", "static/node_modules/Dockerfile"),
        ),
        (".",),
    )

    assert found.dockerfiles == ("Dockerfile", "docker/Dockerfile.prod", "api.Dockerfile")
    assert found.compose == ("docker-compose.yml", "compose.prod.yaml")
    assert found.procfiles == ("Procfile",)
    assert found.dotenvs == (".env",)


@pytest.mark.parametrize(
    "path",
    [
        *(".github/workflows/test.yml", ".gitlab-ci.yml", ".travis.yml", ".circleci/config.yml"),
        *("azure-pipelines.yml", "Jenkinsfile", "appveyor.yml", "bitbucket-pipelines.yml"),
        *(".drone.yml", ".woodpecker.yml", ".builds/debian.yml"),
    ],
)
def test_ci_counts_at_the_top_or_beside_the_application(path: str) -> None:
    """One that came along with somebody's package does not run here."""
    assert find_deployment((path,), (".",)).ci == (path,)
    assert find_deployment((f"api/{path}",), ("api", ".")).ci == (f"api/{path}",)
    assert find_deployment((f"static/lib/{path}",), (".",)).ci == ()


@pytest.mark.parametrize("path", [".github/dependabot.yml", "tox.ini", "ci/notes.txt"])
def test_what_runs_nothing_is_no_ci(path: str) -> None:
    """Neither a bot's settings nor a test runner's."""
    assert find_deployment((path,), (".",)).ci == ()


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Dockerfile", 'FROM python\nCMD ["flask", "run", "--host=0.0.0.0"]\n'),
        ("Dockerfile", "CMD flask --app shop run\n"),
        ("Dockerfile", "CMD flask --debug run\n"),
        ("Dockerfile", "CMD flask --app=shop:create_app() --debug run\n"),
        ("Dockerfile", 'CMD ["python", "manage.py", "run", "-h", "0.0.0.0"]\n'),
        ("Dockerfile", 'ENTRYPOINT ["python", "-m", "flask", \\\n  "run"]\n'),
        ("Dockerfile", "CMD python manage.py runserver\n"),
        ("Dockerfile", "CMD python3 -u run.py\n"),
        ("Dockerfile", 'CMD ["python", "/srv/run.py"]\n'),
        ("Dockerfile", 'CMD ["python", "-m", "run"]\n'),
        ("Dockerfile", 'ENTRYPOINT [ "python" ]\nCMD [ "run.py" ]\n'),
        ("Dockerfile", 'ENTRYPOINT ["python3", "-u"]\nEXPOSE 80\nCMD ["/srv/run.py"]\n'),
        ("Dockerfile", "CMD /srv/run.py\n"),
        ("Dockerfile", 'CMD ["./run.py", "--host", "0.0.0.0"]\n'),
        ("Procfile", "web: ./run.py\n"),
        ("docker-compose.yml", "services:\n  web:\n    command: flask run\n"),
        ("compose.yaml", "  web:\n    command:\n      - flask\n      - run\n    ports: []\n"),
        ("Procfile", "web: python run.py\n"),
        ("entrypoint.sh", "#!/bin/sh\nflask db upgrade\nexec flask run -h 0.0.0.0\n"),
    ],
)
def test_a_development_server_is_seen_where_it_is_started(path: str, text: str) -> None:
    """By Flask's command, a manager, or a file that calls `app.run()`."""
    assert starts_dev_server(path, text, frozenset({"run.py"}))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Dockerfile", 'CMD ["gunicorn", "run:app"]\n'),
        ("Dockerfile", "RUN python run.py\nCMD gunicorn x\n"),
        ("Dockerfile", 'ENTRYPOINT ["python"]\nFROM x\nCMD ["run.py"]\n'),
        ("Dockerfile", "CMD uwsgi --wsgi-file ./run.py\n"),
        ("Dockerfile", "# CMD flask run\nCMD flask db upgrade\n"),
        ("docker-compose.yml", "services:\n  web:\n    image: flask run\n"),
        ("Procfile", "web: gunicorn wsgi:app\nrelease: flask db upgrade\n"),
        ("Procfile", "web: python serve.py\n"),
        ("entrypoint.sh", "# flask run\nexec gunicorn app:app\n"),
    ],
)
def test_real_servers_comments_and_builds_are_no_development_server(path: str, text: str) -> None:
    """Only what a container or process starts counts."""
    assert not starts_dev_server(path, text, frozenset({"run.py"}))


def test_scripts_that_a_container_starts_are_followed_by_name() -> None:
    """Their path in the image is not the one in the project."""
    files = ("Dockerfile", "docker/boot.sh", "other.sh")
    found = find_deployment(files, (".",))

    assert scripts(found, {"Dockerfile": 'CMD ["/srv/boot.sh"]\n'}, files) == ("docker/boot.sh",)


@pytest.mark.parametrize(
    ("path", "text", "lines"),
    [
        (".env", "SECRET_KEY=abc\nDEBUG=1\n# JWT_SECRET=x\nAPI_SECRET=\n", [1]),
        ("Dockerfile", "FROM x\nENV SECRET_KEY=abc\nENV JWT_SECRET abc\nARG APP_SECRET\n", [2, 3]),
        ("Dockerfile", "ENV A=1 SECRET_KEY=x\nRUN SECRET_KEY=x make\nENV S_SECRET=$S\n", [1, 2]),
        ("compose.yml", "x_secret: true\n", []),
        (
            "docker-compose.yml",
            (
                "    environment:\n      SECRET_KEY: abc\n      - JWT_SECRET=abc\n"
                "      A_SECRET: ${A_SECRET}\n      B_SECRET: ${B_SECRET:-abc}\n"
                "    secrets:\n      - db\n    C_SECRET_FILE: /run/x\n"
            ),
            [2, 3, 5],
        ),
    ],
)
def test_secrets_with_a_value_are_found_in_files_of_settings(
    path: str, text: str, lines: list[int]
) -> None:
    """What only names a variable, or a file, gives nothing away."""
    assert [place.line for _, place in secrets_in(path, text)] == lines


def test_a_very_long_line_costs_no_time() -> None:
    """Lines are cut before they are looked at."""
    text = "CMD " + "python " * 300_000

    assert not starts_dev_server("Dockerfile", text, NONE)
    assert len(next(commands("Dockerfile", text))) == 2000
