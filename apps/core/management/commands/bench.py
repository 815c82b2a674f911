"""What the product costs, beside the least that could do the same work."""

import importlib

from django.core.management.base import BaseCommand

from apps.core.bench import report


class Command(BaseCommand):
    help = "Measure the relay of streams, the page in a browser, or transcripts, beside a bare one, and compare with the aims."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "what",
            choices=["relay", "page", "audio"],
            help="relay: streams through the server; page: the browser; audio: transcripts",
        )
        parser.add_argument("--json", action="store_true", help="print JSON with every figure and aim")
        parser.add_argument("--quick", action="store_true", help="one round in place of three: faster, and less to be trusted")

    def handle(self, *, what, json, quick, **options):
        bench = importlib.import_module(f"apps.core.bench.{what}")
        found = bench.run(quick=quick)
        self.stdout.write(report.to_json(found) if json else report.to_text(found, bench.table(found)))
