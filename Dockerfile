# syntax=docker/dockerfile:1

# ---- build: the runner's fat jar, taken apart into layers that change at different speeds ----
FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /src
COPY . .
# Tests belong to the build that publishes a commit; here they would only slow the image down.
# The cache keeps Maven's downloads between image builds.
RUN --mount=type=cache,target=/root/.m2 \
    mvn -B -q -Psbom -pl local-runner -am -DskipTests package
RUN java -Djarmode=tools -jar local-runner/target/nodash-local-runner.jar extract --layers --destination /layers
# A Java of the modules that the runner and its drivers use, and jcmd for whoever has to look into it.
RUN jlink --add-modules java.se,jdk.unsupported,jdk.httpserver,jdk.management,jdk.naming.dns,jdk.crypto.ec,jdk.zipfs,jdk.net,jdk.jfr,jdk.jcmd \
      --strip-java-debug-attributes --no-header-files --no-man-pages --output /java

# ---- run ----
FROM debian:stable-slim
LABEL org.opencontainers.image.title="Nodash" \
      org.opencontainers.image.description="Multi-tenant, exactly-once analytics ingestion on pluggable storage" \
      org.opencontainers.image.licenses="MIT"

# A fixed id, so that the owner of a bind mount can be named in a command on the host.
RUN groupadd --gid 10001 nodash \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin nodash \
 && install -d -o nodash -g nodash /data /data/events /data/users

COPY --chmod=755 docker/entrypoint.sh /usr/local/bin/nodash-entrypoint
COPY --chmod=755 docker/healthcheck.sh /usr/local/bin/nodash-healthcheck

COPY --from=build /java/ /opt/java/
ENV PATH=/opt/java/bin:$PATH

WORKDIR /app
COPY --from=build /layers/dependencies/ ./
COPY --from=build /layers/spring-boot-loader/ ./
COPY --from=build /layers/snapshot-dependencies/ ./
COPY --from=build /layers/application/ ./

# development is what a plain `docker run` is for: the demo keys work. Set NODE_ENV=production, and API_KEYS or
# JWT_SECRET, for anything that others can reach.
ENV NODE_ENV=development \
    HOST=0.0.0.0 \
    PORT=3001 \
    EVENTS_PATH=/data/events \
    USERS_PATH=/data/users \
    # Two fifths for the heap: class metadata, code, threads and buffers need about 150 MB beside it, so 256 MB suffice.
    # Two flags, since below 250 MB of heap the JVM looks at the one that is named after a minimum. None for all
    # of it from the beginning: that took 12 to 17 MB more, which 256 MB have not to spare.
    # Serial costs the least memory; with several cores and gigabytes, replace the whole value.
    JAVA_OPTS="-XX:+UseSerialGC -XX:MinRAMPercentage=35 -XX:MaxRAMPercentage=35"

COPY --chmod=755 docker/train.sh /usr/local/bin/nodash-train
RUN nodash-train

EXPOSE 3001
VOLUME /data
STOPSIGNAL SIGTERM

# Liveness, not readiness: a database that is away is no reason to restart this process.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 CMD ["/usr/local/bin/nodash-healthcheck"]

# No USER here: the entrypoint starts as root only to hand a root-owned bind mount over, then becomes uid 10001 for good.
# `docker run --user 10001` skips that and wants a folder that it may write to.
ENTRYPOINT ["/usr/local/bin/nodash-entrypoint"]
