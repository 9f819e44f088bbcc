"""Pages as a person meets them: in a browser, on a service that listens."""
