"""People, the teams they form, and what a membership lets them do."""

from contextlib import contextmanager

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models, transaction
from django.utils import timezone

from apps.core import ids

OWNER, MEMBER, VIEWER = "owner", "member", "viewer"
ROLES = [(OWNER, "Owner"), (MEMBER, "Member"), (VIEWER, "Viewer")]
EDITORS = (OWNER, MEMBER)


class LastOwner(Exception):
    """A team keeps an owner: somebody else must become one first."""


class UserManager(BaseUserManager):
    def create_user(self, email, password=None, **fields):
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser):
    """A person, known by e-mail. Rights come from memberships alone; there is no superuser and no admin site."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=80, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = EMAIL_FIELD = "email"
    objects = UserManager()

    def __str__(self):
        return self.name or self.email.split("@")[0]


class Team(models.Model):
    id = models.CharField(primary_key=True, max_length=20, default=ids.new, editable=False)
    name = models.CharField(max_length=80)
    created_at = models.DateTimeField(default=timezone.now)
    users = models.ManyToManyField(User, through="Membership", related_name="teams")

    def __str__(self):
        return self.name


class Membership(models.Model):
    team = models.ForeignKey(Team, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=6, choices=ROLES, default=MEMBER)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "user"], name="one_membership_per_person_and_team")]

    def __str__(self):
        return f"{self.user} in {self.team} as {self.role}"

    @property
    def can_edit(self):
        return self.role in EDITORS

    def change_role(self, role):
        """Raises LastOwner where nobody else owns the team. Who owns it no longer has no invitations open, either."""
        with self.leaving_an_owner():
            self.role = role
            self.save(update_fields=["role"])
            if role != OWNER:
                self.team.invitations.filter(invited_by=self.user_id).delete()

    def remove(self):
        """Out of the team; what the person wrote stays with it. Raises LastOwner where nobody else owns the team."""
        with self.leaving_an_owner():
            self.team.invitations.filter(invited_by=self.user_id).delete()
            self.delete()

    @contextmanager
    def leaving_an_owner(self):
        with transaction.atomic():
            # One after the other: of two owners who demote each other at once, the second is refused.
            Team.objects.select_for_update().get(pk=self.team_id)
            yield
            if not Membership.objects.filter(team=self.team_id, role=OWNER, user__is_active=True).exists():
                raise LastOwner


class TeamQuerySet(models.QuerySet):
    """The door of every noun that belongs to a team: nothing is fetched for a person by any other way."""

    def visible_to(self, user):
        return self.filter(team__memberships__user_id=user.pk)

    def editable_by(self, user):
        return self.filter(team__memberships__user_id=user.pk, team__memberships__role__in=EDITORS)


class TeamOwned(models.Model):
    """What belongs to a team from its first row on."""

    id = models.CharField(primary_key=True, max_length=20, default=ids.new, editable=False)
    team = models.ForeignKey(Team, models.CASCADE, related_name="+")

    objects = TeamQuerySet.as_manager()

    class Meta:
        abstract = True
