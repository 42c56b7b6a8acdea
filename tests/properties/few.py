"""一例就要判许多家的性质：平时少抽几例，要多抽写环境变量 EXAMPLES。"""

import os

from hypothesis import HealthCheck, settings

FEW = settings(max_examples=int(os.environ.get("EXAMPLES", "8")), suppress_health_check=list(HealthCheck))
