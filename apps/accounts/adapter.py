"""Our house rules for django-allauth."""

from allauth.account.adapter import DefaultAccountAdapter


class Adapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        # People come in by the first-run link, by invitation and by seed: never by an open form.
        return False
