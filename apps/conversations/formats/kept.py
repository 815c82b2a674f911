"""What was drawn of answers that do not change any more, for the next page that shows them."""

import threading
from collections import OrderedDict

MOST = 8_000_000


class Kept:
    """The newest drawings, up to so many characters altogether."""

    def __init__(self, most=MOST):
        self.most, self.size = most, 0
        self.drawings, self.lock = OrderedDict(), threading.Lock()

    def get(self, key, make):
        """The drawing under ``key``, made where it is not there: anything with a ``size`` in characters."""
        with self.lock:
            if key in self.drawings:
                self.drawings.move_to_end(key)
                return self.drawings[key]
        made = make()
        with self.lock:
            if key not in self.drawings and made.size <= self.most:
                self.drawings[key] = made
                self.size += made.size
            while self.size > self.most:
                _, gone = self.drawings.popitem(last=False)
                self.size -= gone.size
        return made
