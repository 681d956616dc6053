"""Recording, listing and reading sales through Trace."""

import json

from support.asgi import InProcess
from support.samples import POST_SALE


def test_the_documented_sample_is_recorded(trace: InProcess, t3: InProcess) -> None:
    answer = trace.post("/ca/v1/sales", content=POST_SALE, headers={"Content-Type": "application/json"})

    assert answer.status_code == 200, answer.text
    print(json.dumps(answer.json(), indent=1))
    print(t3.get("/v2/sales/active?licenseNumber=XXXRETAIL01&sort=id:desc&pageSize=1").text)
