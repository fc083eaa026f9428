"""Makes generated requests reach stored distributions, and says what every failure must look like."""

import http.client
import json
import os
import urllib.parse
import zlib

import schemathesis
from schemathesis import GenerationMode

SAMPLE_COUNT = 50


def create_samples():
    """Creates distributions through the API itself and returns them by id."""
    address = urllib.parse.urlsplit(os.environ["CONTRACT_BASE_URL"])
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=10)
    headers = {
        "Content-Type": "application/json",
        "X-Application-ID": os.environ["CONTRACT_APPLICATION_ID"],
    }
    samples = {}
    for number in range(SAMPLE_COUNT):
        seed = {"github": {"gist": {"name": f"sample-{number}", "public": number % 2 == 0}}}
        connection.request("POST", "/distributions/create", json.dumps(seed), headers)
        response = connection.getresponse()
        text = response.read()
        assert response.status == 200, f"create: {response.status} {text!r}"
        distribution = json.loads(text)
        samples[distribution["id"]] = distribution
    return samples


SAMPLES = create_samples()
SAMPLE_IDS = sorted(SAMPLES)


METHODS = ("get", "post")


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """Adds what the contract implies, and the one freedom that the service grants beyond it."""
    text = {"description": "Refused.", "content": {"text/plain": {"schema": {"type": "string"}}}}
    for operations in raw_schema["paths"].values():
        for method in METHODS:
            if method in operations:
                # The contract's security scheme implies that a request without the key is refused.
                operations[method]["responses"]["401"] = text
    for schema in raw_schema["components"]["schemas"].values():
        for name, member in schema.get("properties", {}).items():
            if name not in schema.get("required", []):
                # Null stands for an absent member.
                schema["properties"][name] = {"nullable": True, "allOf": [member]}


@schemathesis.hook
def map_case(context, case):
    """Turns half of the valid requests towards a distribution that exists. The choice follows from the request."""
    if case.meta is None or case.meta.generation.mode != GenerationMode.POSITIVE:
        return case
    choice = zlib.crc32(repr((case.path_parameters, case.body)).encode())
    if choice % 2 == 0:
        sample_id = SAMPLE_IDS[choice // 2 % len(SAMPLE_IDS)]
        if case.path_parameters and "distribution" in case.path_parameters:
            case.path_parameters["distribution"] = sample_id
        if case.operation.path == "/distribution/update" and isinstance(case.body, dict):
            case.body["id"] = sample_id
    return case


@schemathesis.check
def failures_are_explained(ctx, response, case):
    """A failure is a text that names the operation, and its code puts the blame on the request, not on the server."""
    if response.status_code not in (410, 500):
        return
    code = response.headers.get("x-error-code", [None])[0]
    assert code in ("invalid", "notFound"), f"{response.status_code} with the code {code}"
    text = response.content.decode("utf-8")
    assert text.startswith("distribution."), f"the text does not name the operation: {text!r}"


@schemathesis.check
def an_update_loses_nothing(ctx, response, case):
    """What an update answers means what was sent; only the time of the update is the service's own."""
    if case.operation.path != "/distribution/update" or response.status_code != 200:
        return
    sent, stored = dict(case.body), json.loads(response.content)
    sent["updated"] = dict(sent["updated"], value=stored["updated"]["value"])
    assert stored == sent, "the answer is not what was sent"
