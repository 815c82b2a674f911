"""A request as code that somebody can run: curl, Python with two clients, JavaScript.

Every sample sends exactly the body it was made of; the key is read from the environment and stands in none of them.
"""

import json
import pprint
import re

from apps.core.text import pretty
from apps.groq.responses import PARAMETERS as RESPONSES_KNOW
from apps.parameters.apis import MODULES, RESPONSES, api_of

DEFAULT = "https://api.groq.com"
MOST_LAID_OUT = 200_000
# Members of a request that the official clients have no parameter for; they pass them on as they are.
# fmt: off
OPENAI_KNOWS = frozenset({
    "frequency_penalty", "function_call", "functions", "logit_bias", "logprobs", "max_completion_tokens", "max_tokens", "messages",
    "metadata", "model", "n", "parallel_tool_calls", "presence_penalty", "reasoning_effort", "response_format", "seed",
    "service_tier", "stop", "store", "stream", "temperature", "tool_choice", "tools", "top_logprobs", "top_p", "user",
})
GROQ_KNOWS = OPENAI_KNOWS | {
    "citation_options", "compound_custom", "disable_tool_validation", "documents", "exclude_domains", "include_domains",
    "include_reasoning", "reasoning_format", "search_settings",
}
# fmt: on


# Stands in a body for the data URL of an image, which is read from a file beside the code.
FILE = "@@file:{}@@"


def samples(body, base_url=DEFAULT, files=None):
    """[(name of the tab, file to save it in, code)] for a request, through the API that it is for.

    ``files`` are {what stands in the body (``FILE``): (name of the file, its media type)}.
    """
    files, api = files or {}, api_of(body)
    shell = ("curl", "request.sh", curl(body, base_url + MODULES[api].PATH, files))
    if api == RESPONSES:
        # GroqCloud's own clients do not know this API yet.
        return [
            shell,
            ("Python", "request.py", in_python(python_of_response(body, base_url), files)),
            ("JavaScript", "request.mjs", in_javascript(javascript_of_response(body, base_url), files)),
        ]
    return [
        shell,
        ("Python", "request.py", in_python(python(body, base_url, "groq", "Groq", GROQ_KNOWS), files)),
        ("Python (openai)", "request.py", in_python(python(body, base_url, "openai", "OpenAI", OPENAI_KNOWS), files)),
        ("JavaScript", "request.mjs", in_javascript(javascript(body, base_url), files)),
    ]


def in_python(code, files):
    if not files:
        return code
    for mark, (name, media_type) in files.items():
        code = code.replace(repr(mark), f"data_url({name!r}, {media_type!r})")
    return f"""import base64
from pathlib import Path


def data_url(name, media_type):
    return f"data:{{media_type}};base64,{{base64.b64encode(Path(name).read_bytes()).decode()}}"


{code}"""


def in_javascript(code, files):
    if not files:
        return code
    for mark, (name, media_type) in files.items():
        code = code.replace(json.dumps(mark), f"dataUrl({json.dumps(name)}, {json.dumps(media_type)})")
    head = """import { readFileSync } from "node:fs"

const dataUrl = (name, mediaType) => `data:${mediaType};base64,${readFileSync(name).toString("base64")}`

"""
    return head + code


def curl(body, url, files=()):
    if files:
        return curl_with_files(body, url, files)
    # In JSON a line break inside a text is written \n, so no line of it can be the mark that ends it.
    return f"""curl --silent --show-error --no-buffer {quoted(url)} \\
  --header "Authorization: Bearer $GROQ_API_KEY" \\
  --header "Content-Type: application/json" \\
  --data-binary @- <<'JSON'
{pretty(body)}
JSON
"""


