"""The dossier's texts, in the languages that it can be written in."""

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
}


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
