"""设置：全部来自环境变量（MIAOPU_…），缺省就能在一台机器上跑；不读别的文件，不连外网。"""

from __future__ import annotations

import secrets
from pathlib import Path

from csp.constants import NONE, SELF
from django.contrib.messages import constants as message_levels
from django.core.exceptions import ImproperlyConfigured
from environs import Env

env = Env(prefix="MIAOPU_")

HOME = Path(env.str("HOME", "var/site")).absolute()
"""案件库、上传件、成果、本地目录都在这里；备份的就是它和台账。"""
HOME.mkdir(parents=True, exist_ok=True, mode=0o700)
LEDGER = Path(env.str("LEDGER", "var/ledger")).absolute()
LOCAL_CATALOG = Path(env.str("CATALOG", str(HOME / "catalog"))).absolute()
FILES = HOME / "files"
CITY = env.str("CITY", "")
"""本市的区划代码，如 371500；授予县区角色时只列本市的。空为目录里的全部。"""

DEMO = env.bool("DEMO", False)
"""演示站：有演示账号，业务日期固定。"""
TODAY = env.date("TODAY", None)
"""业务日期（知于、判于的缺省）；空为当天。演示为 2026-11-20。"""
DEMO_PASSWORD = "Miaopu@2026"
"""演示账号的密码；只在演示站有。"""
DEBUG = env.bool("DEBUG", False)
PRODUCTION = env.bool("PRODUCTION", False)
"""正式部署：只许 https，演示账号一律关闭。"""
if DEBUG and PRODUCTION:
    raise ImproperlyConfigured(
        "MIAOPU_DEBUG 与 MIAOPU_PRODUCTION 不能同时为 1：出错页会露出程序和数据；请去掉 MIAOPU_DEBUG"
    )


def _secret() -> str:
    """密钥：环境变量，或首次启动时生成、只有本人可读的文件。"""
    path = HOME / "secret.key"
    if not path.is_file():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(60), encoding="utf-8")
    return path.read_text(encoding="utf-8")


SECRET_KEY = env.str("SECRET_KEY", "") or _secret()
ALLOWED_HOSTS = env.list("HOSTS", ["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = env.list("ORIGINS", [])
FORCE_SCRIPT_NAME = env.str("PREFIX", "") or None

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "ninja",
    "miaopu.access",
    "miaopu.jobs",
    "miaopu.selection.intake",
    "miaopu.selection.screening",
    "miaopu.selection.library",
    "miaopu.selection.rules",
    "miaopu.nurture.specialists",
    "miaopu.nurture.followup",
    "miaopu.nurture.demands",
    "miaopu.nurture.registers",
    "miaopu.supervision.tasks",
    "miaopu.web",
    "miaopu.api",
]

MIDDLEWARE = [
    "miaopu.access.signin.place.proxies_only",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "miaopu.access.signin.middleware.ActorMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "miaopu.site.urls"
WSGI_APPLICATION = "miaopu.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "miaopu.web.context.shell",
            ],
            "builtins": [
                "django.templatetags.static",
                "django_htmx.templatetags.django_htmx",
                "miaopu.web.templatetags.show",
                "miaopu.web.templatetags.mask",
            ],
        },
    }
]

# —— 案件库：缺省 SQLite（WAL），一个设置换 PostgreSQL
DATABASE = env.dj_db_url("DATABASE", f"sqlite:///{HOME / 'case.sqlite3'}")
if DATABASE["ENGINE"].endswith("sqlite3"):
    DATABASE["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": env.int("LOCK_SECONDS", 20),
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-64000; PRAGMA mmap_size=268435456;",
    }
else:
    DATABASE["CONN_MAX_AGE"] = 60
    DATABASE["CONN_HEALTH_CHECKS"] = True
    DATABASE["OPTIONS"] = {"connect_timeout": 5, **DATABASE.get("OPTIONS", {})}
