"""The OpenAPI document, and requests of every kind made from it: never a server error."""

import os

import pytest

pytest.importorskip("fastapi")


def test_the_document_names_every_route_and_the_form_of_errors(http):
    document = http.get("/openapi.json").json()
    assert {
        "/v1/reviews",
        "/v1/reviews/{review_id}",
        "/v1/reviews/{review_id}/events",
        "/v1/reviews/{review_id}/whatif",
        "/v1/reviews/{review_id}/page",
        "/v1/reviews/{review_id}/opinion.docx",
        "/v1/reviews/{review_id}/json",
        "/v1/circumstances",
        "/v1/similar",
        "/v1/statutes/{key}",
        "/v1/citations",
        "/v1/models",
        "/v1/chat/completions",
        "/healthz",
        "/readyz",
        "/metrics",
    } <= set(document["paths"])
    kinds = document["paths"]["/v1/reviews"]["post"]["requestBody"]["content"]
    assert set(kinds) == {"application/json", "multipart/form-data"}
    assert "Error" in document["components"]["schemas"]


@pytest.mark.slow
@pytest.mark.skipif(not os.environ.get("CI"), reason="takes minutes: set CI=true")
def test_no_request_made_from_the_document_is_a_server_error(server):
    schemathesis = pytest.importorskip("schemathesis")
    from hypothesis import HealthCheck, Phase, settings

    document = schemathesis.openapi.from_url(f"{server}/openapi.json")
    tried = 0
    for result in document.get_all_operations():
        operation = result.ok()

        @settings(
            max_examples=int(os.environ.get("NOLLE_FUZZ_EXAMPLES", "25")),
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def check(case):
            answer = case.call(base_url=server, timeout=60)
            assert answer.status_code < 500, (case.as_curl_command(), answer.text)
            assert "Traceback" not in answer.text

        given = operation.as_strategy()
        from hypothesis import given as with_cases

        with_cases(case=given)(check)()
        tried += 1
    assert tried >= 16
