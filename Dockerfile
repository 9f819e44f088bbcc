# Two stages: one that installs from the hashed lock, one that only runs. Nothing is fetched that the lock does not name.
FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/headrace
ENV PATH=/opt/headrace/bin:$PATH
WORKDIR /build
COPY requirements.lock ./
RUN pip install --require-hashes --no-deps -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY app ./app
COPY optimizer ./optimizer
COPY migrations ./migrations
COPY examples ./examples
# The build tool comes from the lock as well (setuptools), so that this step needs no network.
RUN pip install --no-deps --no-build-isolation .

FROM python:3.13-slim
COPY --from=build /opt/headrace /opt/headrace
ENV PATH=/opt/headrace/bin:$PATH PYTHONUNBUFFERED=1 HEADRACE_AUTH=keys HEADRACE_DATABASE_URL=sqlite:////data/headrace.sqlite3
RUN useradd --system --uid 10001 --no-create-home headrace && install --directory --owner headrace --mode 0700 /data
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["headrace", "serve", "--host", "0.0.0.0", "--port", "8000"]
