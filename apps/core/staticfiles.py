"""Static files under names that carry their hash, compressed once and kept by browsers for ever."""

from django.contrib.staticfiles.finders import AppDirectoriesFinder
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Of what packages bring, the files that our pages load.
WANTED = {"django_htmx/htmx-4.min.js", "django_htmx/htmx-4.js"}


class PackageFinder(AppDirectoriesFinder):
    def list(self, ignore_patterns):
        return (found for found in super().list(ignore_patterns) if found[0] in WANTED)


class Storage(CompressedManifestStaticFilesStorage):
    # Modules import one another by relative names; those must become the hashed ones, too.
    support_js_module_import_aggregation = True
