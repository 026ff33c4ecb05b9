.PHONY: demo lab test check

# The main job, on this machine: train, deploy, predict, in a notebook.
demo:
	@scripts/setup.sh demo
	@.venv/bin/python scripts/demo.py

# The quickstart in JupyterLab.
lab:
	@scripts/setup.sh demo
	@.venv/bin/jupyter lab notebooks/quickstart.ipynb

# Every check and every test; the fast ones first.
test:
	@scripts/setup.sh dev
	@scripts/system.sh
	@scripts/check
	@.venv/bin/python -m pytest -q -m "not platform and not browser"
	@.venv/bin/python -m pytest -q -m "platform and not browser"
	@.venv/bin/python -m pytest -q -m "browser"

check:
	@scripts/setup.sh dev
	@scripts/check
