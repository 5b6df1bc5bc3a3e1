#!/usr/bin/env bash
# Does the same as `npm start`, from any folder.
cd "$(dirname "$(readlink -f "$0")")" && exec node tools/run.mjs start "$@"
