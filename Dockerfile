# syntax=docker/dockerfile:1
# One image for the API and the worker. It runs as the user `node`, without root and without capabilities.
# To build from the same bytes each time, name a digest: see docs/security.md.
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=cache,target=/root/.npm npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY tools/run.mjs tools/bundle-workflows.mjs tools/
COPY src src
COPY activities activities
COPY workflows-temporal workflows-temporal
RUN npm run build
# The Temporal SDK contains its native part for five platforms, 30 MB each. Keep the one for this platform.
RUN npm prune --omit=dev && \
    find node_modules/@temporalio/core-bridge/releases -mindepth 1 -maxdepth 1 ! -name "$(uname -m)-unknown-linux-gnu" -exec rm -r {} +

FROM ${NODE_IMAGE}
RUN apt-get update && \
    apt-get install -y --no-install-recommends chromium-headless-shell && \
    rm -rf /var/lib/apt/lists/* && \
    install -d -o node -g node /mnt/data_ssd/mcn/assets /var/log/gpu-middleware /var/lib/gpu-middleware
WORKDIR /app
COPY package.json ./
COPY comfy-templates comfy-templates
COPY examples examples
COPY remotion remotion
# The composition imports from there, and is bundled when the worker starts.
COPY src/film src/film
COPY src/text src/text
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
# The binary itself: the command on PATH is a script, and killing a script leaves its browser running.
ENV NODE_ENV=production \
    LOG_DIR=/var/log/gpu-middleware \
    CHROMIUM_EXECUTABLE=/usr/lib/chromium/chromium-headless-shell
USER node
EXPOSE 8000
CMD ["node", "--enable-source-maps", "dist/src/server.js"]
