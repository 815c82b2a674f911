"""Helpers of views: answers that are right for a page and for a part of one."""

from django.shortcuts import render


def fault(request, status, title, advice):
    """An error as an alert in the page that asked (htmx), or as a page of its own."""
    context = {"status": status, "title": title, "advice": advice}
    if request.headers.get("HX-Request"):
        response = render(request, "components/_alert.html", context, status=status)
        response["HX-Retarget"] = "#notices"
        response["HX-Reswap"] = "innerHTML"
        return response
    return render(request, "error.html", context, status=status)


def errors(*forms):
    """What the forms found, in one line, each with the label of its field."""
    found = ((form[name].label, errors) for form in forms for name, errors in form.errors.items())
    return " ".join(f"{label}: {error}" for label, errors in found for error in errors)
