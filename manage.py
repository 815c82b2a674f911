#!/usr/bin/env python3
"""The one door to the product. Only the standard library is imported until the environment stands."""

import os
import sys

# This file alone is read by whatever Python the machine has: it stays within what Python 2 can parse.
OLDEST = (3, 11)


def main():
    if sys.version_info < OLDEST:
        versions = OLDEST + tuple(sys.version_info[:2])
        sys.exit("Python {}.{} or newer is needed; this is {}.{}. Try: python3.11 manage.py up".format(*versions))
    try:
        from playground import bootstrap, testing

        bootstrap.ensure(sys.argv)
        if sys.argv[1:2] == ["test"]:
            # Before any setting of this machine is read: tests have their own.
            sys.exit(testing.run(sys.argv[2:]))
        from django.core.management import execute_from_command_line

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "playground.settings")
        execute_from_command_line(sys.argv)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
