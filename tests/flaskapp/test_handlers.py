"""What Flask calls by itself."""

from flaskgrade.flaskapp.handlers import find_commands, find_error_handlers, find_hooks
from tests.flaskapp.projects import project


def test_error_handlers_are_found_with_what_they_handle() -> None:
    """By decorator, for the whole application from a blueprint, or registered by call."""
    source = (
        "@app.errorhandler(404)\ndef missing(e): pass\n"
        "@bp.app_errorhandler(ValueError)\ndef wrong(e): pass\n"
        "app.register_error_handler(errors.Gone, gone)\n"
        "@api.errorhandler\ndef rest(e): pass\n"
    )

    found = find_error_handlers(project(source))

    assert [(one.handles, one.handler, one.location.line) for one in found] == [
        ("404", "missing", 1),
        ("ValueError", "wrong", 3),
        ("Gone", "gone", 5),
        ("rest", "", 6),
    ]


def test_handlers_that_a_decorator_is_called_with_are_named() -> None:
    """In a loop over statuses, there is one for each of them."""
    source = (
        "def create(app):\n"
        "    for code in [500, 404]:\n        app.errorhandler(code)(failed)\n"
        "    for code in default_exceptions:\n        app.errorhandler(code)(failed)\n"
        "    app.errorhandler(Wrong)(handlers.wrong)\n"
        "    app.template_filter('x')(shown)\n"
    )

    found = find_error_handlers(project(source))

    assert [(one.handles, one.handler) for one in found] == [
        ("500", "failed"),
        ("404", "failed"),
        ("code", "failed"),
        ("Wrong", "wrong"),
    ]
    assert [one.handler for one in find_hooks(project(source))] == ["shown"]


def test_hooks_are_found_with_and_without_brackets() -> None:
    """Flask's decorators are used both ways."""
    source = (
        "@app.before_request\ndef a(): pass\n"
        "@bp.app_template_filter('x')\ndef b(v): pass\n"
        "app.teardown_appcontext(close)\n"
    )

    found = find_hooks(project(source))

    assert [(one.kind, one.handler) for one in found] == [
        ("before_request", "a"),
        ("app_template_filter", "b"),
        ("teardown_appcontext", "close"),
    ]


def test_commands_are_found_by_the_name_they_are_called_by() -> None:
    """The function's name with dashes, unless another one is given."""
    source = (
        "import click\n"
        "@app.cli.command('init-db')\ndef a(): pass\n"
        "@bp.cli.command()\ndef load_data(): pass\n"
        "@click.command(name='x')\ndef b(): pass\n"
        "@manager.command\ndef serve(): pass\n"
        "@bot.command()\ndef joke(): pass\n"
    )

    assert [one.name for one in find_commands(project(source))] == [
        "init-db",
        "load-data",
        "x",
        "serve",
    ]
