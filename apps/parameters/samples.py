"""A request as code that somebody can run: curl, Python with two clients, JavaScript.

Every sample sends exactly the body it was made of; the key is read from the environment and stands in none of them.
"""

import json
import pprint

from apps.groq.responses import PARAMETERS as RESPONSES_KNOW
from apps.parameters.apis import CHAT, MODULES, RESPONSES

DEFAULT = "https://api.groq.com"
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


def samples(body, base_url=DEFAULT, api=CHAT):
    """[(name of the tab, file to save it in, code)] for a request to one of the APIs."""
    shell = ("curl", "request.sh", curl(body, base_url + MODULES[api].PATH))
    if api == RESPONSES:
        # GroqCloud's own clients do not know this API yet.
        return [
            shell,
            ("Python", "request.py", python_of_response(body, base_url)),
            ("JavaScript", "request.mjs", javascript_of_response(body, base_url)),
        ]
    return [
        shell,
        ("Python", "request.py", python(body, base_url, "groq", "Groq", GROQ_KNOWS)),
        ("Python (openai)", "request.py", python(body, base_url, "openai", "OpenAI", OPENAI_KNOWS)),
        ("JavaScript", "request.mjs", javascript(body, base_url)),
    ]


def curl(body, url):
    # In JSON a line break inside a text is written \n, so no line of it can be the mark that ends it.
    return f"""curl --silent --show-error --no-buffer {quoted(url)} \\
  --header "Authorization: Bearer $GROQ_API_KEY" \\
  --header "Content-Type: application/json" \\
  --data-binary @- <<'JSON'
{pretty(body)}
JSON
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


def pretty(value):
    return json.dumps(value, indent=2, ensure_ascii=False)


def literal(value):
    """A Python literal over several lines, each but the first four spaces in."""
    return pprint.pformat(value, width=100, sort_dicts=False).replace("\n", "\n    ")


def quoted(text):
    return "'" + text.replace("'", "'\\''") + "'"
