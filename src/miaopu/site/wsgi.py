"""网站入口（WSGI）：装起来、预热，再接活。"""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "miaopu.site.settings")
application = get_wsgi_application()

from miaopu.site.warm import warm  # noqa: E402  要等网站框架装起之后

warm()
