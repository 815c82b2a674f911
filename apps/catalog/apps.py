from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "apps.catalog"

    def ready(self):
        from apps.catalog import catalog
        from apps.core import serving

        serving.on_start(catalog.begin)
