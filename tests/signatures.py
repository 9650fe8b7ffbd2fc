#!/usr/bin/env python3
"""Signs requests with the official SDK for Python (huaweicloudsdkcore) and prints them as vectors for tests/signer.rs.

The requests are made by chance, but always the same ones: SIGNATURE_SEED is the seed, 1 by default.

    pip install huaweicloudsdkcore==3.1.219
    python tests/signatures.py > vectors.json
    SIGNATURE_VECTORS=vectors.json cargo test --test signer
"""

import json
import os
import random
from urllib.parse import quote

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer

ALPHABET = "abcXYZ019-_.~ +/*'()!:@,;=&$#?%{}[]|\"<>éü模型🚀"
DATE = "20260102T030405Z"
ACCESS_KEY = "FAKEAKFAKEAKFAKEAK00"
SECRET_KEY = "fakeSKfakeSKfakeSKfakeSKfakeSKfakeSK0000"


def text(chance, longest):
    return "".join(chance.choice(ALPHABET) for _ in range(chance.randint(1, longest)))


def vector(chance, number):
    segments = [text(chance, 12) for _ in range(chance.randint(1, 5))]
    # A segment of dots alone is not sent by any client.
    path = "/v1/" + "/".join(quote(segment, safe="") for segment in segments if segment.strip("."))
    query = [(text(chance, 6), text(chance, 10)) for _ in range(chance.randint(0, 4))]
    body = json.dumps({"text": text(chance, 40)}) if chance.random() < 0.5 else ""
    headers = {"X-Sdk-Date": DATE, "Content-Type": "application/json"}
    if chance.random() < 0.5:
        headers["X-Project-Id"] = "0123456789abcdef0123456789abcdef"
    if chance.random() < 0.5:
        headers["X-Security-Token"] = "token/" + str(number) + "=="
    request = SdkRequest(
        method=chance.choice(["GET", "POST", "PUT", "DELETE"]),
        schema="https",
        host="modelarts.ap-southeast-1.myhuaweicloud.com",
        resource_path=path,
        query_params=list(query),
        header_params=headers,
        body=body,
    )
    recorded = {}
    signer = Signer(BasicCredentials(ACCESS_KEY, SECRET_KEY, "0123456789abcdef0123456789abcdef"))
    remember(signer, recorded)
    signed = signer.sign(request)
    return {
        "name": f"random-{number}",
        "input": {"method": request.method, "path": path, "query": query, "body": body, "x_sdk_date": DATE},
        "headers_after_signing": dict(signed.header_params),
        "canonical_request": recorded["canonical_request"],
        "string_to_sign": recorded["string_to_sign"],
        "authorization": signed.header_params["Authorization"],
    }


def remember(signer, recorded):
    """Keeps what the signer hashes and signs on its way."""
    hex_encode, sign_string = signer._hash_hex_string, signer._sign_string_to_sign

    def hash_hex_string(data):
        recorded["canonical_request"] = data.decode("utf-8")
        return hex_encode(data)

    def sign_string_to_sign(string_to_sign, key):
        recorded["string_to_sign"] = string_to_sign
        return sign_string(string_to_sign, key)

    signer._hash_hex_string, signer._sign_string_to_sign = hash_hex_string, sign_string_to_sign


def main():
    chance = random.Random(int(os.environ.get("SIGNATURE_SEED", "1")))
    vectors = [vector(chance, number) for number in range(200)]
    print(json.dumps({"access_key": ACCESS_KEY, "secret_key": SECRET_KEY, "vectors": vectors}, ensure_ascii=False))


if __name__ == "__main__":
    main()
