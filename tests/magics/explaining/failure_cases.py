"""Deployments and calls that fail, each with what must be said about it."""

from __future__ import annotations

import pickle
import sys
import textwrap
from dataclasses import dataclass

ROW = {"age": 41, "income": 3200.5, "city": "Recife"}
# Versions that the tests' own Python may not have, and that stay on the indexes.
OLD_NUMPY = "numpy==1.24.4"


def score(body, top=""):
    """A script whose function has this body."""
    body = textwrap.indent(textwrap.dedent(body).strip(), "    ")
    return f"import json\n{top}\n\n\ndef score(data, base_path):\n{body}\n"


UNPICKLE = score(
    """
    with open(base_path + "/model.pkl", "rb") as file:
        model = pickle.load(file)
    return {"kind": type(model).__name__}
    """,
    "import pickle",
)
# Imported at the top, where the machine may take its time.
WITH_SKLEARN = UNPICKLE.replace(
    "import pickle",
    "import pickle\nimport sklearn.ensemble\nimport sklearn.linear_model",
)
PREDICT = WITH_SKLEARN.replace(
    '{"kind": type(model).__name__}', "{'y': float(model.predict(ROWS)[0])}"
)


def own():
    """A pickled object of a class that only the notebook has."""
    main = sys.modules["__main__"]
    main.Own = type("Own", (), {"__module__": "__main__"})
    try:
        return pickle.dumps(main.Own())
    finally:
        del main.Own


def fitted():
    import pandas as pd
    from sklearn.linear_model import LinearRegression

    table = pd.DataFrame({"age": [1.0, 2.0, 3.0], "income": [1.0, 3.0, 4.0]})
    return pickle.dumps(LinearRegression().fit(table, [1.0, 2.0, 3.0]))


def pipeline():
    import pandas as pd
    from sklearn.compose import make_column_transformer
    from sklearn.linear_model import LinearRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    table = pd.DataFrame({"age": [1.0, 2.0, 3.0], "income": [1.0, 3.0, 4.0]})
    scaled = make_column_transformer((StandardScaler(), ["age", "income"]))
    made = make_pipeline(scaled, LinearRegression())
    return pickle.dumps(made.fit(table, [1.0, 2.0, 3.0]))


def forest():
    from sklearn.ensemble import RandomForestClassifier

    return pickle.dumps(RandomForestClassifier(2).fit([[1.0], [2.0]], [0, 1]))


def array():
    import numpy as np

    return pickle.dumps(np.array([1.0]))


def function_of_new_numpy():
    import numpy as np

    return pickle.dumps(np.unstack)


def sklearn_here():
    from importlib.metadata import version

    names = ("numpy", "pandas", "scikit-learn")
    return "\n".join(f"{name}=={version(name)}" for name in names)


@dataclass(frozen=True)
class Case:
    """One failure.

    Args:
        cause: is within the cause told.
        line: is within the line to type.
        call: sent when the model is deployed; the failure is that of the call.
        warns: True when it is deployed and its log holds a warning.
    """

    source: str
    cause: str
    line: str
    model: object = b"2"
    requirements: object = ""
    python: str = "3.11"
    call: dict | None = None
    warns: bool = False

    @property
    def model_bytes(self):
        return self.model() if callable(self.model) else self.model

    @property
    def pins(self):
        return self.requirements() if callable(self.requirements) else self.requirements


