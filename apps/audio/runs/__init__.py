"""Jobs: where the database and the API meet. Played by `manage.py worker`."""
