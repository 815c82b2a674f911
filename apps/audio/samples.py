"""A request for a transcript as code that somebody can run; the key is read from the environment and stands in none of them."""

import json

from apps.audio.models import TRANSLATE
from apps.groq import audio
from apps.parameters.samples import DEFAULT, literal, quoted


def samples(task, model, parameters, base_url=DEFAULT, *, file="", url=""):
    """[(name of the tab, file to save it in, code)]; the recording is ``file`` beside the code, or at ``url``."""
    given = {"model": model, **parameters}
    return [
        ("curl", "request.sh", curl(task, given, base_url, file, url)),
        ("Python", "request.py", python(task, given, base_url, file, url)),
        ("JavaScript", "request.mjs", javascript(task, given, base_url, file, url)),
    ]


def path(task):
    return audio.TRANSLATIONS if task == TRANSLATE else audio.TRANSCRIPTIONS


def called(task):
    return "translations" if task == TRANSLATE else "transcriptions"


def is_text(given):
    return given.get("response_format") == "text"


def curl(task, given, base_url, file, url):
    fields = dict(given)
    lines = [f"curl --silent --show-error {quoted(base_url + path(task))}", '  --header "Authorization: Bearer $GROQ_API_KEY"']
    if file:
        # Within the quotes of curl's own, whatever the file is called.
        escaped = file.replace("\\", "\\\\").replace('"', '\\"')
        lines.append("  --form " + quoted(f'file=@"{escaped}"'))
    else:
        lines.append("  --form-string " + quoted(f"url={url}"))
    for name, value in audio.fields(fields.pop("model"), fields).items():
        for one in value if isinstance(value, list) else [value]:
            lines.append("  --form-string " + quoted(f"{name}={one}"))
    return " \\\n".join(lines) + "\n"


def python(task, given, base_url, file, url):
    base = f', base_url="{base_url}"' if base_url != DEFAULT else ""
    of = f"file=Path({file!r})" if file else f"url={url!r}"
    arguments = "".join(f"    {name}={literal(value)},\n" for name, value in given.items())
    shown = "answer" if is_text(given) else "answer.text"
    return f"""import os
from pathlib import Path

from groq import Groq

client = Groq(api_key=os.environ["GROQ_API_KEY"]{base})
answer = client.audio.{called(task)}.create(
    {of},
{arguments})
print({shown})
"""


def javascript(task, given, base_url, file, url):
    base = f", baseURL: {json.dumps(base_url)}" if base_url != DEFAULT else ""
    of = f"file: createReadStream({json.dumps(file)})" if file else f"url: {json.dumps(url)}"
    members = "".join(f"  {name}: {json.dumps(value, ensure_ascii=False)},\n" for name, value in given.items())
    shown = "answer" if is_text(given) else "answer.text"
    head = 'import { createReadStream } from "node:fs"\n' if file else ""
    return f"""{head}import Groq from "groq-sdk"

const client = new Groq({{ apiKey: process.env.GROQ_API_KEY{base} }})
const answer = await client.audio.{called(task)}.create({{
  {of},
{members}}})
console.log({shown})
"""
