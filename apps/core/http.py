"""Helpers of views: answers that are right for a page and for a part of one."""

from django.shortcuts import render


def fault(request, status, title, advice):
    """An error as an alert in the page that asked (htmx), or as a page of its own."""
    context = {"status": status, "title": title, "advice": advice}
    if request.headers.get("HX-Request"):
        response = render(request, "components/_alert.html", context, status=status)
        return retarget(response, "#notices", "innerHTML")
    return render(request, "error.html", context, status=status)


def refused(request, template, context, target, status=422, swap="outerHTML"):
    """A form that was not accepted, drawn again with its errors in the place it came from."""
    return retarget(render(request, template, context, status=status), target, swap)


def retarget(response, target, swap):
    response["HX-Retarget"] = target
    response["HX-Reswap"] = swap
    return response
