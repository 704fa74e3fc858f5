# Node runs the TypeScript sources as they are, so nothing is compiled: the first stage only fetches
# the production dependencies, the second holds them and the sources.
FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts

FROM node:24-slim
# HOST: a container is reached from outside of it.
ENV HOST=0.0.0.0 \
    NODE_ENV=production \
    TZ=UTC
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY bin ./bin
COPY data ./data
COPY migrations ./migrations
COPY src ./src
# The image's own user "node", by number so that a host can tell that it is not root.
USER 1000:1000
EXPOSE 3000
# The probe is Node's own, because the image holds neither curl nor wget. The worker overrides it.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT ?? 3000}/livez`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "src/server.ts"]
