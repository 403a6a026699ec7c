"""What a run is told: by ``[tool.taskfix]``, the command line, and what else the project says."""

from taskfix.config.settings import Config, ConfigError, Overrides, Verification, load_config

__all__ = ["Config", "ConfigError", "Overrides", "Verification", "load_config"]
