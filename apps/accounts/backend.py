"""Who a session belongs to: asked with every request, so put into words once."""

from allauth.account.auth_backends import AuthenticationBackend

from apps.accounts.models import User
from apps.core.prepared import Prepared

_user = Prepared(lambda pk: User.objects.filter(pk=pk), pk=-1)


class Backend(AuthenticationBackend):
    def get_user(self, user_id):
        user = _user.first(pk=user_id)
        return user if user is not None and self.user_can_authenticate(user) else None
