from pydantic import SecretStr


def secret(value: SecretStr | None) -> str | None:
    """The word behind a setting; None where it is not set."""
    return value.get_secret_value() if value else None
