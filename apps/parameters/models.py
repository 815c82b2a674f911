"""What a team keeps of its settings: presets, and the JSON schemas of answers."""

from contextlib import contextmanager

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from apps.accounts.models import Team, TeamOwned, TeamQuerySet
from apps.core.text import clean

NAME_LENGTH = 100
CHAT, TRANSCRIPTION = "chat", "transcription"


class NameTaken(Exception):
    """The person sees a preset, or a schema, of that name in the team already."""


class Overtaken(Exception):
    """Somebody wrote into the preset after it was read."""


class NotYours(Exception):
    """Only who made a preset may hide it from the team."""


class PresetQuerySet(TeamQuerySet):
    """Presets of the team for its people, private ones for their maker alone, as long as that is one of the team."""

    def visible_to(self, user):
        return super().visible_to(user).filter(models.Q(private=False) | models.Q(created_by_id=user.pk))

    def editable_by(self, user):
        return super().editable_by(user).filter(models.Q(private=False) | models.Q(created_by_id=user.pk))


class Preset(TeamOwned):
    """Parameters under a name, the system message among them; a private one is for the person who made it."""

    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    # What its parameters are for; the form that knows them is found by it (apps.parameters.kinds).
    kind = models.CharField(max_length=20, default=CHAT)
    name = models.CharField(max_length=NAME_LENGTH)
    description = models.CharField(max_length=300, blank=True)
    private = models.BooleanField(default=False)
    model = models.CharField(max_length=200, blank=True)
    # ParametersForm.stored()
    parameters = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    objects = PresetQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["team", "name"], name="preset_by_name")]

    def __str__(self):
        return self.name

    @property
    def version(self):
        """Tells what was read from what was written since."""
        return self.updated_at.isoformat()

    @classmethod
    def keep(cls, team, user, *, name, parameters, description="", private=False, model="", kind=CHAT):
        """A new preset of the team. Raises NameTaken."""
        preset = cls(team=team, created_by=user, private=private, model=model, parameters=parameters, kind=kind)
        with preset.naming(user, name, description):
            preset.save()
        return preset

    @classmethod
    def lasting(cls, pk):
        """In a transaction: the id (or None) as it may be referred to, None where the preset was deleted meanwhile."""
        return pk and cls.objects.select_for_update().filter(pk=pk).values_list("pk", flat=True).first()

    def describe(self, user, *, name, description, private):
        """Another name, description and audience. Raises NameTaken, NotYours when it would be hidden from the others.

        Raises DoesNotExist when it was deleted meanwhile.
        """
        with self.naming(user, name, description):
            self.refresh_from_db(fields=["private", "created_by"])
            if private and not self.private and self.created_by_id != user.pk:
                raise NotYours
            self.private = private
            self.save(update_fields=["name", "description", "private", "updated_at"])

    def duplicate(self, user):
        """A copy that is the person's own, under the next name that is free."""
        with self.alone():
            taken = {name.casefold() for name in self.beside(user).values_list("name", flat=True)}
            endings = (f" (copy {number})" if number > 1 else " (copy)" for number in range(1, len(taken) + 2))
            names = (self.name[: NAME_LENGTH - len(ending)] + ending for ending in endings)
            name = next(name for name in names if name.casefold() not in taken)
            held = {member: getattr(self, member) for member in ("description", "private", "model", "parameters", "kind")}
            return Preset.keep(self.team, user, name=name, **held)

    def take(self, parameters, model, seen):
        """Hold these parameters, and the model when it holds one and there is one; what changed, as ``differences``.

        Raises Overtaken when it is no longer the version that was ``seen``, DoesNotExist when it was deleted meanwhile.
        """
        with self.alone():
            self.refresh_from_db()
            if self.version != seen:
                raise Overtaken
            model = self.model and (model or self.model)
            changed = self.differences(parameters, model)
            if changed:
                self.parameters, self.model, self.updated_at = parameters, model, timezone.now()
                self.save(update_fields=["parameters", "model", "updated_at"])
        return changed

    def differences(self, stored, model=""):
        """[(name, what the preset holds, what stands now)], None where nothing does; the model only when it holds one."""
        was, now = self.parameters, stored
        if self.model:
            was, now = {"model": self.model, **was}, {"model": model, **now}
        return [(name, was.get(name), now.get(name)) for name in {**was, **now} if differ(was.get(name), now.get(name))]

    @contextmanager
    def naming(self, user, name, description):
        """Inside: saved under this name, which nobody else can take meanwhile."""
        name, description = (" ".join(clean(text).split()) for text in (name, description))
        with self.alone():
            if any(name.casefold() == other.casefold() for other in self.beside(user).values_list("name", flat=True)):
                raise NameTaken
            self.name, self.description, self.updated_at = name, description, timezone.now()
            yield

    def beside(self, user):
        """The other presets of its kind that the person sees in the team: a name among those of others is free."""
        return Preset.objects.visible_to(user).filter(team=self.team_id, kind=self.kind).exclude(pk=self.pk)

    @contextmanager
    def alone(self):
        """One after the other, of all that write the presets of a team."""
        with transaction.atomic():
            Team.objects.select_for_update().get(pk=self.team_id)
            yield


def differ(was, now):
    # True is 1 to Python, and not to the API.
    return was != now or isinstance(was, bool) != isinstance(now, bool)


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
