# 苗圃：两条命令 make run、make test；首次运行自建 .venv，之后复用
SHELL := /bin/bash
PYTHON ?= python3
N ?= 207455
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip --quiet --disable-pip-version-check
SPARK := .venv-spark

.PHONY: run test walks test-postgres scale test-spark lint bench real lock clean

run: $(VENV)/.run
	$(BIN)/miaopu demo --firms $(N)
	$(BIN)/miaopu serve --demo --ledger var/ledger/$(N)-2026 --home var/site/$(N)

test: $(VENV)/.dev
	$(BIN)/python -m pytest -m "not walk"

# 慢的走查：每一页在电脑与手机上逐页看、敌意文字填遍每一格、手册的站点命令照做、恢复时反复强杀；四五分钟
walks: $(VENV)/.dev
	$(BIN)/python -m pytest -m walk

# 案件库换成真的 PostgreSQL，与案件库有关的测试再跑一遍
SITE_TESTS := $(wildcard tests/access tests/jobs tests/selection tests/nurture tests/supervision tests/web tests/api tests/journeys tests/site/test_prune.py tests/site/test_warm.py)
test-postgres: $(VENV)/.dev
	$(BIN)/python -m pytest $(SITE_TESTS) --postgres

# 全城规模的证明，十几分钟
scale: $(VENV)/.dev
	$(BIN)/python -m pytest tests/scale -n 0 -s

# 列式在 PySpark 上也逐格相同；要有 Java 17 以上，首次另建一个约 0.7 GB 的环境
test-spark: $(SPARK)/.dev
	PYTHONPATH=src $(SPARK)/bin/python -m pytest tests/spark -n 0

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

bench: $(VENV)/.dev
	$(BIN)/python -m bench

real: $(VENV)/.run
	@test -n "$(DIR)" || { echo "请写明真实数据的文件夹：make real DIR=文件夹"; exit 2; }
	$(BIN)/python -m bench.real "$(DIR)"

# 依赖有变时重新锁定：不写任何地址
lock: $(VENV)/.dev
	$(PIP) install uv
	$(BIN)/uv pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate --quiet -o requirements.txt
	$(BIN)/uv pip compile pyproject.toml --group build --group dev --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate --quiet -o requirements-dev.txt
	$(BIN)/uv pip compile --group spark --constraints requirements-dev.txt --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate --quiet -o requirements-spark.txt

clean:
	rm -rf $(VENV) $(SPARK) var out

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { echo "需要 Python 3.11，现在是 $$($(PYTHON) --version)；请安装 3.11，或写明 make run PYTHON=路径"; exit 2; }
	@echo "建立运行环境（首次约一分钟）……"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.txt pyproject.toml | $(VENV)/bin/python
	@test -f $(VENV)/.dev || $(PIP) install --require-hashes -r requirements.txt
	@$(PIP) install --no-build-isolation --no-deps -e .
	@touch $@

$(VENV)/.dev: requirements-dev.txt pyproject.toml | $(VENV)/bin/python
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@$(PIP) install --no-build-isolation --no-deps -e .
	@touch $@ $(VENV)/.run

# pyspark 只有源码包：先装别的，再用锁里的 setuptools 编它，全程验哈希；本包不装，直接用 src
$(SPARK)/.dev: requirements-spark.txt
	@command -v java >/dev/null || { echo "make test-spark 要用 Java（17 以上），这台机器上没有"; exit 2; }
	@echo "建立 Spark 的测试环境（首次约两分钟，约 0.7 GB）……"
	@$(PYTHON) -m venv --clear $(SPARK)
	@$(SPARK)/bin/pip --quiet --disable-pip-version-check install --require-hashes -r <(awk '/^[a-z]/ { kept = !/^pyspark==/ } kept' requirements-spark.txt)
	@$(SPARK)/bin/pip --quiet --disable-pip-version-check install --require-hashes --no-build-isolation -r requirements-spark.txt
	@touch $@
