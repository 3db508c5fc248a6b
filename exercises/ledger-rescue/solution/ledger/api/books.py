"""The state of the books, for the operator."""

from flask import Blueprint, Response, jsonify

from ledger.api.security import operator_only
from ledger.services import statements

books = Blueprint("books", __name__, url_prefix="/books")


@books.get("/unbalanced")
@operator_only
def list_unbalanced() -> Response:
    """List the entries whose postings do not come to zero: there should be none."""
    return jsonify(items=list(statements.unbalanced()))
