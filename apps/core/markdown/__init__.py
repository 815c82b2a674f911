"""Text of a language model, as safe HTML: the only place of the product that trusts markup.

`render` is for a text that is whole, `Live` for one that still arrives. Both cut the text into the same
blocks and draw each block once, so a stored answer looks exactly as it did while it streamed.
"""

from django.utils.safestring import mark_safe

from .limits import limits
from .live import Live, render

__all__ = ["Live", "limits", "render", "stored"]


def stored(html):
    """HTML that this package made and a row kept, as safe as on the day it was made."""
    return mark_safe(html)
