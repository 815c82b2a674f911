from django import forms

from apps.accounts.models import User


class ProfileForm(forms.ModelForm):
    """How a person is called and by which address they sign in."""

    class Meta:
        model = User
        fields = ["name", "email"]
        widgets = {
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
        }

    def clean_email(self):
        email = self.cleaned_data["email"].lower()
        if User.objects.filter(email=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("This address cannot be used.")
        return email
