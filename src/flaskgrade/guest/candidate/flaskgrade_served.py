"""The WSGI entry point that gunicorn imports: the submission's app, reached over a Unix socket."""

import flaskgrade_discovery as discovery

discovery.runs_main()
_, app = discovery.load()


def application(environ, start_response):
    """Serve one request.

    A Unix socket has no peer address; behind a real proxy there is always one, so an honest app
    may rely on it.
    """
    if not environ.get("REMOTE_ADDR"):
        environ["REMOTE_ADDR"] = "127.0.0.1"
    return app(environ, start_response)
