"""The subcommands, one module each; `codex_jupyter.magics.command` lists them."""
