"""Makes people with open sessions in the data folder: ``python -m apps.core.bench.people <number>`` prints the session keys.

Signing in over HTTP would cost a third of a second a head for the hash of the password; what it leaves behind, which is
what every request is checked against, is the same.
"""

import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "playground.settings")


def main(number):
    django.setup()
    from django.db import transaction

    from apps.core.up import database

    database.prepare()
    with transaction.atomic():
        print(json.dumps([make_session(i) for i in range(number)]))


def make_session(i):
    from django.apps import apps
    from django.conf import settings
    from django.contrib import auth
    from django.contrib.sessions.backends.db import SessionStore

    user = auth.get_user_model().objects.create_user(f"bench{i}@bench.example", None, name=f"Bench {i}")
    team = apps.get_model("accounts", "Team").objects.create(name=f"Bench {i}")
    apps.get_model("accounts", "Membership").objects.create(team=team, user=user, role="owner")
    session = SessionStore()
    session[auth.SESSION_KEY] = str(user.pk)
    session[auth.BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[auth.HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return session.session_key


if __name__ == "__main__":
    main(int(sys.argv[1]))
