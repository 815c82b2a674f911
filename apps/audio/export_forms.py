"""What an export is to be like."""

from django import forms

from apps.audio.formats.cues import Shape

TXT, MARKDOWN, SRT, VTT, JSON, DOCX = "txt", "md", "srt", "vtt", "json", "docx"
FORMATS = [
    (TXT, "Text (.txt)"),
    (MARKDOWN, "Markdown (.md)"),
    (SRT, "Subtitles (.srt)"),
    (VTT, "Web subtitles (.vtt)"),
    (DOCX, "Word (.docx)"),
    (JSON, "Everything (.json)"),
]
USUAL = Shape()


def measure(kind, least, most, **how):
    """A number that keeps its usual value where none is given."""
    return kind(min_value=least, max_value=most, required=False, **how)


class ExportForm(forms.Form):
    use_required_attribute = False

    format = forms.ChoiceField(label="Format", choices=FORMATS)
    speakers = forms.BooleanField(label="Speakers", required=False)
    times = forms.BooleanField(label="Times", required=False)
    length = measure(forms.IntegerField, 10, 200, label="Characters in a line")
    lines = measure(forms.IntegerField, 1, 4, label="Lines in a cue")
    speed = measure(forms.FloatField, 5, 60, label="Reading speed", help_text="Characters per second.")
    shortest = measure(forms.FloatField, 0, 10, label="Shortest cue", help_text="Seconds.")
    longest = measure(forms.FloatField, 1, 60, label="Longest cue", help_text="Seconds.")

    @staticmethod
    def usual():
        return {"format": TXT, "speakers": True, **USUAL._asdict()}

    def shape(self):
        return USUAL._replace(**{name: self.cleaned_data[name] for name in Shape._fields if self.cleaned_data[name] is not None})
