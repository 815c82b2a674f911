"""Documents within a message are read as text; what cannot be read is refused."""

import pytest

from apps.engine.messages import message
from apps.engine.refusal import Refusal


def said(*parts):
    return message({"role": "user", "content": list(parts)}, "messages.0")["content"]


def test_a_document_is_read_as_its_name_and_its_text():
    text = {"type": "document", "document": {"id": "notes.md", "data": {"text": "# Grüße"}}}
    data = {"type": "document", "document": {"data": {"answer": 42}}}
    assert said({"type": "text", "text": "Read this"}, text, data) == 'Read this\nnotes.md:\n# Grüße\n{"answer":42}'


@pytest.mark.parametrize("document", [None, {}, {"data": "text"}, {"data": {}, "id": 7}, {"data": {}, "more": 1}])
def test_what_is_no_document_is_refused(document):
    with pytest.raises(Refusal):
        said({"type": "document", "document": document})
