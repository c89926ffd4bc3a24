from reporting.api import exports, figures, stream, targets

routers = [exports.router, figures.router, targets.router, stream.router]
