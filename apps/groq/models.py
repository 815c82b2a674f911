"""Which models the API offers. Source: listModels, retrieveModel."""

from typing import Any
from urllib.parse import quote

from apps.groq.client import Client
from apps.groq.errors import Unexpected

PATH = "/openai/v1/models"


async def list_models(client: Client) -> list[dict[str, Any]]:
    """All models: objects with at least ``id``; the rest (``context_window`` …) is what the upstream tells."""
    answer = await client.request("GET", PATH)
    models = answer.data.get("data") if isinstance(answer.data, dict) else None
    if not isinstance(models, list):
        raise Unexpected("The API did not answer with a list of models.", code="unexpected_answer", request_id=answer.request_id)
    return [model for model in models if isinstance(model, dict) and isinstance(model.get("id"), str)]


async def retrieve(client: Client, model: str) -> dict[str, Any]:
    """One model by its id; raises ``Refused`` with status 404 when it is gone."""
    # Ids contain slashes, which belong to the id and not to the path: openai/gpt-oss-20b.
    answer = await client.request("GET", f"{PATH}/{quote(model, safe='')}")
    if not isinstance(answer.data, dict):
        raise Unexpected("The API did not answer with a model.", code="unexpected_answer", request_id=answer.request_id)
    return answer.data
