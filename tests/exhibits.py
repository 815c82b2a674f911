"""What a compound system may bring beside its text, in the shapes of the API description."""

import base64
import math
import struct
import zlib

DOCUMENTS = [
    {"id": "handbook", "source": {"type": "text", "text": "Refunds take five days.\nAsk Ms. <b>Ünal</b>."}},
    {"id": "prices", "source": {"type": "json", "data": {"basic": 9, "pro": 29}}},
    {"id": "unused", "source": {"type": "text", "text": "Nobody cited this."}},
]


def cites(id, start, end):
    return {"type": "document_citation", "document_citation": {"document_id": id, "start_index": start, "end_index": end}}


def png(width=64, height=40):
    """A real picture, in Base64."""

    def part(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"".join(bytes((x * 3 % 256, y * 5 % 256, 160)) for x in range(width)) for y in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(rows)) + part(b"IEND", b"")
    return base64.b64encode(data).decode()


CHARTS = {
    "bar": {
        "type": "bar",
        "title": "Sales by quarter",
        "x_label": "Quarter",
        "y_label": "Sales",
        "y_unit": "k€",
        "elements": [
            {"label": f"Q{quarter}", "group": group, "value": value}
            for group, values in (("2024", (12, 18.5, 9, 22)), ("2025", (14, 21, -3, 30)))
            for quarter, value in enumerate(values, 1)
        ],
    },
    "lying": {
        "type": "bar",
        "title": "Time to first token",
        "y_label": "Seconds",
        "elements": [
            {"label": name, "group": "_container0", "value": value}
            for name, value in (
                ("meta-llama/llama-4-maverick-17b-128e-instruct", 0.31),
                ("openai/gpt-oss-120b", 0.22),
                ("llama-3.1-8b-instant", 0.09),
                ("日本語の名前のモデル", 0.17),
            )
        ],
    },
    "line": {
        "type": "line",
        "title": "Tokens a second",
        "x_label": "Day",
        "y_label": "Tokens",
        "x_scale": "datetime",
        "elements": [
            {
                "label": name,
                "points": [[f"2025-{1 + day // 28:02}-{1 + day % 28:02}", base + 60 * math.sin(day / shift)] for day in range(120)],
            }
            for name, base, shift in (("Llama 3.1 8B", 420, 9), ("GPT-OSS 20B", 330, 14), ("Qwen3 32B", 210, 6))
        ],
    },
    "scatter": {
        "type": "scatter",
        "title": "Length and time",
        "x_label": "Tokens",
        "y_label": "Time",
        "y_unit": "s",
        "x_scale": "log",
        "elements": [
            {"label": "on demand", "points": [[10 ** (1 + n / 40), 0.2 + n / 30 + (n * 7 % 11) / 10] for n in range(120)]},
            {"label": "flex", "points": [[10 ** (1 + n / 30), 0.5 + n / 22 + (n * 5 % 13) / 8] for n in range(90)]},
        ],
    },
    "pie": {
        "type": "pie",
        "title": "Where the time goes",
        "elements": [
            {"label": name, "angle": angle, "radius": 1}
            for name, angle in (("Queue", 40), ("Prompt", 70), ("Generation", 190), ("Network", 55), ("Rest", 5))
        ],
    },
    "box": {
        "type": "box_and_whisker",
        "title": "Latency by region",
        "y_label": "Latency (ms)",
        "elements": [
            {
                "label": name,
                "min": low,
                "first_quartile": low + 20,
                "median": low + 34,
                "third_quartile": low + 60,
                "max": low + 110,
                "outliers": [low + 160, low + 190],
            }
            for name, low in (("Frankfurt", 40), ("Virginia", 90), ("Tokyo", 130))
        ],
    },
}
SUPERCHART = {"type": "superchart", "title": "Both", "elements": [CHARTS["bar"], CHARTS["pie"]]}

SEARCH = {
    "index": 0,
    "type": "search",
    "arguments": '{"query": "how fast is an LPU"}',
    "output": "Title: LPU\nURL: https://example.org/lpu",
    "search_results": {
        "results": [
            {
                "title": "What an <LPU> is",
                "url": "https://example.org/lpu?a=1&b=2",
                "content": "A processor for language.",
                "score": 0.9134,
            },
            {"title": "Not to be followed", "url": "javascript:alert(1)", "content": "<img src=x onerror=alert(1)>", "score": 0.4},
        ],
        "images": ["https://example.org/lpu.png", "data:image/png;base64,AAAA"],
    },
}
CODE = {
    "index": 1,
    "type": "python",
    "arguments": '{"code": "print(sum(range(10)))\\nplot()"}',
    "output": "45\n",
    "code_results": [{"text": "45"}, {"png": png(), "chart": CHARTS["bar"]}],
}
BROWSER = {
    "index": 2,
    "type": "browser.open",
    "arguments": '{"url": "https://example.org/"}',
    "browser_results": [
        {"url": "https://example.org/", "title": "Example", "live_view_url": "https://view.example.org/1", "content": "Hello."}
    ],
}
SERVERS = [
    {
        "id": "mcpl_1",
        "type": "mcp_list_tools",
        "server_label": "weather",
        "tools": [{"name": "forecast", "description": "Rain or sun.", "input_schema": {"type": "object"}}, {"name": "now"}],
    }
]
BREAKDOWN = [
    {
        "model": "llama-3.3-70b-versatile",
        "usage": {"prompt_tokens": 1200, "completion_tokens": 80, "completion_time": 0.2, "total_time": 0.41},
    },
    {
        "model": "openai/gpt-oss-120b",
        "usage": {"prompt_tokens": 5400, "completion_tokens": 610, "completion_time": 1.2, "total_time": 1.9},
    },
]


def token(text, chance, *rivals):
    tops = [{"token": name, "logprob": math.log(value), "bytes": list(name.encode())} for name, value in ((text, chance), *rivals)]
    return {"token": text, "logprob": math.log(chance), "bytes": list(text.encode()), "top_logprobs": tops}


LOGPROBS = [
    token("The", 0.97, ("A", 0.02)),
    token(" capital", 0.81, (" city", 0.1)),
    token(" of", 0.99),
    token(" France", 0.62, (" Gaul", 0.2)),
    token(" is", 0.95),
    token(" Paris", 0.35, (" Lyon", 0.3), (" <b>", 0.1)),
    token(" maybe", 0.04, (".", 0.9)),
    token("\n", 0.55),
    {"token": "!", "logprob": -9999.0, "bytes": None, "top_logprobs": []},
]
