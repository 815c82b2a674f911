"""Sessions in the database, as Django keeps them; what every request asks is put into words once."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from apps.core.prepared import Prepared

_session = Prepared(lambda key: Session.objects.filter(session_key=key), key="?")


class SessionStore(db.SessionStore):
    def _get_session_from_db(self):
        session = _session.first(key=self.session_key)
        if session is not None and session.expire_date > timezone.now():
            return session
        self._session_key = None
        return None
