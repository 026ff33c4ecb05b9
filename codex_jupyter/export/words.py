"""The texts of notebooks and dossiers, in the languages they can be written in."""

from __future__ import annotations

LANGUAGES = ("en", "pt-BR")

# word: English, Brazilian Portuguese
_TABLE = {
    "dossier": ("Model dossier", "Dossiê do modelo"),
    "card": ("Model card", "Ficha do modelo"),
    "name": ("Name", "Nome"),
    "group": ("Group", "Grupo"),
    "hash": ("Hash", "Hash"),
    "state": ("State", "Estado"),
    "operation": ("Operation", "Operação"),
    "python": ("Python", "Python"),
    "reference": ("Entry point", "Função de entrada"),
    "uploaded": ("Uploaded", "Enviado em"),
    "platform": ("Platform", "Plataforma"),
    "docs": ("Documentation", "Documentação"),
    "message": ("Reason", "Motivo"),
    "schema": ("Input schema", "Esquema de entrada"),
    "field": ("Field", "Campo"),
    "type": ("Type", "Tipo"),
    "example": ("Example", "Exemplo"),
    "no_schema": (
        "The sample has no named fields.",
        "A amostra não tem campos nomeados.",
    ),
    "sample": ("Sample input and its answer", "Entrada de exemplo e sua resposta"),
    "input": ("Input", "Entrada"),
    "answer": ("Answer", "Resposta"),
    "unknown": ("not known", "desconhecido"),
    "call": ("How to call it", "Como chamar"),
    "token": (
        "The group's token is read from MLOPS_GROUP_TOKEN; it is not in this file.",
        "O token do grupo é lido de MLOPS_GROUP_TOKEN; ele não está neste arquivo.",
    ),
    "requirements": ("Requirements", "Dependências"),
    "none": ("none", "nenhuma"),
    "files": ("Files", "Arquivos"),
    "role": ("Role", "Papel"),
    "file": ("File", "Arquivo"),
    "size": ("Bytes", "Bytes"),
    "build": ("Deployment", "Implantação"),
    "stage": ("Step", "Etapa"),
    "progress": ("Result", "Resultado"),
    "seconds": ("Seconds", "Segundos"),
    "note": ("Note", "Nota"),
    "log": ("Build log", "Log da implantação"),
    "errors": ("Errors of the last seven days", "Erros dos últimos sete dias"),
    "no_errors": ("No error is in its log.", "Não há erros no log."),
    "when": ("When (UTC)", "Quando (UTC)"),
    "text": ("Text", "Texto"),
    "cut": ("(shortened)", "(abreviado)"),
    "made": ("Written on", "Escrito em"),
    "resolve": ("Resolve", "Resolver"),
    "install": ("Install", "Instalar"),
    "start": ("Start", "Iniciar"),
    "test": ("Test", "Testar"),
    "done": ("done", "concluída"),
    "failed": ("failed", "falhou"),
    "started": ("begun", "iniciada"),
    "deployed": ("How it was deployed", "Como foi implantado"),
    "files_kept": (
        (
            "The platform keeps these files. With them beside this notebook, the "
            "cell below deploys it again; take away the `#`."
        ),
        (
            "A plataforma guarda estes arquivos. Com eles ao lado deste notebook, a"
            " célula abaixo implanta o modelo de novo; retire os `#`."
        ),
    ),
    "files_unknown": (
        (
            "The platform does not tell which files it was made of. The cell below "
            "is a template; take away the `#`."
        ),
        (
            "A plataforma não informa de quais arquivos ele foi feito. A célula "
            "abaixo é um ponto de partida; retire os `#`."
        ),
    ),
    "script": ("The script that answers", "O script que responde"),
    "call_codex": (
        "With codex_jupyter, which knows the group's token where the group was made:",
        (
            "Com o codex_jupyter, que conhece o token do grupo na máquina em que o "
            "grupo foi criado:"
        ),
    ),
    "call_python": (
        (
            "From any Python. The token of the group is read from the variable "
            "`MLOPS_GROUP_TOKEN` and stays out of the notebook: set it before this "
            "kernel starts."
        ),
        (
            "De qualquer Python. O token do grupo é lido da variável "
            "`MLOPS_GROUP_TOKEN` e fica fora do notebook: defina-a antes de iniciar"
            " este kernel."
        ),
    ),
    "its_docs": ("Its documentation", "Sua documentação"),
    "its_answer": ("Its answer to the example:", "Sua resposta ao exemplo:"),
    "whole_docs": (
        "The whole API document, in the cell (Try it out runs in the kernel):",
        "O documento completo da API, na célula (o Try it out executa no kernel):",
    ),
}


def language_of(locale: str) -> str:
    """The language of ours for a locale such as ``pt_BR.UTF-8``; English for others."""
    return "pt-BR" if locale.lower().startswith("pt") else "en"


class Words:
    """The texts of one language.

    Args:
        language: one of `LANGUAGES`.
    """

    def __init__(self, language: str) -> None:
        self._at = LANGUAGES.index(language)

    def __getitem__(self, word: str) -> str:
        return _TABLE[word][self._at]

    def known(self, word: str) -> str:
        """The text of a word of the wire; a word that is new here, as it is."""
        return _TABLE[word][self._at] if word in _TABLE else word
