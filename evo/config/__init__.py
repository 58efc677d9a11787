"""From a YAML file to one frozen, validated value; the package itself imports neither pydantic nor yaml."""
