"""Fields that are kept encrypted (identity numbers, addresses of channels) and digests that make them findable.

A token is `v1.` + URL-safe base64 of nonce (12 bytes), AES-256-GCM ciphertext and tag. The purpose is associated data: a
token that was moved from one kind of field to another does not open. Keys are derived from `FIELD_KEY` (32 bytes in
base64, made with the installation, kept with its backups): without it the fields are lost.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from core.errors import DomainError

VERSION = "v1"
_KEY_BYTES, _NONCE_BYTES = 32, 12


class SealBroken(DomainError):
    """The token was changed, cut, made for another purpose or with another key."""


def seal(text: str, *, purpose: str = "") -> str:
    """The encrypted form of a text; the same text gives another token each time. Empty stays empty."""
    if not text:
        return ""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    hidden = AESGCM(_key("seal")).encrypt(nonce, text.encode(), _associated(purpose))
    return f"{VERSION}.{base64.urlsafe_b64encode(nonce + hidden).decode('ascii')}"


def unseal(token: str, *, purpose: str = "") -> str:
    """The text behind a token of `seal` with the same purpose.

    Raises:
        SealBroken: the token is not one of ours as it was written.
    """
    if not token:
        return ""
    version, _, body = token.partition(".")
    try:
        raw = base64.b64decode(body.encode("ascii"), altchars=b"-_", validate=True)
        if version != VERSION or len(raw) <= _NONCE_BYTES:
            raise SealBroken("加密内容的格式不对，无法读出；请联系系统管理员从备份恢复。")
        plain = AESGCM(_key("seal")).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], _associated(purpose))
    except (InvalidTag, binascii.Error, UnicodeEncodeError, ValueError) as error:
        raise SealBroken(
            "加密内容被改动或密钥不符，无法读出；请联系系统管理员核对密钥文件和备份。"
        ) from error
    return plain.decode()


def digest(text: str, *, purpose: str = "") -> str:
    """A keyed hash (HMAC-SHA256, hex) by which equal texts are found without being read. Empty stays empty.

    Keyed, because an identity number has so few possible values that a plain hash could be searched through.
    """
    if not text:
        return ""
    message = _associated(purpose) + b"\0" + text.encode()
    return hmac.new(_key("digest"), message, "sha256").hexdigest()


def _associated(purpose: str) -> bytes:
    return f"anlan.{VERSION}.{purpose}".encode()


def _key(use: str) -> bytes:
    return _derived(settings.FIELD_KEY, use)


@lru_cache(maxsize=8)
def _derived(field_key: str, use: str) -> bytes:
    """One key for each use, so that a digest never meets the key of the cipher."""
    try:
        master = base64.b64decode(field_key.encode("ascii"), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise ImproperlyConfigured("ANLAN_FIELD_KEY must be 32 bytes in base64") from error
    if len(master) != _KEY_BYTES:
        raise ImproperlyConfigured("ANLAN_FIELD_KEY must be 32 bytes in base64")
    info = f"anlan.{use}.{VERSION}".encode()
    return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=info).derive(master)
