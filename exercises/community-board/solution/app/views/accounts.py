"""Signing up, logging in and out."""

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from app.forms import LogInForm, SignUpForm, text
from app.services import members as service
from app.views.access import enter, leads_home, leave, me, see_other

accounts = Blueprint("accounts", __name__)


@accounts.route("/signup", methods=["GET", "POST"])
def sign_up() -> ResponseReturnValue:
    """Become a member, and be signed in."""
    form = SignUpForm()
    if form.validate_on_submit():
        try:
            member = service.create(text(form.username), text(form.password))
        except service.UsernameTakenError:
            form.username.errors = ["Somebody else has this username."]
        else:
            enter(member)
            flash(f"Welcome, {member.username}!")
            return see_other(url_for("topics.list_topics"))
    return _form("Sign up", form)


@accounts.route("/login", methods=["GET", "POST"])
def log_in() -> ResponseReturnValue:
    """Sign in, and go on to where one wanted to go."""
    form = LogInForm(next=request.args.get("next", ""))
    if form.validate_on_submit():
        member = service.authenticate(text(form.username), text(form.password))
        if member is not None:
            enter(member)
            flash(f"Hello, {member.username}.")
            target = text(form.next)
            return see_other(target if leads_home(target) else url_for("topics.list_topics"))
        form.password.errors = ["There is no member with this name and password."]
    return _form("Log in", form)


@accounts.post("/logout")
@login_required
def log_out() -> ResponseReturnValue:
    """End all sessions of a member: copies of the cookie, too."""
    leave(me())
    flash("You are logged out.")
    return see_other(url_for("topics.list_topics"))


def _form(heading: str, form: LogInForm | SignUpForm) -> ResponseReturnValue:
    page = render_template("accounts/form.html", heading=heading, form=form)
    return page, 422 if form.errors else 200
