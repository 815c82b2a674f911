"""What every template knows."""


def page(request):
    # The name under which django-htmx's tag looks for it.
    return {"csp_nonce": getattr(request, "csp_nonce", "")}
