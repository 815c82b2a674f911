"""The worker as a child of the server: told which API answers, gone when the server is."""

import json

from apps.core import connection
from playground import child


class Child(child.Child):
    name = "worker"

    def arguments(self):
        return ["worker", "--engine", "-"]

    def words(self):
        """The engine that the server has started, if it is that which answers: its address and key."""
        return json.dumps(None if connection.configured() or not connection.available() else connection.address())
