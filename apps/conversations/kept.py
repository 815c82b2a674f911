"""What was drawn of answers that do not change any more, for the next page that shows them."""

import threading
from collections import OrderedDict


class Kept:
    """The newest drawings, of up to ``most`` altogether; ``size`` says how much of that one takes."""

    def __init__(self, most, size):
        self.most, self.size_of, self.size = most, size, 0
        self.drawings, self.lock = OrderedDict(), threading.Lock()

    def get(self, key, make):
        """The drawing under ``key``, made where it is not there."""
        with self.lock:
            if key in self.drawings:
                self.drawings.move_to_end(key)
                return self.drawings[key]
        made = make()
        with self.lock:
            if key not in self.drawings and self.size_of(made) <= self.most:
                self.drawings[key] = made
                self.size += self.size_of(made)
            while self.size > self.most:
                _, gone = self.drawings.popitem(last=False)
                self.size -= self.size_of(gone)
        return made
