#!/usr/bin/env bash
# The loop a person would write: read each key from the keyring, rotate it, cut the new one out, store it.
set -euo pipefail
base_url=$1
shift
for account in "$@"; do
  old=$(secret-tool lookup service rekey-bench account "$account")
  new=$(curl -fsS -X POST -H "X-API-Key: $old" "$base_url/v1/user/apikey/rotate" | jq -er .api_key)
  printf %s "$new" | secret-tool store --label="$account" service rekey-bench account "$account"
done
