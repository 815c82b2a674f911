"""Words in all transcripts: where they stand and when they were said.

SQLite keeps an index of the newest versions (FTS5), which triggers of its own hold true, whoever writes a version. They are laid
after migrations, and again where SQLite has lost them by making the table anew. Other databases read the texts.
"""

import re
import unicodedata

from django.db import connection, connections
from django.db.models import Exists, OuterRef, Q
from django.db.models.expressions import RawSQL

from apps.audio.models import Transcript, Version
from apps.core.text import clock

MOST, MOST_IN_ONE, AROUND = 50, 5, 90

TABLE = "CREATE VIRTUAL TABLE IF NOT EXISTS audio_search USING fts5(text, tokenize='unicode61 remove_diacritics 2')"
TRIGGERS = {
    "audio_search_insert": """AFTER INSERT ON audio_version BEGIN
        DELETE FROM audio_search WHERE rowid IN (SELECT id FROM audio_version WHERE transcript_id = new.transcript_id);
        INSERT INTO audio_search (rowid, text)
            SELECT id, text FROM audio_version WHERE transcript_id = new.transcript_id ORDER BY number DESC LIMIT 1; END""",
    "audio_search_update": """AFTER UPDATE OF text ON audio_version BEGIN
        UPDATE audio_search SET text = new.text WHERE rowid = new.id; END""",
    "audio_search_delete": """AFTER DELETE ON audio_version BEGIN
        DELETE FROM audio_search WHERE rowid = old.id; END""",
}
FILL = """INSERT INTO audio_search (rowid, text) SELECT id, text FROM audio_version AS v
    WHERE number = (SELECT max(number) FROM audio_version WHERE transcript_id = v.transcript_id)"""
# Written without blanks: an index of words finds nothing within them.
UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


def lay(using, **how):
    """After a migration: the index and its triggers, filled with what there is, unless they are there."""
    database = connections[using]
    if database.vendor != "sqlite":
        return
    with database.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE name = 'audio_search' OR tbl_name = 'audio_version'")
        there = {name for (name,) in cursor.fetchall()}
        if "audio_version" not in there or {"audio_search", *TRIGGERS} <= there:
            return
        cursor.execute(TABLE)
        for name, does in TRIGGERS.items():
            cursor.execute(f"CREATE TRIGGER IF NOT EXISTS {name} {does}")
        cursor.execute("DELETE FROM audio_search")
        cursor.execute(FILL)


def search(user, text):
    """[{"transcript", "hits": [{"id", "start", "speaker", "before", "found", "after"}], "more"}]: what the person may see."""
    words = [word for word in text.split() if re.search(r"\w", word)][:20]
    if not words:
        return []
    newest = Version.objects.filter(transcript__in=Transcript.objects.visible_to(user), transcript__of=None)
    if connection.vendor == "sqlite" and not UNSPACED.search(text):
        found = newest.filter(pk__in=RawSQL("SELECT rowid FROM audio_search WHERE audio_search MATCH %s", [query(words)]))
    else:
        newer = Version.objects.filter(transcript_id=OuterRef("transcript_id"), number__gt=OuterRef("number"))
        found = newest.filter(~Exists(newer), *(Q(text__icontains=word) for word in words))
    found = found.select_related("transcript__recording").order_by("-updated_at", "-pk")[:MOST]
    return [told for version in found if (told := hits(version, words))["hits"]]


def query(words):
    """Every word, the last as far as it is typed: in quotes none of them means anything to FTS5."""
    return " ".join('"' + word.replace('"', '""') + '"' for word in words) + "*"


def hits(version, words):
    """Where the words stand in a version: segments that hold all of them, or else any."""
    wanted = [folded(word)[0] for word in words]
    texts = [(segment, *folded(segment["text"])) for segment in version.segments]
    having = [entry for entry in texts if all(word in entry[1] for word in wanted)]
    having = having or [entry for entry in texts if any(word in entry[1] for word in wanted)]
    shown = [excerpt(segment, plain, places, wanted) for segment, plain, places in having[:MOST_IN_ONE]]
    return {"transcript": version.transcript, "hits": shown, "more": len(having) - len(shown)}


def folded(text):
    """The text as the index reads it, without case and accents, and for each of its characters the place in the text."""
    signs, places = [], []
    for place, sign in enumerate(text):
        for part in unicodedata.normalize("NFKD", sign).casefold():
            if not unicodedata.combining(part):
                signs.append(part)
                places.append(place)
    return "".join(signs), places


def excerpt(segment, plain, places, wanted):
    at, word = min((plain.index(word), word) for word in wanted if word in plain)
    text, begin, end = segment["text"], places[at], places[at + len(word) - 1] + 1
    left, right = max(0, begin - AROUND), min(len(text), end + AROUND)
    return {
        "id": segment["id"],
        "start": segment["start"],
        "clock": clock(segment["start"]),
        "speaker": segment.get("speaker", ""),
        "before": ("…" if left else "") + text[left:begin].lstrip(),
        "found": text[begin:end],
        "after": text[end:right].rstrip() + ("…" if right < len(text) else ""),
    }
