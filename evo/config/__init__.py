"""From a YAML file to one frozen, validated value. Import the submodules; this package stays free of pydantic and yaml."""