def curl_with_files(body, url, files):
    """The body comes in pieces: what is JSON, and between them what ``base64`` makes of each file."""
    pieces = []
    for part in re.split("|".join(f"({re.escape(mark)})" for mark in files), pretty(body)):
        if part in files:
            name, media_type = files[part]
            pieces.append(f"  printf %s {quoted(f'data:{media_type};base64,')}\n  base64 < {quoted(name)} | tr -d '\\n'")
        elif part:
            pieces.append(f"  printf %s {quoted(part)}")
    return f"""{{
{chr(10).join(pieces)}
}} | curl --silent --show-error --no-buffer {quoted(url)} \\
  --header "Authorization: Bearer $GROQ_API_KEY" \\
  --header "Content-Type: application/json" \\
  --data-binary @-
"""


def python(body, base_url, package, client, known):
    code = python_client(base_url, package, client)
    call = f"client.chat.completions.create(\n{arguments(body, known)}\n)\n"
    if body.get("stream"):
        return (
            f"{code}stream = {call}for chunk in stream:\n    if chunk.choices:\n"
            '        print(chunk.choices[0].delta.content or "", end="", flush=True)\nprint()\n'
        )
    return f"{code}completion = {call}print(completion.choices[0].message.content)\n"


def python_client(base_url, package, client):
    address = base_url + "/openai/v1" if package == "openai" else base_url
    given = f', base_url="{address}"' if package == "openai" or base_url != DEFAULT else ""
    return f"""import os

from {package} import {client}

client = {client}(api_key=os.environ["GROQ_API_KEY"]{given})
"""


def arguments(body, known):
    """The members of a body as arguments of a call, those that the client does not know as its ``extra_body``."""
    lines = [f"    {name}={literal(value)}," for name, value in body.items() if name in known]
    if rest := {name: value for name, value in body.items() if name not in known}:
        lines.append(f"    extra_body={literal(rest)},")
    return "\n".join(lines)


def python_of_response(body, base_url):
    code = python_client(base_url, "openai", "OpenAI")
    call = f"client.responses.create(\n{arguments(body, RESPONSES_KNOW | {'model', 'input'})}\n)\n"
    if not body.get("stream"):
        return f"{code}response = {call}print(response.output_text)\n"
    return (
        f'{code}stream = {call}for event in stream:\n    if event.type == "response.output_text.delta":\n'
        '        print(event.delta, end="", flush=True)\nprint()\n'
    )


def javascript_of_response(body, base_url):
    code = f"""import OpenAI from "openai"

const client = new OpenAI({{ apiKey: process.env.GROQ_API_KEY, baseURL: {json.dumps(base_url + "/openai/v1")} }})
"""
    call = f"await client.responses.create({pretty(body)})\n"
    if not body.get("stream"):
        return f"{code}const response = {call}console.log(response.output_text)\n"
    write = '  if (event.type === "response.output_text.delta") process.stdout.write(event.delta)'
    return f"{code}const stream = {call}for await (const event of stream) {{\n{write}\n}}\n"


def javascript(body, base_url):
    given = f", baseURL: {json.dumps(base_url)}" if base_url != DEFAULT else ""
    code = f"""import Groq from "groq-sdk"

const client = new Groq({{ apiKey: process.env.GROQ_API_KEY{given} }})
"""
    call = f"await client.chat.completions.create({pretty(body)})\n"
    if not body.get("stream"):
        return f"{code}const completion = {call}console.log(completion.choices[0].message.content)\n"
    write = '  process.stdout.write(chunk.choices[0]?.delta?.content ?? "")'
    return f"{code}const stream = {call}for await (const chunk of stream) {{\n{write}\n}}\n"


def literal(value):
    """A Python literal over several lines, each but the first four spaces in; on one line where it is very long."""
    # Laying it out takes time for each level of what stands in it.
    if len(line := repr(value)) > MOST_LAID_OUT:
        return line
    return pprint.pformat(value, width=100, sort_dicts=False).replace("\n", "\n    ")


def quoted(text):
    return "'" + text.replace("'", "'\\''") + "'"
