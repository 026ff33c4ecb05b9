"""Groups: create one, list them, refuse a second of the name, renew its token."""

from kit import VALUES, client, tell
from mlops_codex.exceptions import GroupError, ServerError
from mlops_codex.model import MLOpsModelClient

models = client(MLOpsModelClient)
told = {"created": models.create_group(name=VALUES["group"], description="of a test")}
told["names"] = [row["Name"] for row in models.list_groups()]
try:
    told["second"] = models.create_group(name=VALUES["group"], description="again")
except (GroupError, ServerError) as error:
    told["second"] = type(error).__name__
told["token"] = models.refresh_group_token(name=VALUES["group"], force=True)
tell(**told)
