"""What Flask and gunicorn find."""

from ledger import create_app

app = create_app()
