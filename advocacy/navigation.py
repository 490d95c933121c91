"""What the shell offers to the person in front of it: only pages that exist for them."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_login import current_user

from advocacy.approval import service as approval
from advocacy.cascade import desk
from advocacy.people import service as people
from advocacy.people.models import Role

Entry = dict[str, Any]


def shell() -> dict[str, Any]:
    """The entries of the main navigation and of the editorial team's; those within the studio when a page asks."""
    if not (current_user and current_user.is_authenticated):
        return {"nav": [], "nav_team": []}
    main = [
        _entry("home", _("Home"), "home", "home.feed"),
        _entry("board", _("Leaderboard"), "trophy", "recognition.leaderboard", short=_("Boards")),
        _entry("impact", _("My impact"), "chart-dots", "home.impact", short=_("Impact")),
        _entry("shares", _("My shares"), "share-3", "sharing.mine", short=_("Shares")),
        _entry("brand", _("Brand"), "palette", "brand.index"),
        _entry("propose", _("Suggest content"), "bulb", "content.propose"),
    ]
    team: list[Entry] = []
    if current_user.holds(Role.APPROVER):
        waiting = approval.waiting_count(current_user)
        team.append({**_entry("approvals", _("Approvals"), "shield-check", "approval.waiting"), "count": waiting})
    if current_user.holds(Role.EDITOR):
        team += [
            _entry("studio", _("Studio"), "layout-kanban", "content.studio"),
            _entry("inbox", _("Inbox"), "inbox", "sources.inbox"),
            _entry("groups", _("Groups"), "users-group", "groups.index"),
        ]
        if desk.is_below_somebody(current_user):
            offers = _entry("offers", _("Offers"), "building-community", "cascade.index")
            team.insert(2, {**offers, "count": desk.count_open(current_user)})
    if current_user.holds(Role.ADMIN):
        team.append(_entry("people", _("People"), "users", "people_admin.index"))
        team.append(_entry("approval_setup", _("Compliance"), "adjustments", "approval.setup"))
        team.append(_entry("deliveries", _("Deliveries"), "send-2", "desk.index"))
        if people.may(current_user, Role.ADMIN, people.get_organisation(current_user.organisation.root_id)):
            team.append(_entry("networks", _("Networks"), "plug-connected", "networks_admin.index"))
            team.append(_entry("caps", _("Pace"), "hand-stop", "share_caps.edit"))
    return {
        "nav": main,
        "nav_team": team,
        "studio_views": studio_views,
        "inbox_views": inbox_views,
        "share_views": share_views,
    }


def studio_views() -> list[Entry]:
    """The pages of the studio that stand side by side, for an editor."""
    below = desk.is_below_somebody(current_user)
    views = [
        _entry("board", _("Board"), "layout-kanban", "content.studio"),
        _entry("calendar", _("Calendar"), "calendar", "content.calendar"),
        _entry("proposals", _("Proposals"), "bulb", "content.studio_proposals"),
        _entry("campaigns", _("Campaigns"), "target", "content.campaigns"),
        _entry("templates", _("Templates"), "copy", "content.templates"),
        _entry("offers", _("Offers"), "building-community", "cascade.index" if below else "cascade.made"),
    ]
    if people.may(current_user, Role.EDITOR, people.get_organisation(current_user.organisation.root_id)):
        views.append(_entry("topics", _("Topics"), "tag", "content.topics"))
    return views


def share_views() -> list[Entry]:
    """The pages of a person's own shares that stand side by side."""
    return [
        _entry("list", _("My shares"), "share-3", "sharing.mine"),
        _entry("queue", _("Queue"), "list", "share_queue.index"),
        _entry("calendar", _("Calendar"), "calendar", "share_calendar.calendar"),
    ]


def inbox_views() -> list[Entry]:
    """The inbox and what fills it, for an editor."""
    return [
        _entry("inbox", _("Inbox"), "inbox", "sources.inbox"),
        _entry("sources", _("Sources"), "rss", "sources.index"),
        _entry("rules", _("Rules"), "filter", "sources.rules"),
        _entry("sorted", _("What rules did"), "history", "sources.sorted_by_rules"),
    ]


def _entry(key: str, label: str, icon: str, endpoint: str, short: str | None = None) -> Entry:
    return {"key": key, "label": label, "short": short or label, "icon": icon, "href": url_for(endpoint)}
