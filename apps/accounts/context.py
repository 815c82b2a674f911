"""What every template knows of people."""


def team(request):
    return {"membership": getattr(request, "membership", None)}
