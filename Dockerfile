# One image for the web process and the worker; what differs comes from the environment (.env.example).
FROM python:3.12-slim AS build
WORKDIR /jalon
COPY requirements.lock ./
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock

FROM python:3.12-slim
RUN useradd --create-home --uid 10001 jalon
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /jalon
COPY --from=build /venv /venv
COPY . .
RUN mkdir -p var/media \
    && SECRET_KEY=only-to-build python -m backend.lib.catalogues compile \
    && SECRET_KEY=only-to-build python manage.py collectstatic --no-input --verbosity 0 \
    && chown -R jalon var
USER jalon
EXPOSE 8000
# Before the first start and after each update: python manage.py setup (compose.yaml does).
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "8", "--respawn-failed-workers", "--no-access-log", "backend.wsgi:application"]
