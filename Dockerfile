# docker build -t track-trace-simulator . && docker run --rm -p 127.0.0.1:8420:8420 track-trace-simulator
# With load scenarios: docker build --target load -t track-trace-simulator:load .
FROM python:3.11-slim AS build
WORKDIR /src
# The dependencies first: a change of the code leaves their layer as it is.
COPY constraints.txt pyproject.toml README.md LICENSE ./
RUN mkdir simulator fixtures loadtests && echo '__version__ = "0"' > simulator/__init__.py \
    && python -m venv /opt/simulator \
    && /opt/simulator/bin/pip install --no-cache-dir --disable-pip-version-check --constraint constraints.txt .

FROM build AS build-load
RUN /opt/simulator/bin/pip install --no-cache-dir --disable-pip-version-check --constraint constraints.txt '.[load]'
COPY simulator simulator
COPY fixtures fixtures
COPY loadtests loadtests
RUN /opt/simulator/bin/pip install --no-cache-dir --disable-pip-version-check --force-reinstall --no-deps .

FROM build AS build-core
COPY simulator simulator
COPY fixtures fixtures
COPY loadtests loadtests
RUN /opt/simulator/bin/pip install --no-cache-dir --disable-pip-version-check --force-reinstall --no-deps .

FROM python:3.11-slim AS base
RUN useradd --system --no-create-home simulator
USER simulator
ENV PATH=/opt/simulator/bin:$PATH

FROM base AS load
COPY --from=build-load /opt/simulator /opt/simulator

FROM base
COPY --from=build-core /opt/simulator /opt/simulator
# Inside a container loopback reaches nobody; publish the port on the host's loopback, as above.
ENV SIMULATOR_HOST=0.0.0.0 SIMULATOR_PORT=8420
EXPOSE 8420
HEALTHCHECK --interval=10s --timeout=2s --start-period=5s CMD ["python", "-c", \
    "import os, urllib.request; urllib.request.urlopen(f\"http://127.0.0.1:{os.environ['SIMULATOR_PORT']}/_simulator/health\", timeout=2)"]
CMD ["simulator", "serve"]
