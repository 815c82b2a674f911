from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "apps.conversations"

    def ready(self):
        from apps.conversations.runs import control
        from apps.conversations.topics import ConversationTopic, LimitsTopic, MessageTopic
        from apps.core import serving
        from apps.live import topics

        topics.register("message", MessageTopic())
        topics.register("conversation", ConversationTopic())
        topics.register("limits", LimitsTopic())
        serving.on_start(control.begin)
        serving.on_stop(control.finish)