CASES = {
    "module at import": Case(
        score("return {}", "import yaml"),
        "imports the module yaml",
        '--requirements "PyYAML',
    ),
    "Parquet without its package": Case(
        score(
            "return {'rows': len(pd.read_parquet(base_path + '/model.pkl'))}",
            "import pandas as pd",
        ),
        "a part of pandas that needs the package pyarrow",
        '--requirements "pandas',
        requirements="pandas",
    ),
    "module at unpickling": Case(
        UNPICKLE,
        "pickled model needs the module sklearn",
        '--requirements "scikit-learn==',
        model=fitted,
    ),
    "module of newer Python": Case(
        score("return {}", "import tomllib"),
        "tomllib belongs to Python 3.11",
        "--python 3.11",
        python="3.9",
    ),
    "numpy._core": Case(
        UNPICKLE,
        "numpy._core, which the numpy in the model's environment does not have",
        '--requirements "numpy==2',
        model=array,
        requirements=OLD_NUMPY,
    ),
    "attribute of a package": Case(
        UNPICKLE,
        "refers to unstack of numpy",
        '--requirements "numpy==2',
        model=function_of_new_numpy,
        requirements=OLD_NUMPY,
    ),
    "attribute of the notebook": Case(
        UNPICKLE, "uses Own, which was defined in the notebook", "class Own:", model=own
    ),
    "version of scikit-learn": Case(
        WITH_SKLEARN,
        "unpickled with 1.7.2, which scikit-learn does not support",
        "scikit-learn==",
        model=fitted,
        requirements="numpy==2.2.6\npandas==2.3.3\nscikit-learn==1.7.2",
        warns=True,
    ),
    "layout of trees": Case(
        WITH_SKLEARN,
        "trees in the pickle have another layout",
        "scikit-learn==",
        model=forest,
        requirements="numpy==1.26.4\nscikit-learn==1.2.2",
    ),
    "no pickle": Case(UNPICKLE, "is not a whole pickle", "--model", model=b"not one"),
    "compiled for another numpy": Case(
        score("return {}", "import pandas"),
        "compiled for another numpy",
        '--requirements "',
        requirements="pandas==1.5.3\nnumpy==2.2.6",
    ),
    "system library": Case(
        score("return {}", "import pyodbc"),
        "needs the system library libodbc.so.2",
        "apt-get install -y unixodbc",
        requirements="pyodbc==5.2.0",
    ),
    "newer Python than asked": Case(
        score("return {}"),
        "numpy==2.4.6 exists for Python 3.11 and newer only",
        "--python 3.11",
        requirements="numpy==2.4.6",
        python="3.9",
    ),
    "no wheel": Case(
        score("return {}"),
        "tensorflow==2.15.0 has no ready-made build",
        "--python 3.11",
        requirements="tensorflow==2.15.0",
        python="3.13",
    ),
    "no build": Case(
        score("return {}"),
        "building it from its source failed",
        '--requirements "numpy',
        requirements="numpy==1.21.0",
        python="3.12",
    ),
    "old name of scikit-learn": Case(
        score("return {}"),
        "only a name that is no longer used",
        '--requirements "scikit-learn',
        requirements="sklearn==0.0.post12",
    ),
    "no such version": Case(
        score("return {}"),
        "There is no version numpy==99.1",
        '--requirements "numpy==2',
        requirements="numpy==99.1",
    ),
    "no such package": Case(
        score("return {}"),
        "has no package named no-such-package-cx",
        "%%codex deploy",
        requirements="no-such-package-cx==1",
    ),
    "contradiction": Case(
        score("return {}"),
        "scikit-learn==1.3.2 needs numpy",
        'numpy>=1.17.3,<2.0"',
        requirements="scikit-learn==1.3.2\nnumpy==2.2.6",
    ),
    "entry point": Case(
        "def scores(data, base_path): return {}",
        "does not define score",
        "--reference scores",
    ),
    "syntax": Case(
        score("match 1:\n    case 1:\n        return {}"),
        "newer Python than 3.9",
        "--python 3.11",
        python="3.9",
    ),
    "union types": Case(
        "def score(data: str | None, base_path): return {}",
        "Python 3.9 does not know",
        "from __future__ import annotations",
        python="3.9",
    ),
    "numpy in JSON": Case(
        score("return json.dumps({'y': np.float32(1.5)})", "import numpy as np"),
        "puts a float32 into its answer",
        'return {"result": float(value)}',
        requirements="numpy==2.2.6",
    ),
    "set in JSON": Case(score("return {'y': {1, 2}}"), "a set into", "sorted(value)"),
    "text that is no JSON": Case(
        score("return 'good'"), "a text that is not JSON", 'return {"result": text}'
    ),
    "arguments": Case(
        "def score(data): return {}",
        "is called with two arguments",
        "def score(data, base_path):",
    ),
    "name": Case(
        "def score(data, base_path): return {'y': json.loads(data)}",
        "uses json and does not define it",
        "import json",
    ),
    "input as a dict": Case(
        score("return {'y': data['age']}"), "as a JSON text", "json.loads(data)"
    ),
    "attribute of a dict": Case(
        score("return {'y': json.loads(data).age}"), ".age is not there", 'row["age"]'
    ),
    "field in another case": Case(
        score("return {'y': json.loads(data)['Income']}"),
        "looks for the field Income, and the schema has age, income and city",
        'row["income"]',
    ),
    "field that the schema lacks": Case(
        score("return {'y': json.loads(data)['balance']}"),
        "The schema lacks balance",
        '"balance": 0}',
    ),
    "field that the call lacks": Case(
        score("return {'y': json.loads(data)['income']}"),
        "the input of this call lacked it",
        '%codex predict failing {"age": 41',
        call={"age": 1},
    ),
    "column that the frame lacks": Case(
        PREDICT.replace("ROWS", "pd.DataFrame([json.loads(data)])[['age']]").replace(
            "import pickle", "import pickle\nimport pandas as pd"
        ),
        "The schema has income, and the script does not pass it on",
        "pd.DataFrame([json.loads(data)])",
        model=fitted,
        requirements=sklearn_here,
    ),
    "column that the pipeline lacks": Case(
        PREDICT.replace("ROWS", "pd.DataFrame([json.loads(data)])[['age']]").replace(
            "import pickle", "import pickle\nimport pandas as pd"
        ),
        "The schema has income, and the script does not pass it on",
        "pd.DataFrame([json.loads(data)])",
        model=pipeline,
        requirements=sklearn_here,
    ),
    "number of columns": Case(
        PREDICT.replace("ROWS", "[[1.0, 2.0, 3.0]]"),
        "fitted on 2 columns, and the script gives it 3",
        "feature_names_in_",
        model=fitted,
        requirements=sklearn_here,
    ),
    "text in a model's input": Case(
        PREDICT.replace("ROWS", "[[1.0, json.loads(data)['city']]]"),
        "takes numbers only",
        'OneHotEncoder(handle_unknown="ignore"), ["city"]',
        model=fitted,
        requirements=sklearn_here,
    ),
    "missing value": Case(
        PREDICT.replace("ROWS", "[[1.0, float('nan')]]"),
        "holds a missing value",
        "SimpleImputer",
        model=fitted,
        requirements=sklearn_here,
    ),
    "text for a number": Case(
        score("return {'y': float(json.loads(data)['city'])}"),
        "the field city holds the text 'Recife'",
        '["city"]',
    ),
    "number and text": Case(
        score("row = json.loads(data)\nreturn {'y': row['age'] + row['city']}"),
        "a number and a text (texts in the schema: city)",
        'float(row["city"])',
    ),
    "null": Case(
        score("return {'y': json.loads(data)['age'] * 2.5}"),
        "A field of the input was null",
        "is None",
        call={"age": None},
    ),
    "environment variable": Case(
        score("return {'y': os.environ['API_KEY']}", "import os"),
        "the environment variable API_KEY",
        "--env .env",
    ),
    "file of another name": Case(
        score("return {'y': open(base_path + '/modelo.pkl').read()}"),
        "no file modelo.pkl; it holds",
        'open(base_path + "/model.pkl", "rb")',
    ),
    "file of another folder": Case(
        score("return {'y': open('/home/ana/model.pkl').read()}"),
        "the file model.pkl itself is there",
        'open(base_path + "/model.pkl", "rb")',
    ),
    "file that was not sent": Case(
        score("return {'y': open(base_path + '/zip_codes.csv').read()}"),
        "no file zip_codes.csv",
        "--extra zip_codes.csv",
    ),
    "exit": Case(
        score("import sys\nsys.exit('no such city')"),
        "calls sys.exit('no such city')",
        "raise ValueError('no such city')",
    ),
    "deadline": Case(
        score(
            "if json.loads(data).get('slow'):\n    time.sleep(60)\nreturn {}",
            "import time",
        ),
        "did not answer within the 8 s",
        "codex-jupyter serve --deadline 24",
        call={"slow": 1},
    ),
    "memory": Case(
        score(
            "if json.loads(data).get('big'):\n    x = b'x' * (600 << 20)\n"
            "    time.sleep(2)\nreturn {}",
            "import time",
        ),
        "more than the 400 MiB",
        "codex-jupyter serve --memory 800",
        call={"big": 1},
    ),
    "memory at once": Case(
        score("return {'y': len(bytearray(9 << 30))}"),
        "more than the 400 MiB",
        "codex-jupyter serve --memory 800",
    ),
    "crash": Case(
        score(
            "if json.loads(data).get('crash'):\n    ctypes.string_at(0)\nreturn {}",
            "import ctypes",
        ),
        "crashed (SIGSEGV). Its last line was 7 of score.py",
        "%codex logs failing --errors --tail 1",
        call={"crash": 1},
    ),
    "killed": Case(
        score("os.kill(os.getpid(), 9)", "import os"),
        "Something outside killed",
        "%%codex deploy failing",
    ),
    "own end": Case(
        score("os._exit(3)", "import os"), "(exit code 3)", "raise ValueError("
    ),
}
