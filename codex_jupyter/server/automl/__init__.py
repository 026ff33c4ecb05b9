"""AutoML: a training whose script and requirements the platform supplies.

The platform reads the configuration here and never the data: what is in ``inside/``
is laid into the run's folder and runs in the run's own environment, and what it
writes there (`SCHEMAS`, `LEADERBOARD`) is kept with the run. The model that comes out
needs the modules of `scorer` beside it, because its pickle refers to them.

The configuration is a JSON object, sent as ``conf_dict``:

``train_data``    ``{"file_type": "csv" or "parquet", "file_name": …, "sep": …}``;
                  ``sep`` is for csv only, and found by itself if not given. Mandatory
``model_flow``    ``"classification"``, of two classes. Mandatory
``target``        the column to predict. Mandatory
``cat_cols``      columns that are categories whatever they look like; columns of text
                  are without being named. Default ``[]``
``iterations``    how many pipelines are tried, 1 to 1,000. Default 1
``metric``        what is best: ``auc``, ``precision``, ``recall``, ``f1``, ``gini`` or
                  ``ks``, on the validation part. Default ``auc``
``split_type``    ``random``, ``stratified`` (each part has the same shares of
                  ``stratify_col``) or ``oot`` (out of time: the newest rows are held
                  out). Default ``random``
``val_size``      share of the rows that pipelines are compared on; for ``oot`` of the
                  rows that are not held out. Default 0.2
``holdout_size``  for ``random`` and ``stratified``: share of the rows that neither
                  training nor comparing sees. Default 0.1
``stratify_col``  for ``stratified``; the target if not given
``date_col``      for ``oot``: the column of dates, which is then no feature
``oot_split_size``  for ``oot``: share of the newest rows that is held out. Default 0.2
``split_date``    for ``oot``, in its place: the first day that is held out, YYYY-MM-DD
``stages``        what each step of a pipeline is chosen from; all of it where a list
                  is left out:
                  ``models`` ``logreg``, ``catboost``, ``xgboost``, ``lightgbm``,
                  ``rf``, ``dt``;
                  ``missing`` ``mean``, ``median``, ``tail``, ``random``, ``none``, when
                  numbers are missing;
                  ``cleaner`` ``iqr`` (numbers are cut at 1.5 interquartile ranges from
                  the quartiles), ``rare`` (categories below 5 % become one), ``none``;
                  ``encoding`` ``rankcount``, ``catboost``, ``count``, ``dt``, when
                  there are categories;
                  ``preprocess`` ``norm`` (mean 0, deviation 1), ``robust``,
                  ``minmax``, ``binarizer`` (above the median or not), ``none``;
                  ``unbalance`` ``smote``, ``random_under``, ``none``, when the smaller
                  class has less than 10 % of the rows
``seed``          the same seed and data give the same leaderboard. Default 42
"""

from __future__ import annotations

from .configuration import check_configuration
from .supply import (
    LEADERBOARD,
    MINORS,
    SCHEMAS,
    Scorer,
    Trainer,
    choose_python,
    requirements,
    scorer,
    trainer,
)

__all__ = [
    "LEADERBOARD",
    "MINORS",
    "SCHEMAS",
    "Scorer",
    "Trainer",
    "check_configuration",
    "choose_python",
    "requirements",
    "scorer",
    "trainer",
]
