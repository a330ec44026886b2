#!/usr/bin/env bash
# Makes the Python environment of the end-to-end tests: the moto server, and an engine that runs the SQL of the usage
# queries. It lies outside the repository and is made once; KEYREACH_E2E_VENV names another place.
set -euo pipefail

venv=${KEYREACH_E2E_VENV:-${XDG_CACHE_HOME:-$HOME/.cache}/keyreach-e2e/venv}
packages=('moto[server]==5.2.5' 'duckdb==2.0.0' 'sqlglot==30.30.0')
stamp=$venv/.keyreach-e2e

wanted=$(printf '%s\n' "${packages[@]}")
if [[ -f $stamp && -x $venv/bin/moto_server && $(cat "$stamp") == "$wanted" ]]; then
  echo "python environment is there: $venv"
  exit 0
fi

rm -rf "$venv"
mkdir -p "$(dirname "$venv")"
"${PYTHON:-python3}" -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check "${packages[@]}"
printf '%s\n' "${packages[@]}" >"$stamp"
echo "python environment was made: $venv"
