from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "apps.live"

    def ready(self):
        from apps.core import serving
        from apps.live import pulse

        serving.on_start(pulse.start)
        serving.on_stop(pulse.stop)
