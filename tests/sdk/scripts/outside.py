"""Tables of a datasource: imported, and the ground of an external monitoring."""

import time

from kit import IS_OLD, PYTHON, VALUES, VERSION, client, tell
from mlops_codex.datasources import MLOpsDataSourceClient
from mlops_codex.external_monitoring import MLOpsExternalMonitoringClient

group = VALUES["group"]
sources = client(MLOpsDataSourceClient)
sources.register_datasource(
    datasource_name="lake",
    provider="Local",
    cloud_credentials="credentials.json",
    group=group,
)
rows = sources.list_datasources(provider="Local", group=group)
told = {"sources": [row["Name"] for row in rows]}
source = sources.get_datasource(datasource_name="lake", provider="Local", group=group)
dataset = source.import_dataset(dataset_uri="scored.csv", dataset_name="scored")
hash_ = dataset.dataset_hash if IS_OLD else dataset.hash
while source.get_status(group, hash_)["status"] in ("Requested", "Running"):
    time.sleep(1)
told["imported"] = source.get_status(group, hash_)
if IS_OLD:
    source.list_datasets()
    dataset = source.get_dataset(dataset_hash=hash_)
if not VERSION.startswith("4."):
    # Version 4 hands the wrong arguments to itself.
    dataset.download(path="./", filename="imported")
monitorings = client(MLOpsExternalMonitoringClient)
monitoring = monitorings.register_monitoring(
    name="scored elsewhere",
    group=group,
    training_execution_id=VALUES["run"],
    period="Week",
    input_cols=["age", "income"],
    output_cols=["proba", "pred"],
    datasource_name="lake",
    extraction_type="Incremental",
    datasource_uri="scored.csv",
    column_name="day",
    reference_date="2026-03-30",
    python_version=PYTHON,
)
monitoring.upload_file(
    model_file="model.pkl",
    requirements_file="requirements.txt",
    preprocess_file="monitor.py",
    preprocess_reference="build_df",
    shap_reference="get_shap",
    python_version=PYTHON,
)
told["monitoring"] = monitoring.host(wait=True)
monitorings.list_hosted_external_monitorings()
again = monitorings.get_external_monitoring(monitoring.ex_monitoring_hash)
told["status"] = again.status
again.logs(start="30-03-2026", end="05-04-2026")
source.delete()
told["left"] = sources.list_datasources(provider="Local", group=group)
tell(**told)
