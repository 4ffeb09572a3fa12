"""The API keeps the contract that it publishes: whatever is sent, never a 500, always the form."""

import os

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from geo_portal.database import Database, connect
from geo_portal.main import create_app
from tests.portal_fixtures import forget_complaints

# The long run sets it to 1000. Not named as a setting of the portal: the suite forgets those.
EXAMPLES = int(os.environ.get("CONTRACT_EXAMPLES", "25"))


# Its contract needs no database; the test lends it the tiny town's.
app = create_app(Database(connect("postgresql:///not-asked")))
schema = schemathesis.openapi.from_asgi("/api/openapi.json", app)


@pytest.fixture
def tiny_town(database, city):
    app.state.database = database
    yield
    forget_complaints(database)


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_no_request_breaks_the_portal_or_its_contract(case, tiny_town):
    case.call_and_validate(
        checks=[
            not_a_server_error,
            status_code_conformance,
            content_type_conformance,
            response_schema_conformance,
        ]
    )
