"""People, the teams they form, and the links by which they come in."""

from apps.accounts.models.links import Invitation, StartLink, first_owner
from apps.accounts.models.people import (
    EDITORS,
    MEMBER,
    OWNER,
    ROLES,
    VIEWER,
    LastOwner,
    Membership,
    Team,
    TeamOwned,
    TeamQuerySet,
    User,
    UserManager,
)

__all__ = [
    "EDITORS",
    "MEMBER",
    "OWNER",
    "ROLES",
    "VIEWER",
    "Invitation",
    "LastOwner",
    "Membership",
    "StartLink",
    "Team",
    "TeamOwned",
    "TeamQuerySet",
    "User",
    "UserManager",
    "first_owner",
]
