#!/bin/bash
# Make the secrets of a production installation: deploy/make-secrets.sh DIRECTORY
# Existing files are never replaced. The directory is closed (0700); the files inside are readable (0444)
# because Compose mounts them into containers that run as other users.
set -euo pipefail

folder=${1:?usage: deploy/make-secrets.sh DIRECTORY}
mkdir -p "$folder"
chmod 0700 "$folder"

random() { head -c "$1" /dev/urandom | base64 | tr '+/' '-_' | tr -d '\n'; }

put() {  # put NAME VALUE
    if [[ ! -e "$folder/$1" ]]; then
        (umask 0333 && printf '%s' "$2" >"$folder/$1")
        echo "made $folder/$1"
    fi
}

get() { cat "$folder/$1"; }

# 30 and 48 bytes are multiples of three: no padding, so the text is safe inside an address.
for role in superuser owner app backup; do put "database_${role}_password" "$(random 30)"; done
put django_secret_key "$(random 48)"
put field_key "$(random 32)"
put objects_access_key "$(random 15)"
put objects_secret_key "$(random 30)"
put database_url "postgresql://anlan_app:$(get database_app_password)@database:5432/anlan"
put database_owner_url "postgresql://anlan_owner:$(get database_owner_password)@database:5432/anlan"
put objects_config "$(printf '{"identities":[{"name":"anlan","credentials":[{"accessKey":"%s","secretKey":"%s"}],"actions":["Admin"]}]}' \
    "$(get objects_access_key)" "$(get objects_secret_key)")"

echo "Put the certificate chain into $folder/tls_certificate and its key into $folder/tls_key."
