"""Files go with the rows that hold them."""

from django.db import transaction
from django.db.models.signals import post_delete


def goes_with(model, field="file"):
    """Delete the file of a row once the row is gone for good, however it went: with its team, or by hand."""

    def left(sender, instance, **kwargs):
        if held := getattr(instance, field):
            storage, name = held.storage, held.name
            # The row decides: a file that cannot be deleted now must not bring it back.
            transaction.on_commit(lambda: storage.delete(name), robust=True)

    post_delete.connect(left, sender=model, weak=False, dispatch_uid=f"file of {model.__name__}")
    return model
