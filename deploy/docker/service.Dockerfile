# The image of one service: docker build -f deploy/docker/service.Dockerfile --build-arg SERVICE=matching .
FROM python:3.13-slim
WORKDIR /envol

# What changes least comes first: dependencies, those that all services share before its own.
COPY requirements.lock deploy/docker/install.py ./
COPY libs/contracts/pyproject.toml libs/contracts/
COPY libs/backbone/pyproject.toml libs/backbone/
RUN python install.py libs/contracts libs/backbone
ARG SERVICE
COPY services/${SERVICE}/pyproject.toml services/${SERVICE}/
RUN python install.py services/${SERVICE}

COPY libs/contracts/src libs/contracts/src
COPY libs/backbone/src libs/backbone/src
COPY services/${SERVICE} services/${SERVICE}
ENV PYTHONPATH=/envol/libs/contracts/src:/envol/libs/backbone/src:/envol/services/${SERVICE}/src \
    PYTHONUNBUFFERED=1 API_HOST=0.0.0.0 SERVICE=${SERVICE}

RUN mkdir /var/lib/envol && chown nobody /var/lib/envol
USER nobody
EXPOSE 8000 8010
# `exec`: signals reach the service, not the shell.
ENTRYPOINT ["sh", "-c", "exec python -m \"$SERVICE\" \"$@\"", "sh"]
CMD ["api"]
