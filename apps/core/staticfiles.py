"""Static files under names that carry their hash, compressed once and kept by browsers for ever."""

import functools

from django.contrib.staticfiles.finders import AppDirectoriesFinder
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

from apps.core import joining

# Of what packages bring, the files that our pages load.
WANTED = {"django_htmx/htmx-4.min.js", "django_htmx/htmx-4.js"}
JOINED = {
    "css/app.css": joining.style,
    "css/audio.css": joining.style,
    "js/app.js": joining.script,
    "js/audio.js": functools.partial(joining.script, after="js/app.js"),
}


class PackageFinder(AppDirectoriesFinder):
    def list(self, ignore_patterns):
        return (found for found in super().list(ignore_patterns) if found[0] in WANTED)


class Storage(CompressedManifestStaticFilesStorage):
    def post_process(self, paths, dry_run=False, **options):
        for name in JOINED.keys() & paths.keys():
            paths[name] = (Joined(paths), name)
        return super().post_process(paths, dry_run, **options)


class Joined:
    """Stands for the storage of a file that is joined of several."""

    def __init__(self, paths):
        self.paths = dict(paths)

    def open(self, name):
        return ContentFile(JOINED[name](self.read, name).encode(), name)

    def read(self, name):
        storage, path = self.paths[name]
        with storage.open(path) as file:
            return file.read().decode()
