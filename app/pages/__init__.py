"""What a person sees in a browser: pages made on the server, plain links and forms first."""
