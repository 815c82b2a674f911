"""What a team keeps of its settings: presets, and the JSON schemas of answers."""

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from apps.accounts.models import TeamOwned


class Preset(TeamOwned):
    """Parameters under a name, the system message among them; a private one is for the person who made it."""

    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=100)
    description = models.CharField(max_length=300, blank=True)
    private = models.BooleanField(default=False)
    model = models.CharField(max_length=200, blank=True)
    # ParametersForm.stored()
    parameters = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["team", "name"], name="preset_by_name")]

    def __str__(self):
        return self.name


class NameTaken(Exception):
    """The team has one of this name."""


class Schema(TeamOwned):
    """A JSON schema for answers, under the name that the API is told."""

    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=64)
    schema = models.JSONField(default=dict)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "name"], name="one_schema_per_name")]

    def __str__(self):
        return self.name

    @classmethod
    def keep(cls, team, user, name, schema, *, overwrite=False):
        """Save it for the team under a name; raises NameTaken where there is one, unless it is to be overwritten."""
        fields = {"schema": schema, "created_by": user, "updated_at": timezone.now()}
        if overwrite:
            return cls.objects.update_or_create(team=team, name=name, defaults=fields)[0]
        try:
            with transaction.atomic():
                return cls.objects.create(team=team, name=name, **fields)
        except IntegrityError as error:
            if cls.objects.filter(team=team, name=name).exists():
                raise NameTaken(name) from error
            raise
