"""A request for speech as code that writes a file; the key is read from the environment and stands in none of it."""

import json

from apps.audio.sound.encoding import FORMATS
from apps.core.text import pretty
from apps.groq.audio import SPEECH
from apps.parameters.samples import DEFAULT, literal, python_client, quoted


def samples(body, base_url=DEFAULT):
    """[(name of the tab, file to save it in, code)]"""
    name = "speech." + FORMATS[body.get("response_format", "mp3")][3]
    return [
        ("curl", "speech.sh", curl(body, base_url, name)),
        ("Python", "speech.py", python(body, base_url, name)),
        ("JavaScript", "speech.mjs", javascript(body, base_url, name)),
    ]


def curl(body, base_url, name):
    return f"""curl --silent --show-error --fail-with-body {quoted(base_url + SPEECH)} \\
  --header "Authorization: Bearer $GROQ_API_KEY" \\
  --header "Content-Type: application/json" \\
  --output {quoted(name)} \\
  --data-binary @- <<'JSON'
{pretty(body)}
JSON
"""


def python(body, base_url, name):
    lines = "\n".join(f"    {member}={literal(value)}," for member, value in body.items())
    client = python_client(base_url, "groq", "Groq")
    return f"{client}speech = client.audio.speech.create(\n{lines}\n)\nspeech.write_to_file({name!r})\n"


def javascript(body, base_url, name):
    given = f", baseURL: {json.dumps(base_url)}" if base_url != DEFAULT else ""
    return f"""import {{ writeFile }} from "node:fs/promises"
import Groq from "groq-sdk"

const client = new Groq({{ apiKey: process.env.GROQ_API_KEY{given} }})
const speech = await client.audio.speech.create({pretty(body)})
await writeFile({json.dumps(name)}, Buffer.from(await speech.arrayBuffer()))
"""
