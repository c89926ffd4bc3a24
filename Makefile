lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header \
	  --no-emit-package envol-contracts --no-emit-package envol-backbone --extra testing --group dev \
	  libs/*/pyproject.toml services/*/pyproject.toml demo/pyproject.toml -o requirements.lock
