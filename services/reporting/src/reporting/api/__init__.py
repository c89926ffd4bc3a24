from reporting.api import exports, figures, stream

routers = [exports.router, figures.router, stream.router]
