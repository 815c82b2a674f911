"""For the templates of a message: its JSON, and what it failed at."""

from django import template

from apps.conversations.formats import answers, failures

register = template.Library()
register.filter("json_answer", answers.of)
register.filter("failure", failures.of)
register.filter("may_cool", failures.may_cool)
register.filter("may_skip_validation", failures.may_skip_validation)
