from django.apps import AppConfig
from django.urls import register_converter


class CoreConfig(AppConfig):
    name = "apps.core"

    def ready(self):
        from apps.core import connection, serving
        from apps.core.ids import Converter

        register_converter(Converter, "id")
        # Registered first, so it is the last to stop: runs may still be reading.
        serving.on_stop(connection.close)
