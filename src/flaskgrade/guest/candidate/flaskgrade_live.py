"""Ask the running application what it has, and its factory for two applications.

    flaskgrade_live.py FACTORIES_JSON

FACTORIES_JSON is a list of [module, function, takes_config]. One line of JSON tells what the
application registered, and a second one how two applications of the first factory that can be
called differ. All of it is the word of a process in which the candidate's code runs.
"""

import contextlib
import importlib
import inspect
import json
import os
import sys
import traceback
from pathlib import Path

import flaskgrade_discovery as discovery

PROBE = "FLASKGRADE_PROBE"
NAMES = ("testing", "test", "development", "dev", "production", "prod", "default", "config")
MOST = 2000
WORK = Path.cwd()


def where(function):
    """Return (path below the submission, line) of a function; ("", 0) for a library's."""
    with contextlib.suppress(Exception):
        code = inspect.unwrap(getattr(function, "view_class", function))
        path = Path(inspect.getsourcefile(code)).resolve()
        line = inspect.getsourcelines(code)[1]
        return path.relative_to(WORK).as_posix(), line
    return "", 0


def registered(app):
    """Return what the application has, in lists of plain values."""
    rules = []
    for rule in list(app.url_map.iter_rules())[:MOST]:
        path, line = where(app.view_functions.get(rule.endpoint))
        methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        rules.append([rule.rule, methods, rule.endpoint, path, line])
    handlers = [
        [scope or "", str(code or ""), kind.__name__]
        for scope, by_code in app.error_handler_spec.items()
        for code, by_kind in by_code.items()
        for kind in by_kind
    ]
    return {
        "rules": rules,
        "blueprints": sorted(app.blueprints),
        "extensions": sorted(str(name) for name in app.extensions),
        "handlers": handlers,
        "commands": sorted(app.cli.commands),
    }


class Settings:
    """Configuration as an object, for factories that call from_object."""

    TESTING = True


def attempts():
    """Yield pairs of arguments for two calls, and whether they show that a factory uses them."""
    yield [{PROBE: 1, "TESTING": True}], [{PROBE: 2, "TESTING": True}], True
    kinds = [type(f"Settings{number}", (Settings,), {PROBE: number}) for number in (1, 2)]
    yield [kinds[0]], [kinds[1]], True
    yield from (([one], [other], False) for one in NAMES for other in NAMES if one < other)


def made(function, first, second):
    """Return two applications, or None where the function does not take such arguments."""
    from flask import Flask

    apps = []
    for given in (first, second):
        try:
            app = function(*given)
        except Exception:  # noqa: BLE001 - another kind of argument may do
            return None
        app = app[0] if isinstance(app, tuple) and app else app
        if not isinstance(app, Flask):
            return None
        apps.append(app)
    return apps


def two(function, takes_config):
    """Return two applications of a factory, and whether it used what it was given, if that shows.

    A dictionary given to from_object is no error and no configuration: so all kinds are tried.
    """
    ignored = named = None
    for first, second, exact in attempts() if takes_config else ():
        apps = made(function, first, second)
        if apps is None:
            continue
        one, other = apps
        if exact and [app.config.get(PROBE) for app in apps] == [1, 2]:
            return apps, True
        if not exact and dict(one.config) != dict(other.config):
            return apps, True
        ignored, named = (apps, named) if exact else (ignored, apps)
    if ignored:
        return ignored, False
    return named or made(function, [], []), None


def shared(one, other):
    """Return the names of what two applications have in common and should not."""
    if one is other:
        return ["the application itself"]
    names = (
        "config",
        "url_map",
        "view_functions",
        "blueprints",
        "extensions",
        "before_request_funcs",
    )
    found = [name for name in names if getattr(one, name) is getattr(other, name)]
    with contextlib.suppress(Exception):
        one.config["FLASKGRADE_MARK"] = 1
        if "FLASKGRADE_MARK" in other.config and "config" not in found:
            found.append("config")
    return found


def compared(factories):
    """Return how two applications of the first factory that can be called differ."""
    for module, name, takes_config in factories:
        try:
            function = getattr(importlib.import_module(module), name)
        except Exception:  # noqa: BLE001 - a submission may raise anything
            traceback.print_exc()
            continue
        apps, honours = two(function, takes_config)
        if apps is not None:
            return {"factory": f"{module}.{name}", "shared": shared(*apps), "honours": honours}
    return {"factory": None}


def main(factories):
    """Tell what the application has, then how its factory does."""
    stream = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    discovery.runs_main()
    value, app = discovery.load()
    stream.write(json.dumps({"live": registered(app), "value": value}) + "\n")
    stream.flush()
    stream.write(json.dumps(compared(factories)) + "\n")
    stream.flush()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
