"""The demo credentials of corner_shop, as headers."""

T3 = {"X-T3-API-Key": "2616ec56-fa2a-4c5b-86c0-acacf23c9ef7"}
TRACE = {
    "x-api-key": "b123x21wbHlkYXBpa2V5",
    "Authorization": "KMP-JSON token=dmVuZG9yLWFwaS1rZXk6dX12312sdfs2V5",
}
LOGIN = {"hostname": "ca.metrc.com", "username": "demo", "password": "demo"}
RIVAL_LOGIN = {"hostname": "ca.metrc.com", "username": "rival", "password": "rival"}
BASIC_LOGIN = {"hostname": "ca.metrc.com", "username": "basic", "password": "basic"}
