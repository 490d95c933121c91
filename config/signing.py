"""Reading the operator's signing keys, as they may be written in a setting."""

import json

from joserfc.errors import JoseError
from joserfc.jwk import ECKey


def read_signing_keys(text: str) -> list[tuple[str, ECKey]]:
    """Private P-256 keys by key id, in the order written: one PEM or JWK, or a JWK set. Raises ValueError."""
    plain = text.strip()
    try:
        if plain.startswith("-----BEGIN"):
            written: list[object] = [plain]
        else:
            found = json.loads(plain)
            written = list(found["keys"]) if "keys" in found else [found]
        keys = [ECKey.import_key(each) for each in written]  # type: ignore[arg-type]
        if not keys or not all(key.is_private and key.curve_name == "P-256" for key in keys):
            raise ValueError
        return [(str(key.get("kid") or key.thumbprint()), key) for key in keys]
    except (ValueError, TypeError, KeyError, AttributeError, JoseError):
        raise ValueError("is no private P-256 key, as PEM, JWK or JWK set") from None
