# Exominer with everything inside: Python, its models, Java, Neo4j and the explorer's scripts.
#
#   docker build -t exominer .
#   docker run --rm -v exominer:/data exominer ingest --pmid 26524530
#   docker run --rm -v exominer:/data exominer query headline
FROM python:3.11-slim

RUN useradd --create-home --uid 1000 exominer && mkdir /data && chown exominer /data
WORKDIR /opt/exominer

# What is needed changes less often than the code: its layer is kept.
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock

COPY pyproject.toml README.md LICENSE ./
COPY miner miner
COPY graph_schema graph_schema
COPY examples examples
RUN pip install --no-cache-dir --no-deps --no-build-isolation ".[explorer]"

USER exominer
ENV EXOMINER_WORKSPACE=/data \
    EXOMINER_CACHE=/home/exominer/.cache/exominer

# A first load brings Neo4j's jars into the image, and shows that the image works.
RUN EXOMINER_WORKSPACE=/tmp/first exominer ingest examples \
    && EXOMINER_WORKSPACE=/tmp/first exominer query headline > /dev/null \
    && EXOMINER_WORKSPACE=/tmp/first exominer graph stop \
    && rm -r /tmp/first

VOLUME /data
ENTRYPOINT ["exominer"]
CMD ["--help"]
