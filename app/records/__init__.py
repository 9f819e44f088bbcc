"""What is kept, and for whom, in the words that routes, services and storage share."""
