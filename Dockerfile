# The one image of calends: worker, starter, console and the migration, by command.
FROM python:3.13-slim-bookworm AS packages
COPY requirements/production.lock /tmp/production.lock
RUN python -m venv /opt/calends \
    && /opt/calends/bin/pip install --no-cache-dir --disable-pip-version-check \
        --require-hashes --no-deps -r /tmp/production.lock

FROM python:3.13-slim-bookworm
# Names in the scripts of the world, for letters that go by post.
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends fonts-noto-core fonts-noto-cjk \
    && rm -rf /var/lib/apt/lists/*
# A fixed id: the volume of the keys belongs to it. The keys are made at first use, mode 0600.
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /nonexistent \
        --shell /usr/sbin/nologin calends \
    && install -d -o calends -g calends -m 0700 /var/lib/calends /var/lib/calends/keys \
        /var/lib/calends/scratch
COPY --from=packages /opt/calends /opt/calends
WORKDIR /app
COPY calends calends
COPY workflows workflows
COPY activities activities
COPY console console
COPY worker.py starter.py dispatching.py ./
COPY --chmod=0755 deploy/entrypoint.sh deploy/calends /usr/local/bin/
ENV PATH=/opt/calends/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONPATH=/app \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 10001:10001
ENTRYPOINT ["/usr/local/bin/entrypoint.sh"]
CMD ["calends", "doctor"]
