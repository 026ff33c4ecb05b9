"""A synchronous model's life: from create to delete."""

import requests
from kit import IS_OLD, PYTHON, VALUES, client, tell
from mlops_codex.model import MLOpsModel, MLOpsModelClient

models = client(MLOpsModelClient)
model = models.create_model(
    model_name=VALUES["name"],
    model_reference="score",
    source_file="app.py",
    model_file="model.pkl",
    requirements_file="requirements.txt",
    schema="schema.json",
    extra_files=["extra.txt"],
    env=".env",
    python_version=PYTHON,
    operation="Sync",
    input_type="json",
    group=VALUES["group"],
)
model.set_token(VALUES["token"])
told = {}
if IS_OLD:
    told["hash"], told["status"] = model.model_id, model.status
    told["answer"] = model.predict(data={"x": 4})
    told["called"] = model({"x": 5})
    told["docs"] = model.docs
    page = requests.get(model.docs)
    told["page"] = [page.status_code, page.headers["content-type"]]
    told["code"] = model.generate_predict_code(language="curl")
    told["found"] = [m.model_id for m in models.search_models(name=VALUES["name"])]
    again = models.get_model(model_id=told["hash"], group=VALUES["group"])
    told["repr"] = repr(again)
    direct = MLOpsModel(
        model_id=told["hash"], group=VALUES["group"], group_token=VALUES["token"]
    )
    told["direct"] = direct.predict(data={"x": 7})
    model.wait_ready()
    model.model_info()
    told["all logs"] = models.get_logs(model_id=told["hash"])
else:
    told["hash"], told["status"] = model.model_hash, model.status().name
    model.predict({"x": 4})
    model.predict("row.json")
    again = models.get_model(model_hash=told["hash"], group=VALUES["group"])
    told["name"], told["kind"] = again.name, type(again).__name__
    model.wait_ready()
    model.info()
    told["all logs"] = models.get_logs(model_hash=told["hash"])
told["health"] = model.health()
told["logs"] = model.get_logs(routine="Run")
model.disable()
told["disabled"] = VALUES["name"]
model.restart_model()
told["restarted"] = model.status if IS_OLD else model.status().name
model.delete()
tell(**told)