DATABASES = {"default": DATABASE}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# —— 登录
AUTH_USER_MODEL = "access.Account"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "miaopu.access.signin.backends.AccountBackend"]
LOGIN_URL, LOGIN_REDIRECT_URL, LOGOUT_REDIRECT_URL = "login", "desk", "home"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.5
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "miaopu.access.views.enter.locked"
AXES_CLIENT_IP_CALLABLE = "miaopu.access.signin.place.address"
AXES_USERNAME_FORM_FIELD = "username"
AXES_USERNAME_CALLABLE = "miaopu.access.signin.backends.lock_name"
AXES_SENSITIVE_PARAMETERS = ["username", "kept", "next"]
"""登录尝试的表里不留填的原文。"""
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
PASSWORD_LENGTH = env.int("PASSWORD_LENGTH", 10)
PASSWORD_CLASSES = env.int("PASSWORD_CLASSES", 3)
"""大写、小写、数字、符号四类里至少几类。"""
PASSWORD_HISTORY = env.int("PASSWORD_HISTORY", 5)
"""不得与最近几次相同。"""
PASSWORD_DAYS = env.int("PASSWORD_DAYS", 90)
"""密码用多少天须改。"""
IDLE_MINUTES = env.int("IDLE_MINUTES", 30)
"""多久没有操作就退出，分钟；作业进度的自动询问不算操作。"""
OTP_TOTP_ISSUER = "苗圃"
LOGIN_HOURS = env.int("LOGIN_HOURS", 12)
"""一次登录最长多少小时，从登录那一刻算，一直有操作也到时退出；闲置另按 IDLE_MINUTES。"""
SESSION_COOKIE_AGE = (LOGIN_HOURS + 12) * 3600
"""凭据在浏览器里多留半天，秒：过期后才认得出刚才是谁，好把填的内容还给他。"""
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = f"{(FORCE_SCRIPT_NAME or '').rstrip('/')}/"
"""挂在子路径下时，登录的凭据不送给同一域名的别的系统。"""
CSRF_FAILURE_VIEW = "miaopu.web.views.problem.form_expired"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SECURE_SSL_REDIRECT, SECURE_REDIRECT_EXEMPT = PRODUCTION, [r"^health/$"]
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SILENCED_SYSTEM_CHECKS = ["security.W021"]
"""W021 要求进浏览器的公开预载名单；政务内网的主机名不公开，不进。"""
PROXIES = env.list("PROXIES", [])
"""可信的反向代理地址；只信它们转来的 X-Forwarded-For 与 X-Forwarded-Proto。"""
if PRODUCTION and not PROXIES:
    raise ImproperlyConfigured(
        "MIAOPU_PRODUCTION 为 1 而没有 MIAOPU_PROXIES：本软件自己不收 https，不信代理说的 https，网页会一直转回 https 打不开；"
        "请把反向代理的地址写进 MIAOPU_PROXIES，如 127.0.0.1"
    )
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
"""别处来的这个头由 signin/place.py 先去掉。"""
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# —— 统一身份（OIDC）：前五项都设了才打开
OIDC_RP_CLIENT_ID = env.str("OIDC_CLIENT", "")
OIDC_RP_CLIENT_SECRET = env.str("OIDC_SECRET", "")
OIDC_OP_AUTHORIZATION_ENDPOINT = env.str("OIDC_AUTHORIZE", "")
OIDC_OP_TOKEN_ENDPOINT = env.str("OIDC_TOKEN", "")
OIDC_OP_JWKS_ENDPOINT = env.str("OIDC_KEYS", "")
OIDC_ISSUER = env.str("OIDC_ISSUER", "")
OIDC_TITLE = env.str("OIDC_TITLE", "省统一身份")
"""登录页上的叫法。"""
OIDC_CREATE = env.bool("OIDC_CREATE", False)
"""没有对应账号的人登录时要不要新建账号（没有任何角色）；缺省不建。"""
OIDC = all(
    (OIDC_RP_CLIENT_ID, OIDC_OP_AUTHORIZATION_ENDPOINT, OIDC_OP_TOKEN_ENDPOINT, OIDC_OP_JWKS_ENDPOINT, OIDC_ISSUER)
)
OIDC_OP_USER_ENDPOINT = ""
OIDC_RP_SIGN_ALGO, OIDC_RP_SCOPES = env.str("OIDC_ALGORITHM", "RS256"), "openid profile"
OIDC_AUTHENTICATION_CALLBACK_URL = "identity-back"
OIDC_USE_PKCE, OIDC_TIMEOUT = True, 10
if OIDC:
    AUTHENTICATION_BACKENDS.append("miaopu.access.signin.oidc.UnifiedIdentity")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF, *(["/".join(OIDC_OP_AUTHORIZATION_ENDPOINT.split("/")[:3])] if OIDC else [])],
        "frame-ancestors": [NONE],
    }
}

# —— 语言、时间、文件
LANGUAGE_CODE, TIME_ZONE = "zh-hans", "Asia/Shanghai"
USE_I18N = USE_TZ = True
STATIC_URL = f"{SESSION_COOKIE_PATH}static/"
"""写全：服务进程装起来时还不知道前缀，相对的会漏掉它。"""
STATIC_ROOT = HOME / "static"
COLLECTED = env.bool("COLLECTED", False)
"""静态文件已收集、压缩、带指纹；开发和测试直接从程序里取。"""
WHITENOISE_USE_FINDERS = not COLLECTED
WHITENOISE_AUTOREFRESH = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(FILES)}},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
UPLOAD_LIMIT = env.int("UPLOAD_LIMIT", 200 * 1024 * 1024)
"""一份上传件的上限，字节。"""
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_TEMP_DIR = None
FILE_UPLOAD_HANDLERS = [
    "miaopu.selection.intake.files.Gate",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o600, 0o700

# —— 后台作业
KEEP_DAYS = env.int("KEEP_DAYS", 30)
"""导出文件、队列行、接口的幂等键留多少天。"""
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

MESSAGE_TAGS = {message_levels.DEBUG: "secondary", message_levels.ERROR: "danger"}
"""页面上提示的颜色名。"""
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"axes": {"level": "ERROR"}},
}
