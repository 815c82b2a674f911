from allauth.account.forms import LoginForm
from django import forms
from django.contrib.auth.forms import SetPasswordMixin

from apps.accounts.models import ROLES, Invitation, Membership, User


class SignInForm(LoginForm):
    """Named as everywhere else; what a label says, no placeholder says again."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "E-mail"
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class ProfileForm(forms.ModelForm):
    """How a person is called and by which address they sign in; who finds a screen unlocked does not get to change the latter."""

    password = forms.CharField(
        label="Current password",
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text="Only to change the e-mail.",
    )

    class Meta:
        model = User
        fields = ["name", "email"]
        labels = {"email": "E-mail"}
        widgets = {
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.has_usable_password():
            del self.fields["password"]

    def clean(self):
        cleaned = super().clean()
        moved = cleaned.get("email", self.instance.email) != self.instance.email
        if moved and "password" in self.fields and not self.instance.check_password(cleaned.get("password", "")):
            self.add_error("password", "To change the e-mail, give the password you sign in with now.")
        return cleaned

    def clean_email(self):
        email = self.cleaned_data["email"].lower()
        if User.objects.filter(email=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("This address cannot be used.")
        return email


class JoinForm(SetPasswordMixin, forms.Form):
    """What a new person says of themselves; the address is the invitation's."""

    name = forms.CharField(max_length=80, widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}))
    password1, password2 = SetPasswordMixin.create_password_fields(label1="Password", label2="Password again")

    def __init__(self, user, *args, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = "At least 10 characters, and not one of the common ones."
        self.fields["password2"].help_text = ""

    def clean(self):
        self.user.name = self.cleaned_data.get("name", "")
        self.validate_passwords()
        self.validate_password_for_user(self.user, "password1")
        return super().clean()

    def person(self):
        """The user, with name and password, not saved yet."""
        return self.set_password_and_save(self.user, "password1", commit=False)


class TeamForm(forms.Form):
    """What an owner does in one team; nothing of another can be chosen."""

    def __init__(self, team, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.team = team
        for name, nouns in (("member", team.memberships), ("invitation", Invitation.open().filter(team=team))):
            if name in self.fields:
                self.fields[name].queryset = nouns.all()

    def words(self):
        return " ".join(error for errors in self.errors.values() for error in errors)


class InvitationForm(TeamForm):
    name = forms.CharField(max_length=80, required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}))
    email = forms.EmailField(label="E-mail", widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    role = forms.ChoiceField(
        choices=ROLES,
        initial="member",
        help_text="Viewers read, members also write, owners also look after the people of the team.",
    )

    def clean_email(self):
        email = self.cleaned_data["email"].lower()
        if self.team.memberships.filter(user__email=email).exists():
            raise forms.ValidationError("This person belongs to the team already.")
        return email


class MemberForm(TeamForm):
    member = forms.ModelChoiceField(
        Membership.objects.none(),
        error_messages={"invalid_choice": "This person does not belong to the team any more.", "required": "Choose a person."},
    )


class RoleForm(MemberForm):
    role = forms.ChoiceField(choices=ROLES, error_messages={"invalid_choice": "There is no such role."})

    def save(self):
        """What has happened, as a sentence; so do the others."""
        member = self.cleaned_data["member"]
        member.change_role(self.cleaned_data["role"])
        return f"The role of {member.user} is {member.get_role_display().lower()} now."


class RemovalForm(MemberForm):
    def save(self):
        member = self.cleaned_data["member"]
        member.remove()
        return f"{member.user} does not belong to the team any more."


class WithdrawalForm(TeamForm):
    invitation = forms.ModelChoiceField(
        Invitation.objects.none(),
        error_messages={"invalid_choice": "This invitation was used or withdrawn meanwhile.", "required": "Choose an invitation."},
    )

    def save(self):
        invitation = self.cleaned_data["invitation"]
        invitation.delete()
        return f"The invitation of {invitation.email} is withdrawn."
