"""How a project uses Celery: what the reader says beyond what the check's own tests ask."""

from flaskgrade.flaskapp.analyse import facts_of, load
from flaskgrade.flaskapp.celery_use import CeleryUse, find_celery_use


def use(source: str) -> CeleryUse:
    """Return the use of Celery in a module."""
    code = load({"app.py": source})
    return find_celery_use(code.project, facts_of(code).models)


def test_tasks_are_known_by_celerys_decorators() -> None:
    """With brackets and without; somebody else's `task` is none."""
    found = use(
        "from celery import Celery, shared_task\nfrom invoke import task\napp = Celery()\n"
        "@app.task\ndef a():\n    pass\n@app.task(bind=True)\ndef b(self):\n    pass\n"
        "@shared_task\ndef c():\n    pass\n@task\ndef d():\n    pass\n"
    )

    assert [task.name for task in found.tasks] == ["a", "b", "c"]
    assert [place.line for place in found.apps] == [3]


def test_a_project_that_does_not_import_celery_uses_none() -> None:
    """Whatever its names are."""
    assert use("@celery.task\ndef a():\n    pass\n") == CeleryUse()


def test_a_long_chain_of_calls_is_followed_only_so_far() -> None:
    """Each task is followed through some dozens of functions, however many there are."""
    chain = "".join(f"def f{n}():\n    f{n + 1}()\n" for n in range(300))
    end = "def f300():\n    current_app.name\n"
    head = "from celery import shared_task\nfrom flask import current_app\n"
    near, far = (
        use(f"{head}{chain}{end}@shared_task\ndef a():\n    f{start}()\n").tasks[0].unmet
        for start in (290, 0)
    )

    assert near is not None
    assert far is None
