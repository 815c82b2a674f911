"""Messages of a chat completion as input items."""

from apps.groq import items


def test_messages_become_items():
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": '{"a":1}'}}
    photo = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA==", "detail": "low"}}
    kept = {"type": "image_url", "attachment": "at1", "name": "cat.png"}
    document = {"type": "document", "document": {"data": {}, "id": "1"}}
    assert items.from_messages(
        [
            {"role": "system", "content": "Be brief."},
            {"role": "developer", "content": "Be kind."},
            {
                "role": "user",
                "content": [{"type": "text", "text": "What?"}, photo, kept, document],
            },
            {"role": "user", "content": [document]},
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "c", "content": [{"type": "text", "text": "7"}]},
            {"role": "assistant", "content": "Seven.", "tool_calls": []},
            {"role": "system", "content": "Later."},
        ]
    ) == (
        "Be brief.",
        [
            {"role": "developer", "content": "Be kind."},
            {
                "role": "user",
                "content": [
                    {"type": "input_text", "text": "What?"},
                    {"type": "input_image", "image_url": "data:image/png;base64,AA==", "detail": "low"},
                    {"type": "input_image", "attachment": "at1", "name": "cat.png"},
                ],
            },
            {"type": "function_call", "call_id": "c", "name": "f", "arguments": '{"a":1}'},
            {"type": "function_call_output", "call_id": "c", "output": "7"},
            {"role": "assistant", "content": "Seven."},
            {"role": "system", "content": "Later."},
        ],
    )
