"""Links that open once: only their hashes are kept, so that a copy of the database opens no door."""

import hashlib
import secrets
from datetime import timedelta

from django.db import models, transaction
from django.utils import timezone

from apps.accounts.models.people import MEMBER, OWNER, ROLES, Membership, Team, User


class OneTimeLink(models.Model):
    LIFETIME: timedelta

    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True

    @property
    def ends_at(self):
        return self.created_at + self.LIFETIME

    @classmethod
    def make(cls, **fields):
        """The token of a new link; what it opens is in the fields."""
        token = secrets.token_urlsafe(32)
        cls.objects.create(digest=cls.hash(token), **fields)
        return token

    @classmethod
    def open(cls):
        """Links that were neither used nor are too old."""
        return cls.objects.filter(created_at__gt=timezone.now() - cls.LIFETIME)

    @classmethod
    def find(cls, token):
        """The link of the token, or None."""
        return cls.open().filter(digest=cls.hash(token)).first()

    def use_up(self):
        """True for whoever comes first."""
        return bool(type(self).objects.filter(pk=self.pk).delete()[0])

    @staticmethod
    def hash(token):
        return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


class StartLink(OneTimeLink):
    """Signs the owner in: printed by ``up`` on the terminal that started the server."""

    LIFETIME = timedelta(hours=12)

    user = models.ForeignKey(User, models.CASCADE)

    def __str__(self):
        return f"start link of {self.user}"

    @classmethod
    def issue(cls, user):
        """A new token for the user; links from earlier starts end here."""
        with transaction.atomic():
            cls.objects.filter(user=user).delete()
            return cls.make(user=user)

    @classmethod
    def redeem(cls, token):
        """The user the token was made for, or None; whoever asks second gets None."""
        link = cls.find(token)
        if link is None or not link.user.is_active or not link.use_up():
            return None
        return link.user


class Invitation(OneTimeLink):
    """Takes one person into a team: an owner hands the link over, whoever opens it chooses a password."""

    LIFETIME = timedelta(days=7)

    team = models.ForeignKey(Team, models.CASCADE, related_name="invitations")
    email = models.EmailField()
    name = models.CharField(max_length=80, blank=True)
    role = models.CharField(max_length=6, choices=ROLES, default=MEMBER)
    invited_by = models.ForeignKey(User, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "email"], name="one_invitation_per_address_and_team")]

    def __str__(self):
        return f"invitation of {self.email} to {self.team} as {self.role}"

    @classmethod
    def issue(cls, team, email, **fields):
        """A new token; an earlier link for the same address and team ends here."""
        with transaction.atomic():
            cls.objects.filter(team=team, email=email).delete()
            return cls.make(team=team, email=email, **fields)

    @property
    def known(self):
        """The person who signs in by this address already, or None."""
        return User.objects.filter(email=self.email).first()

    def accept(self, user):
        """The membership of the user, who is saved with it when new; None when somebody else was faster."""
        with transaction.atomic():
            if not self.use_up():
                return None
            if user._state.adding:
                user.save()
            return Membership.objects.get_or_create(team=self.team, user=user, defaults={"role": self.role})[0]


def first_owner():
    """The owner whom the first-run link signs in: made together with a team when there is nobody yet."""
    with transaction.atomic():
        owner = User.objects.filter(memberships__role=OWNER, is_active=True).order_by("pk").first()
        if owner is None:
            owner = User.objects.create_user("owner@playground.local", None, name="Owner")
            Membership.objects.create(team=Team.objects.create(name="My team"), user=owner, role=OWNER)
    return owner
