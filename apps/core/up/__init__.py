"""What ``manage.py up`` does, a module for each step: address, database, static files, server, browser.

What a person at the terminal can put right ends with one sentence and exit code 1 (``SystemExit`` with a text).
"""
