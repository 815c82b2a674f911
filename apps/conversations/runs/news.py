"""What a run has brought since its last checkpoint."""


class News:
    """Texts by their kind (``Piece``); they stay until ``saved`` confirms those that ``unsaved`` gave last."""

    def __init__(self):
        self.pending, self.counted = [], 0

    def add(self, kind, text):
        self.pending.append((kind, text))

    def unsaved(self):
        """[(kind, text)], neighbours of one kind merged."""
        merged = []
        for kind, text in self.pending:
            if merged and merged[-1][0] == kind:
                merged[-1][1].append(text)
            else:
                merged.append((kind, [text]))
        self.counted = len(self.pending)
        return [(kind, "".join(texts)) for kind, texts in merged]

    def saved(self):
        del self.pending[: self.counted]
        self.counted = 0
