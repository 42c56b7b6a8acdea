# 苗圃：两条命令 make run、make test；首次运行自建 .venv，之后复用
SHELL := /bin/bash
PYTHON ?= python3
N ?= 207455
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip --quiet --disable-pip-version-check

.PHONY: run test scale lint bench real lock clean

run: $(VENV)/.run
	$(BIN)/miaopu demo --firms $(N)
	$(BIN)/miaopu serve --demo --ledger var/ledger/$(N)-2026 --home var/site/$(N)

test: $(VENV)/.dev
	$(BIN)/python -m pytest

# 全城规模的证明，十几分钟
scale: $(VENV)/.dev
	$(BIN)/python -m pytest tests/scale -n 0 -s

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

clean:
	rm -rf $(VENV) var out

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
