#!/bin/sh
# Starts the function that the image's command names, under Lambda's runtime client and from its AOT cache.
# Everything is on one class path in a fixed order, since a cache is good for that class path only.
set -eu
home=$(cd "$(dirname "$0")" && pwd)
case ${1:-} in
  track) MAIN_CLASS=dev.nodash.track.TrackApplication ;;
  identify) MAIN_CLASS=dev.nodash.identify.IdentifyApplication ;;
  page) MAIN_CLASS=dev.nodash.page.PageApplication ;;
  batch) MAIN_CLASS=dev.nodash.batch.BatchApplication ;;
  health) MAIN_CLASS=dev.nodash.health.HealthApplication ;;
  *) echo "the command is track, identify, page, batch or health, not '${1:-}'" >&2; exit 2 ;;
esac
export MAIN_CLASS

# Outside of Lambda AWS's emulator, which the base image has, answers on port 8080.
[ -n "${AWS_LAMBDA_RUNTIME_API:-}" ] || exec aws-lambda-rie "$0" "$@"

class_path=
for jar in "$home"/lib/*.jar; do class_path=$class_path${class_path:+:}$jar; done
# AOT is set where the cache is made.
# shellcheck disable=SC2086
exec java ${AOT:--XX:AOTCache=$home/$1.aot} --enable-native-access=ALL-UNNAMED -XX:TieredStopAtLevel=1 \
  -XX:+UseSerialGC -XX:MaxRAMPercentage=80 -Dslf4j.internal.verbosity=WARN -Dslf4j.provider=dev.nodash.log.LambdaLog -cp "$class_path" \
  com.amazonaws.services.lambda.runtime.api.client.AWSLambda dev.nodash.config.LambdaHandler::handleRequest
