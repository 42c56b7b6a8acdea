"""/api/v1：各段接口接在一起；接口说明 /api/v1/openapi.json，可看可试的页面 /api/v1/docs。"""

from __future__ import annotations

from ninja import NinjaAPI

from miaopu.api import errors, judging, reading, sending
from miaopu.api.door import Bearer, learn

api = NinjaAPI(
    title="苗圃接口",
    version="1",
    description="用令牌（Authorization: Bearer）访问；范围与页面一致。错误一律 {code, message, details}。"
    "认定、奖励由主管部门决定，本软件只作提示。",
    auth=Bearer(),
    urls_namespace="api",
)
errors.install(api)
api.add_router("", reading.router)
api.add_router("", judging.router)
api.add_router("", sending.router)
learn(api.get_openapi_schema(path_prefix="/api/v1/"))
