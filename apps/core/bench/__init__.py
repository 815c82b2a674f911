"""What ``manage.py bench`` measures and how: docs/decisions/0007-the-bench.md.

Everything that is measured is a process of its own and reached as users reach it, over HTTP and websockets; nothing
here imports another app. ``script`` is what the upstream says, ``upstream`` and ``bare`` are the processes beside the
product, ``processes`` starts and meters them, ``wire`` and ``systems`` are the clients, ``rounds`` turns what they saw
into figures, ``relay`` and ``page`` are the two benches, ``report`` prints.
"""
