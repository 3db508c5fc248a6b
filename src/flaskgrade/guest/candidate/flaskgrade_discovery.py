"""Load the submission's application the way `flask` itself does.

FLASKGRADE_APPS holds FLASK_APP values as JSON, the likeliest first; "" stands for Flask's own
search (wsgi.py, app.py). The first that loads is the app. Runs in the candidate's environment.
"""

import json
import os
import sys
import traceback

COULD_NOT = "The application could not be loaded from"  # what the host looks for in the log


def load():
    """Return (value, app) for the first FLASK_APP value that loads; exit with 3 if none does."""
    from flask.cli import ScriptInfo

    problems = []
    for value in json.loads(os.environ.get("FLASKGRADE_APPS", '[""]')):
        try:
            app = ScriptInfo(app_import_path=value or None).load_app()
        except BaseException as error:  # noqa: BLE001 - a submission may raise anything at import
            problems.append((value, error))
            continue
        os.environ["FLASK_APP"] = value
        return value, app
    for _, error in problems[:1]:
        traceback.print_exception(error)
    for value, error in reversed(problems):
        name = value or "wsgi.py or app.py"
        # Flask puts a whole traceback into an error of its own: its last line says it.
        reason = (str(error).strip().splitlines() or [""])[-1].strip()
        print(f"{COULD_NOT} {name}: {type(error).__name__}: {reason}", file=sys.stderr)
    sys.stderr.flush()
    os._exit(3)


def invoke(app, arguments):
    """Run a `flask` command on the app and return its exit code."""
    from flask.cli import FlaskGroup

    group = FlaskGroup(create_app=lambda: app, add_version_option=False)
    try:
        code = group.main(args=list(arguments), prog_name="flask", standalone_mode=False)
    except SystemExit as error:
        code = error.code
    except BaseException as error:  # noqa: BLE001 - a submission may raise anything
        shown = getattr(error, "format_message", None)
        if shown is not None:
            print(f"Error: {shown()}", file=sys.stderr)
        else:
            traceback.print_exc()
        code = 1
    sys.stderr.flush()
    if code is None or code is True:
        return 0
    return code if isinstance(code, int) else 1


def runs_main():
    """Stop `app.run()` at import from serving in place of the harness, as `flask run` does."""
    os.environ.setdefault("FLASK_RUN_FROM_CLI", "true")
