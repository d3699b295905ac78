# Two stages: the first installs from the lock, with hashes; the second holds the result and no build tools.
FROM python:3.13-slim-trixie AS build
WORKDIR /src
RUN python -m venv /opt/ledgerkeep
ENV PATH=/opt/ledgerkeep/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements.lock ./
RUN pip install --require-hashes -r requirements.lock
COPY . .
RUN pip install --no-deps --no-build-isolation .

FROM python:3.13-slim-trixie
LABEL org.opencontainers.image.title="Ledgerkeep" \
      org.opencontainers.image.description="A Slack bot that keeps encrypted backups of Xero organisations" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin ledgerkeep \
 && install -d -o ledgerkeep -g ledgerkeep -m 0700 /data
COPY --from=build /opt/ledgerkeep /opt/ledgerkeep
ENV PATH=/opt/ledgerkeep/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    HOST=0.0.0.0 PORT=3000 DATA_DIR=/data LOG_FORMAT=json
USER ledgerkeep
WORKDIR /data
VOLUME /data
EXPOSE 3000
# /healthz says that the process answers; /readyz says more, but a slow Xero is no reason to restart.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/healthz', timeout=4)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["ledgerkeep"]
CMD ["run"]
