from django.core.management.base import BaseCommand

from playground import testing


class Command(BaseCommand):
    """manage.py calls ``testing.run`` before it reads any setting; this is the command for everybody else, and its help."""

    help = "Run the whole test suite. All arguments go to pytest."
    requires_system_checks = []

    def run_from_argv(self, argv):
        raise SystemExit(testing.run(argv[2:]))
