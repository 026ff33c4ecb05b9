.PHONY: demo lab test check

# The main job, on this machine: train, deploy, predict, in a notebook.
demo:
	@scripts/setup.sh demo
	@.venv/bin/python scripts/demo.py

# The quickstart in JupyterLab.
lab:
	@scripts/setup.sh demo
	@.venv/bin/jupyter lab notebooks/quickstart.ipynb

# Two test files at a time, on two cores; a file stays in one process.
PYTEST = .venv/bin/python -m pytest -q -n 2 --dist loadfile

# Every check and every test; the fast ones first. Those with a browser are apart: while
# Playwright is open, nothing else in the process can run an event loop.
test:
	@scripts/setup.sh dev
	@scripts/system.sh
	@scripts/check
	@$(PYTEST) -m "not platform and not browser"
	@$(PYTEST) -m "platform and not browser"
	@$(PYTEST) -m "browser"

check:
	@scripts/setup.sh dev
	@scripts/check
