"""People, the teams they form, and what a membership lets them do."""

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models, transaction
from django.utils import timezone

from apps.core import ids

OWNER, MEMBER, VIEWER = "owner", "member", "viewer"
ROLES = [(OWNER, "Owner"), (MEMBER, "Member"), (VIEWER, "Viewer")]
EDITORS = (OWNER, MEMBER)


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


class StartLink(models.Model):
    """A link that signs the owner in, once: printed by ``up`` on the terminal that started the server.

    Only the hash is kept, so that a copy of the database opens no door.
    """

    LIFETIME = timedelta(hours=12)

    digest = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, models.CASCADE)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return f"start link of {self.user}"

    @classmethod
    def issue(cls, user):
        """A new token for the user; links from earlier starts end here."""
        token = secrets.token_urlsafe(32)
        with transaction.atomic():
            cls.objects.filter(user=user).delete()
            cls.objects.create(digest=cls.hash(token), user=user)
        return token

    @classmethod
    def redeem(cls, token):
        """The user the token was made for, or None; whoever asks second gets None."""
        fresh = cls.objects.filter(digest=cls.hash(token), created_at__gt=timezone.now() - cls.LIFETIME)
        link = fresh.select_related("user").first()
        if link is None or not link.user.is_active or not cls.objects.filter(pk=link.pk).delete()[0]:
            return None
        return link.user

    @staticmethod
    def hash(token):
        return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def first_owner():
    """The owner whom the first-run link signs in: made together with a team when there is nobody yet."""
    with transaction.atomic():
        owner = User.objects.filter(memberships__role=OWNER, is_active=True).order_by("pk").first()
        if owner is None:
            owner = User.objects.create_user("owner@playground.local", None, name="Owner")
            Membership.objects.create(team=Team.objects.create(name="My team"), user=owner, role=OWNER)
    return owner
