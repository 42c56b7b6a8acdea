"""按接口自己的说明乱试：没有 5xx，答复都合说明。"""

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance

from miaopu.api import tokens
from miaopu.site.wsgi import application

schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
pytestmark = pytest.mark.xdist_group("fuzz")


@pytest.fixture
def headers(whole_site, actor) -> dict[str, str]:
    scopes = [code for code in tokens.GIVEN if actor("gly").may(code)]
    _, secret = tokens.issue(actor("gly"), "乱试", scopes, 100_000, 30)
    return {"Authorization": f"Bearer {secret}", "Accept-Encoding": "identity"}


@schema.parametrize()
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_input_breaks_the_server(case, headers):
    answer = case.call(headers={**headers, "Idempotency-Key": "fuzz-0001"})
    case.validate_response(answer, checks=[not_a_server_error, response_schema_conformance])
