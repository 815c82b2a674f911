"""Our house rules for django-allauth."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import ratelimit
from allauth.core.exceptions import ImmediateHttpResponse
from django.forms import ValidationError


class Adapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "The e-mail or the password is not correct.",
    }

    def is_open_for_signup(self, request):
        # People come in by the first-run link, by invitation and by seed: never by an open form.
        return False

    def pre_authenticate(self, request, **credentials):
        """Too many wrong passwords, by address or by network, are answered as such and not as a mistyped form."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            raise ImmediateHttpResponse(ratelimit.respond_429(request)) from None
