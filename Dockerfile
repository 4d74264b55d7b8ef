# Built in one stage, run in another: the image that runs has no build tools.
FROM python:3.11-slim AS build
WORKDIR /src
COPY . .
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock \
    && /venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.11-slim
RUN useradd --create-home --uid 10001 hearsay && mkdir /data && chown hearsay /data
COPY --from=build /venv /venv
USER 10001
ENV HEARSAY_HOST=0.0.0.0 HEARSAY_DATA_DIR=/data
EXPOSE 8000
VOLUME /data
HEALTHCHECK --interval=10s --start-period=60s \
    CMD ["/venv/bin/python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/readyz')"]
CMD ["/venv/bin/hearsay", "serve"]
