"""Who is signed in, who may do what, and where one may be led."""

import re
from functools import partial
from typing import TypeVar
from urllib.parse import urlsplit

from flask import Flask, abort, flash, redirect, request, session, url_for
from flask_login import current_user, login_user
from werkzeug.wrappers import Response

from app.extensions import login_manager
from app.models import Member, Reply, Role, Topic
from app.services import members

Found = TypeVar("Found")

PAGE_NUMBER = re.compile(r"[0-9]{1,9}")

# After a POST the next request is a GET, whatever the browser thinks of 302.
see_other = partial(redirect, code=303)


def me() -> Member:
    """Return who is signed in, behind `login_required`."""
    member: Member = current_user._get_current_object()
    return member


def or_404(found: Found | None) -> Found:
    """Return what was found, or answer 404."""
    if found is None:
        abort(404)
    return found


def forbid_unless(*, allowed: bool) -> None:
    """Answer 403 if it is not allowed."""
    if not allowed:
        abort(403)


def wanted_page() -> int:
    """Return the page that is asked for: 0, which there is not, for what is no number."""
    text = request.args.get("page", "1")
    return int(text) if PAGE_NUMBER.fullmatch(text) else 0


def enter(member: Member) -> None:
    """Sign in, in a session that has nothing of the one before."""
    session.clear()
    login_user(member)


def leave(member: Member) -> None:
    """Sign out: cookies are signed and not stored, so that only a new key makes copies useless."""
    members.end_sessions(member)
    session.clear()


def leads_home(target: str) -> bool:
    """Tell whether a target is a path of this site, also for a browser.

    Browsers take `\\` for `/`, and drop line breaks and tabs: so none of these may be in it.
    """
    if not target.startswith("/") or target.startswith("//") or "\\" in target:
        return False
    parts = urlsplit(target)
    return target.isprintable() and not parts.scheme and not parts.netloc


def _ask_to_log_in() -> Response:
    flash("Please log in first.")
    # What is answered to a POST cannot be asked for again by a GET.
    target = request.full_path.rstrip("?") if request.method == "GET" else None
    return see_other(url_for("accounts.log_in", next=target))


def wrote(row: Topic | Reply) -> bool:
    """Tell whether whoever is signed in wrote this."""
    return bool(current_user.is_authenticated and row.author_id == current_user.id)


def may_delete(row: Topic | Reply) -> bool:
    """Tell whether whoever is signed in may delete this."""
    return wrote(row) or moderates()


def moderates() -> bool:
    """Tell whether whoever is signed in keeps order here."""
    return bool(current_user.is_authenticated and current_user.moderates)


def administers() -> bool:
    """Tell whether whoever is signed in says who is a moderator."""
    return bool(current_user.is_authenticated and current_user.role is Role.ADMIN)


def register(app: Flask) -> None:
    """Let the log-in know members by the key of their session, and pages what to offer."""
    login_manager.user_loader(members.with_session_key)
    login_manager.unauthorized_handler(_ask_to_log_in)
    for ability in (wrote, may_delete, moderates, administers):
        app.add_template_global(ability)
