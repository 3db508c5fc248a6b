"""Members' pages."""

from flask import Blueprint, Response, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from app.forms import RoleForm, SettingsForm, text
from app.models import Role
from app.services import members as service
from app.views.access import administers, forbid_unless, me, or_404, see_other

members = Blueprint("members", __name__)


@members.get("/members/<username>")
def show_member(username: str) -> str:
    """Show a member's page."""
    member = or_404(service.with_username(username))
    form = RoleForm(role=member.role.value)
    return render_template("members/show.html", member=member, form=form)


@members.get("/members/<username>/avatar")
def show_avatar(username: str) -> Response:
    """Answer a member's picture."""
    avatar = or_404(service.avatar_of(username))
    response = Response(avatar.content, content_type=avatar.media_type)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-cache"  # it may be another one tomorrow
    return response


@members.post("/members/<username>/role")
@login_required
def change_role(username: str) -> ResponseReturnValue:
    """Say what a member may do."""
    forbid_unless(allowed=administers())
    member = or_404(service.with_username(username))
    # So that there always is an admin left.
    forbid_unless(allowed=member.id != me().id)
    form = RoleForm()
    if not form.validate():
        return render_template("members/show.html", member=member, form=form), 422
    service.change_role(member, Role(form.role.data))
    flash(f"{member.username} is a {member.role.value} now.")
    return see_other(url_for(".show_member", username=member.username))


@members.route("/settings", methods=["GET", "POST"])
@login_required
def settings() -> ResponseReturnValue:
    """Change one's own page."""
    member = me()
    form = SettingsForm(about=member.about)
    if form.validate_on_submit():
        service.change_page(member, text(form.about), form.picture)
        flash("Your page is changed.")
        return see_other(url_for(".show_member", username=member.username))
    return render_template("members/settings.html", form=form), 422 if form.errors else 200
